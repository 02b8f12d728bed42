#ifndef DATELINE_SERVICES_INGESTION_PARSE_BUILDER_H_
#define DATELINE_SERVICES_INGESTION_PARSE_BUILDER_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/ingestion/parse/element.h"
#include "services/ingestion/parse/feed.h"
#include "services/ingestion/parse/parser.h"
#include "services/ingestion/parse/wordpress_export.h"

namespace dateline::ingestion::parse {

// Dates as they are written, which could not be read.
using DateTexts = google::protobuf::RepeatedPtrField<std::string>;

// An entry that is being read, with what can be settled only when it is whole. A rank says how much
// the element counts that a value came from; 0 counts most, kUnset is none.
struct EntryDraft {
  static constexpr int kUnset = 100;

  v1::FeedEntry entry;
  EntryExtras extras;
  int title_rank = kUnset;
  int summary_rank = kUnset;
  int content_rank = kUnset;
  int link_rank = kUnset;
  int published_rank = kUnset;
  int updated_rank = kUnset;
  int comments_rank = kUnset;
  // feedburner:origLink and origEnclosureLink.
  std::string original_link;
  std::string original_enclosure;
  // Index of the xml:base that the entry stands in.
  size_t outer_base = 0;
  // rdf:about, or the address of content that stands elsewhere: the link if there is no other.
  std::string fallback_link;
  std::optional<absl::Duration> duration;
  // Media RSS: what holds for the open media:content, for the open media:group and for all media.
  v1::FeedMedia content_scope;
  v1::FeedMedia group_scope;
  v1::FeedMedia entry_scope;
  // The first of the open group's media in the entry's.
  int group_begin = 0;
  // geo:lat and geo:long.
  std::optional<double> latitude;
  std::optional<double> longitude;
  WordPressItem wordpress;
  // Authors of atom:source, who stand in for the entry's.
  google::protobuf::RepeatedPtrField<v1::FeedPerson> source_authors;
};

// The same for the feed itself.
struct FeedDraft {
  int title_rank = EntryDraft::kUnset;
  int link_rank = EntryDraft::kUnset;
  int updated_rank = EntryDraft::kUnset;
  // Stand in for authors: RSS webMaster.
  google::protobuf::RepeatedPtrField<v1::FeedPerson> webmasters;
  // Of the open wp:author.
  std::string login;
  std::map<std::string, v1::FeedPerson, std::less<>> wordpress_authors;
  // One for each entry.
  std::vector<WordPressItem> wordpress_items;
};

// Collects a feed from the elements of an XML document. Not thread-safe.
class FeedBuilder {
 public:
  // `parsed` and `options` must outlive the builder.
  FeedBuilder(ParsedFeed& parsed, const ParseOptions& options);

  // Events in document order; `End` closes the innermost open element. `local` is the name as
  // written and without its prefix. The views need not outlive the call; `kind` must.
  void Start(const ElementKind& kind, absl::string_view local,
             absl::Span<const AttributeView> attributes);
  void End();
  void Characters(absl::string_view text);
  // After the last event of a document.
  void Finish();

  // Whether the next element is inline markup of the one that is open.
  bool capturing() const { return recognised_ && depth_ > 0 && stack_[depth_ - 1].kind->captures; }
  // Whether a root of a known format was seen.
  bool recognised() const { return recognised_; }
  bool too_many_entries() const { return too_many_entries_; }
  // Name of the root element.
  const std::string& root() const { return root_; }
  // Namespace of the feed's own vocabulary, which tells some formats apart; to be set before the
  // root begins.
  void set_root_namespace(absl::string_view uri) { root_namespace_ = std::string(uri); }

  // What follows is for the actions of elements.
  v1::Feed& feed() { return feed_; }
  EntryDraft& draft() { return *draft_; }
  v1::FeedEntry& entry() { return draft_->entry; }
  EntryExtras& extras() { return draft_->extras; }
  bool in_entry() const { return draft_.has_value(); }
  bool atom() const { return atom_; }
  v1::FeedPerson& person() { return person_; }
  FeedDraft& feed_draft() { return feed_draft_; }
  ElementRole ParentRole() const {
    return depth_ > 0 ? stack_[depth_ - 1].kind->role : ElementRole::kPlain;
  }
  // Name of the n-th element above the one that closes, 0 being its parent.
  absl::string_view Parent(size_t n = 0) const;
  // Whether an element of this name is open.
  bool Within(absl::string_view name) const;
  // Adds to the text of the element that the closing one stands in.
  void AppendToParent(absl::string_view text) {
    stack_[depth_ - 1].text.append(text.data(), text.size());
  }
  // The absolute http(s) address of a reference in an element, or empty. Bases in this order:
  // xml:base, the feed's link, the document's address.
  std::string Resolve(const Element& e, absl::string_view reference) const;
  // The same for the feed's own links, which the feed's link cannot be the base of.
  std::string ResolveFeedLink(const Element& e, absl::string_view reference) const;
  // xml:base, or empty.
  const std::string& BaseOf(const Element& e) const { return bases_[e.base]; }
  // Whether a link has an empty address, which means its xml:base. That of the whole feed is no
  // entry's address.
  bool LeadsToBase(const Element& e) const;
  // The closing element's text as its type says; the element has it no more.
  Text TakeText(Element& e) const;
  std::string PlainText(Element& e) const;
  const std::string& LanguageOf(const Element& e) const { return languages_[e.language]; }
  // The instant of a date; what cannot be read or lies more than a day after the fetch has none and
  // is added to `unparsed`.
  std::optional<absl::Time> MakeDate(absl::string_view raw, DateTexts* unparsed) const;

 private:
  void DetectFormat(const Element& root);
  // Whether an element's type attribute is to be believed (Atom's and Media RSS's text).
  bool IsTyped(const Element& e) const;
  // Whether an element that begins is an entry by its name.
  bool NamesEntry(const Element& e) const;
  void BeginEntry(const Element& e);
  void FinishEntry(const Element& e);
  void KeepCutEntry();
  void InheritAuthors();
  void StartMarkup(absl::string_view local, absl::Span<const AttributeView> attributes);
  void EndMarkup();
  size_t BaseWithin(size_t outer, absl::string_view reference);

  ParsedFeed& parsed_;
  v1::Feed& feed_;
  const ParseOptions& options_;
  // Open elements; those above `depth_` are kept for their memory.
  std::vector<Element> stack_;
  size_t depth_ = 0;
  // Open inline markup: tag and index of xml:base, and whether its tags are left out.
  struct Markup {
    std::string tag;
    size_t base = 0;
    bool hidden = false;
  };
  std::vector<Markup> markup_;
  std::vector<std::string> bases_ = {""};
  std::vector<std::string> languages_ = {""};
  std::optional<EntryDraft> draft_;
  v1::FeedPerson person_;
  FeedDraft feed_draft_;
  std::string buffer_;  // For the text at hand, if it has to be changed.
  std::string root_;
  std::string root_namespace_;
  bool atom_ = false;
  bool recognised_ = false;
  bool too_many_entries_ = false;
};

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_BUILDER_H_
