// Elements whose meaning depends on what they stand in.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "services/ingestion/parse/builder.h"
#include "services/ingestion/parse/elements.h"
#include "services/ingestion/parse/entry_rules.h"
#include "services/ingestion/parse/persons.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;
using B = FeedBuilder;
using E = Element;

string_view Local(string_view name) {
  const size_t colon = name.find(':');
  return colon == string_view::npos ? name : absl::ClippedSubstr(name, colon + 1);
}

// A field of a person; also FOAF's, by their local names.
void PersonField(B& b, E& e) {
  const string_view field = Local(e.name());
  v1::FeedPerson& p = b.person();
  if (field == "name" || field == "author_display_name") p.set_name(PlainTitle(e.text));
  if (field == "email" || field == "author_email") p.set_email(Trim(e.text));
  if (field == "uri" || field == "url" || field == "homepage") p.set_uri(b.Resolve(e, e.text));
  if (field == "author_login") b.feed_draft().login = Trim(e.text);
  // Markup of a name: <author>by <a>Ann</a></author>.
  if (e.kind->in_entry == nullptr && e.kind->in_feed == nullptr && field.size() <= 4 &&
      field != "name" && field != "uri" && field != "url") {
    b.AppendToParent(e.text);
  }
}

// Whom a person that closes is added to, null if to nobody.
Persons* PersonsOf(B& b, const E& e) {
  if (e.name() == "itunes:owner" || e.name() == "googleplay:owner") {
    return b.in_entry() || !b.feed().authors().empty() ? nullptr : b.feed().mutable_authors();
  }
  const bool contributes = Local(e.name()) == "contributor";
  if (b.Within("source") || b.Within("atom:source")) {
    return b.in_entry() && !contributes ? &b.draft().source_authors : nullptr;
  }
  if (b.in_entry()) {
    return contributes ? b.entry().mutable_contributors() : b.entry().mutable_authors();
  }
  return contributes ? b.feed().mutable_contributors() : b.feed().mutable_authors();
}

void ClosePerson(B& b, E& e) {
  v1::FeedPerson p = std::exchange(b.person(), v1::FeedPerson());
  if (e.name() == "wp:author") {
    const std::string login = std::exchange(b.feed_draft().login, "");
    if (!login.empty() && b.feed_draft().wordpress_authors.size() < 10'000) {
      b.feed_draft().wordpress_authors[login] = std::move(p);
    }
    return;
  }
  std::vector<v1::FeedPerson> persons;
  if (p.name().empty() && p.email().empty()) {
    persons = ParsePersons(e.text);
    if (persons[0].uri().empty()) persons[0].set_uri(p.uri());
  } else {
    persons.push_back(std::move(p));
  }
  if (Persons* const to = PersonsOf(b, e)) {
    for (v1::FeedPerson& person : persons) AddPerson(std::move(person), to);
  }
}

// Of atom:source.
void SourceField(B& b, E& e) {
  if (!b.in_entry()) return;
  v1::FeedSource& source = *b.entry().mutable_source_feed();
  const string_view field = Local(e.name());
  if (field == "title") source.set_title(b.PlainText(e));
  if (field == "id") source.set_id(Trim(e.text));
  if (field == "link") {
    const std::string rel = RelationOf(e);
    const std::string url =
        b.LeadsToBase(e)
            ? b.BaseOf(e)
            : b.Resolve(e, e.Get("href").empty() ? string_view(e.text) : e.Get("href"));
    if (rel.empty() || rel == "alternate" || source.link().empty()) source.set_link(url);
  }
}

void AddThumbnail(std::string url, v1::FeedEntry* entry) {
  v1::FeedMedia m;
  m.set_url(std::move(url));
  m.set_medium("image");
  AddMedia(std::move(m), entry->mutable_thumbnails());
}

// RSS image of the channel.
void ImageField(B& b, E& e) {
  if (b.in_entry()) {
    if (e.name() == "url") AddThumbnail(b.Resolve(e, e.text), &b.entry());
    return;
  }
  v1::Feed& feed = b.feed();
  if (e.name() == "url") {
    if (std::string url = b.Resolve(e, e.text); !url.empty()) feed.set_image(std::move(url));
  } else if (e.name() == "title") {
    feed.set_image_title(b.PlainText(e));
  } else if (e.name() == "link") {
    feed.set_image_link(b.Resolve(e, e.text));
  }
}

// An image that names its address itself (RSS 1.0's rdf:resource, items of some feeds).
void CloseImage(B& b, E& e) {
  string_view address = e.Get("rdf:resource");
  if (address.empty()) address = e.Get("href");
  if (address.empty()) address = e.Get("url");
  if (address.empty() && b.in_entry()) address = e.text;
  std::string url = b.Resolve(e, address);
  if (url.empty()) return;
  if (!b.in_entry()) {
    if (b.feed().image().empty()) b.feed().set_image(std::move(url));
    return;
  }
  AddThumbnail(std::move(url), &b.entry());
}

}  // namespace

void BeginNested(FeedBuilder& b, const Element& e) {
  if (e.kind->role == ElementRole::kPerson) b.person().Clear();
  if (e.kind->bare) return;
  if (e.name() == "media:group" && b.in_entry()) b.draft().group_begin = b.entry().media_size();
  // Before the narrower ones that stand in it.
  if (e.name() == "itunes:category" || e.name() == "googleplay:category") {
    AddItunesCategory(
        e, b.in_entry() ? b.entry().mutable_categories() : b.feed().mutable_categories());
  }
}

bool CloseNested(FeedBuilder& b, Element& e) {
  const ElementRole parent = b.ParentRole();
  if (parent == ElementRole::kPlain && e.kind->role == ElementRole::kPlain) return false;
  if (parent == ElementRole::kPerson) {
    PersonField(b, e);
  } else if (e.kind->role == ElementRole::kPerson) {
    ClosePerson(b, e);
  } else if (parent == ElementRole::kSource) {
    SourceField(b, e);
  } else if (parent == ElementRole::kImage) {
    ImageField(b, e);
  } else if (e.kind->role == ElementRole::kImage) {
    CloseImage(b, e);
  } else if (parent == ElementRole::kSkipList) {
    if (e.kind->in_feed != nullptr) e.kind->in_feed(b, e);
  } else if (parent == ElementRole::kPlain) {
    return false;
  }
  return true;
}

}  // namespace dateline::ingestion::parse
