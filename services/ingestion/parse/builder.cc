#include "services/ingestion/parse/builder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/text/c1_controls.h"
#include "common/text/language_tag.h"
#include "common/url/url.h"
#include "services/ingestion/parse/elements.h"
#include "services/ingestion/parse/entry_rules.h"
#include "services/ingestion/parse/text.h"
#include "services/ingestion/parse/text_construct.h"
#include "services/ingestion/parse/xml_names.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

// Elements of HTML without an end tag.
bool IsVoid(string_view tag) {
  static constexpr std::array kVoid = {
      string_view("area"), string_view("br"),    string_view("col"),   string_view("embed"),
      string_view("hr"),   string_view("img"),   string_view("input"), string_view("param"),
      string_view("link"), string_view("meta"),  string_view("wbr"),   string_view("source"),
      string_view("base"), string_view("track"),
  };
  return std::find(kVoid.begin(), kVoid.end(), tag) != kVoid.end();
}

// Attributes of HTML that hold one address.
bool HoldsAddress(string_view attribute) {
  static constexpr std::array kAddresses = {
      string_view("href"),     string_view("src"),        string_view("cite"),
      string_view("poster"),   string_view("data"),       string_view("action"),
      string_view("longdesc"), string_view("background"),
  };
  return std::find(kAddresses.begin(), kAddresses.end(), attribute) != kAddresses.end();
}

// Words where a relative address should stand, which the URL standard would make one of.
bool IsProse(string_view reference) {
  return absl::StrContains(reference, ' ') && !absl::StrContains(reference, '/');
}

// Text of markup in a field that should have none.
constexpr size_t kMaxMarkupBytes = 4096;

bool IsContainer(string_view name) {
  return name == "channel" || name == "feed" || name == "rdf:rdf" || name == "rss" ||
         name == "urlset" || name == "items";
}

// Whether the entries in an element outside of entries are the feed's: not if it is of another
// vocabulary, or has a meaning of its own.
bool HoldsEntriesOfFeed(const Element& e) {
  if (IsContainer(e.name()) || absl::StartsWith(e.name(), "rdf:")) return true;
  return e.kind->bare && e.kind->in_feed == nullptr && e.kind->role == ElementRole::kPlain;
}

}  // namespace

string_view Element::Get(string_view name) const {
  for (const auto& [known, value] : attributes) {
    if (known == name) return value;
  }
  return "";
}

FeedBuilder::FeedBuilder(ParsedFeed& parsed, const ParseOptions& options)
    : parsed_(parsed), feed_(parsed.feed), options_(options) {
  stack_.reserve(16);
}

string_view FeedBuilder::Parent(size_t n) const {
  return depth_ > n ? string_view(stack_[depth_ - 1 - n].name()) : string_view();
}

bool FeedBuilder::Within(string_view name) const {
  for (size_t i = 0; i < depth_; ++i) {
    if (stack_[i].name() == name) return true;
  }
  return false;
}

std::string FeedBuilder::Resolve(const Element& e, string_view reference) const {
  reference = absl::StripAsciiWhitespace(reference);
  if (reference.empty() || IsProse(reference)) return "";
  const string_view base = e.base != 0             ? string_view(bases_[e.base])
                           : !feed_.link().empty() ? string_view(feed_.link())
                                                   : string_view(options_.base_url);
  return url::ResolveUrl(base, reference).value_or("");
}

std::string FeedBuilder::ResolveFeedLink(const Element& e, string_view reference) const {
  reference = absl::StripAsciiWhitespace(reference);
  if (reference.empty()) return "";
  const string_view base =
      e.base != 0 ? string_view(bases_[e.base]) : string_view(options_.base_url);
  return url::ResolveUrl(base, reference).value_or("");
}

bool FeedBuilder::LeadsToBase(const Element& e) const {
  const std::string& outer = in_entry() ? bases_[draft_->outer_base] : options_.base_url;
  return e.base != 0 && bases_[e.base] != outer &&
         std::any_of(e.attributes.begin(), e.attributes.end(), [](const auto& a) {
           return a.first == "href" && absl::StripAsciiWhitespace(a.second).empty();
         });
}

bool FeedBuilder::IsTyped(const Element& e) const {
  return (atom_ && e.kind->bare) || absl::StartsWith(e.name(), "atom:") ||
         (absl::StartsWith(e.name(), "media:") && !e.Get("type").empty());
}

Text FeedBuilder::TakeText(Element& e) const {
  Text t = ReadText(e, IsTyped(e));
  t.base_url = bases_[e.base];
  return t;
}

std::string FeedBuilder::PlainText(Element& e) const {
  const bool typed = IsTyped(e);
  const Text t = ReadText(e, typed);
  if (t.is_html) return typed ? HtmlToPlainTitle(t.value) : PlainTitle(t.value);
  return e.Get("type").empty() ? PlainTextTitle(t.value) : CollapseSpace(t.value);
}

std::optional<absl::Time> FeedBuilder::MakeDate(string_view raw, DateTexts* unparsed) const {
  return ReadDate(raw, options_, unparsed);
}

size_t FeedBuilder::BaseWithin(size_t outer, string_view reference) {
  const string_view base = outer == 0 ? string_view(options_.base_url) : string_view(bases_[outer]);
  std::optional<std::string> resolved = url::ResolveUrl(base, reference);
  if (!resolved.has_value()) return outer;
  if (bases_.back() == *resolved) return bases_.size() - 1;
  bases_.push_back(*std::move(resolved));
  return bases_.size() - 1;
}

void FeedBuilder::DetectFormat(const Element& root) {
  root_ = root.name();
  const std::string version(absl::StripAsciiWhitespace(root.Get("version")));
  feed_.set_version(version);
  recognised_ = true;
  if (root_ == "rss") {
    feed_.set_format(absl::StartsWith(version, "0.90")   ? v1::FEED_FORMAT_RSS_090
                     : absl::StartsWith(version, "0.91") ? v1::FEED_FORMAT_RSS_091
                     : absl::StartsWith(version, "0.9")  ? v1::FEED_FORMAT_RSS_092
                     : absl::StartsWith(version, "1")    ? v1::FEED_FORMAT_RSS_10
                                                         : v1::FEED_FORMAT_RSS_20);
  } else if (root_ == "rdf:rdf") {
    const bool old = absl::StrContains(root_namespace_, "netscape.com/rdf/simple/0.9");
    feed_.set_format(old ? v1::FEED_FORMAT_RSS_090 : v1::FEED_FORMAT_RSS_10);
    if (version.empty()) feed_.set_version(old ? "0.90" : "1.0");
  } else if (root_ == "feed" || root_ == "entry") {
    atom_ = true;
    const bool old = absl::StrContains(absl::AsciiStrToLower(root_namespace_), "purl.org/") ||
                     (root_namespace_.empty() && absl::StartsWith(version, "0."));
    feed_.set_format(old ? v1::FEED_FORMAT_ATOM_03 : v1::FEED_FORMAT_ATOM_10);
    if (version.empty()) feed_.set_version(old ? "0.3" : "1.0");
  } else if (root_ == "channel") {
    const bool rss11 = absl::StrContains(root_namespace_, "rss1.1");
    feed_.set_format(rss11 ? v1::FEED_FORMAT_RSS_10 : v1::FEED_FORMAT_RSS_20);
    if (rss11) feed_.set_version("1.1");
  } else if (root_ == "urlset") {
    feed_.set_format(v1::FEED_FORMAT_SITEMAP);
  } else {
    recognised_ = false;
  }
}

bool FeedBuilder::NamesEntry(const Element& e) const {
  if (!e.kind->names_entry || !recognised_) return false;
  return e.name() != "url" || (root_ == "urlset" && depth_ == 2);
}

void FeedBuilder::BeginEntry(const Element& e) {
  if (feed_.entries_size() >= limits::kMaxDocumentEntries) {
    too_many_entries_ = true;
    return;
  }
  draft_.emplace();
  draft_->entry.set_position(feed_.entries_size());
  draft_->outer_base = depth_ > 1 ? stack_[depth_ - 2].base : 0;
  if (const string_view about = absl::StripAsciiWhitespace(e.Get("rdf:about")); !about.empty()) {
    draft_->fallback_link = Resolve(e, about);
    draft_->entry.set_id(std::string(about));
  }
}

void FeedBuilder::FinishEntry(const Element& e) {
  if (!draft_.has_value()) return;
  if (entry().language().empty()) entry().set_language(text::LanguageTag(LanguageOf(e)));
  feed_draft_.wordpress_items.push_back(std::move(draft_->wordpress));
  CompleteEntry(*std::move(draft_), &parsed_);
  draft_.reset();
}

// The entry that the end of the document cuts has those of its elements that have closed.
void FeedBuilder::KeepCutEntry() {
  if (!draft_.has_value() || !IsWorthKeeping(entry(), extras(), feed_)) return;
  extras().is_cut = true;
  const auto open = std::find_if(stack_.begin(), stack_.begin() + static_cast<int>(depth_),
                                 [](const Element& e) { return e.is_entry; });
  FinishEntry(*open);
}

void FeedBuilder::Start(const ElementKind& kind, string_view local,
                        absl::Span<const AttributeView> attributes) {
  if (too_many_entries_) return;
  if (capturing()) return StartMarkup(local, attributes);
  const size_t outer_base = depth_ > 0 ? stack_[depth_ - 1].base : 0;
  const size_t outer_language = depth_ > 0 ? stack_[depth_ - 1].language : 0;
  const bool outer_foreign = depth_ > 0 && stack_[depth_ - 1].is_foreign;
  // What stands around a feed's root (an HTML shell) does not count.
  if (!recognised_ && (kind.name == "feed" || kind.name == "rss" || kind.name == "rdf:rdf")) {
    depth_ = 0;
  }
  if (depth_ == stack_.size()) stack_.emplace_back();
  Element& e = stack_[depth_++];
  e.kind = &kind;
  e.text.clear();
  e.has_markup = false;
  e.is_entry = false;
  e.base = outer_base;
  e.language = outer_language;
  e.attributes.clear();
  for (const AttributeView& a : attributes) {
    e.attributes.emplace_back(
        a.prefix.empty() ? std::string(a.local) : absl::StrCat(a.prefix, ":", a.local),
        text::WithoutC1Controls(a.value, &buffer_));
  }
  if (const string_view base = e.Get("xml:base"); !base.empty()) {
    e.base = BaseWithin(outer_base, base);
  }
  if (const string_view language = e.Get("xml:lang"); !language.empty()) {
    if (languages_.back() != language) languages_.emplace_back(language);
    e.language = languages_.size() - 1;
  }
  if (!recognised_ && depth_ == 1) DetectFormat(e);
  if (e.language != 0 && feed_.language().empty() && !in_entry() && IsContainer(kind.name)) {
    feed_.set_language(text::LanguageTag(languages_[e.language]));
  }
  e.is_foreign = outer_foreign;
  if (!e.is_foreign && NamesEntry(e)) {
    e.is_entry = !in_entry() && std::all_of(stack_.data(), &e, HoldsEntriesOfFeed);
    e.is_foreign = !e.is_entry;
    if (e.is_entry) BeginEntry(e);
  }
  if (!e.is_foreign) BeginNested(*this, e);
}

void FeedBuilder::StartMarkup(string_view local, absl::Span<const AttributeView> attributes) {
  Element& holder = stack_[depth_ - 1];
  Markup tag;
  tag.tag = absl::AsciiStrToLower(local);
  tag.base = markup_.empty() ? holder.base : markup_.back().base;
  if (!holder.has_markup) {
    // The wrapper of xhtml is none of the content (RFC 4287, section 3.1.1.3).
    tag.hidden = tag.tag == "div" && absl::StripAsciiWhitespace(holder.text).empty() &&
                 absl::StrContains(absl::AsciiStrToLower(holder.Get("type")), "xhtml");
    std::string escaped;
    AppendEscaped(holder.text, escaped);
    holder.text = std::move(escaped);
    holder.has_markup = true;
  }
  for (const AttributeView& a : attributes) {
    if (a.prefix == "xml" && a.local == "base") tag.base = BaseWithin(tag.base, a.value);
  }
  if (!tag.hidden) {
    absl::StrAppend(&holder.text, "<", tag.tag);
    for (const AttributeView& a : attributes) {
      if (!a.prefix.empty()) continue;
      absl::StrAppend(&holder.text, " ", a.local, "=\"");
      const string_view value = text::WithoutC1Controls(a.value, &buffer_);
      std::optional<std::string> address;
      if (tag.base != holder.base && HoldsAddress(a.local)) {
        address = url::ResolveUrl(bases_[tag.base], value);
      }
      AppendEscaped(address.has_value() ? string_view(*address) : value, holder.text);
      holder.text.push_back('"');
    }
    holder.text.push_back('>');
  }
  markup_.push_back(std::move(tag));
}

void FeedBuilder::EndMarkup() {
  const Markup tag = std::move(markup_.back());
  markup_.pop_back();
  if (!tag.hidden && !IsVoid(tag.tag)) {
    absl::StrAppend(&stack_[depth_ - 1].text, "</", tag.tag, ">");
  }
}

void FeedBuilder::Characters(string_view text) {
  if (depth_ == 0 || too_many_entries_) return;
  text = text::WithoutC1Controls(text, &buffer_);
  Element& e = stack_[depth_ - 1];
  if (e.has_markup) {
    AppendEscaped(text, e.text);
  } else {
    e.text.append(text.data(), text.size());
  }
}

void FeedBuilder::End() {
  if (depth_ == 0 || too_many_entries_) return;
  if (!markup_.empty()) return EndMarkup();
  // Stays where it is: nothing opens while an element closes.
  Element& e = stack_[--depth_];
  if (e.is_foreign) return;
  if (e.is_entry) return FinishEntry(e);
  if (!recognised_ || CloseNested(*this, e)) return;
  const Action action = in_entry() ? e.kind->in_entry : e.kind->in_feed;
  const bool direct = depth_ == 0 || stack_[depth_ - 1].is_entry || Parent() == "categories" ||
                      (!in_entry() && IsContainer(Parent()));
  if (action != nullptr && (direct || !e.kind->bare)) return action(*this, e);
  // Markup where none belongs: <category><b>Sea</b></category>. Short, as such fields are.
  const bool is_markup = e.kind->bare || absl::StartsWith(e.name(), "xhtml:");
  if (is_markup && !direct && e.text.size() <= kMaxMarkupBytes) AppendToParent(e.text);
}

void FeedBuilder::Finish() {
  // RSS 1.0 is not the only vocabulary whose root is rdf:RDF.
  if (root_ == "rdf:rdf" && KnownPrefix(root_namespace_) != "rss" && feed_.entries().empty() &&
      feed_.title().empty() && feed_.link().empty()) {
    recognised_ = false;
  }
  KeepCutEntry();
  CompleteFeed(feed_draft_, atom_, &feed_);
  if (feed_.format() == v1::FEED_FORMAT_WXR) {
    CompleteExport(feed_draft_.wordpress_items, &parsed_);
  }
  BaseTexts(options_.base_url, &parsed_);
}

}  // namespace dateline::ingestion::parse
