#ifndef DATELINE_SERVICES_INGESTION_PARSE_ENTRY_RULES_H_
#define DATELINE_SERVICES_INGESTION_PARSE_ENTRY_RULES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/ingestion/parse/builder.h"
#include "services/ingestion/parse/element.h"
#include "services/ingestion/parse/feed.h"
#include "services/ingestion/parse/parser.h"

// Rules that formats share: how values join those that an entry already has, and what is settled
// only at the end. All functions are thread-safe.
namespace dateline::ingestion::parse {

using Persons = google::protobuf::RepeatedPtrField<v1::FeedPerson>;
using Categories = google::protobuf::RepeatedPtrField<v1::FeedCategory>;
using Media = google::protobuf::RepeatedPtrField<v1::FeedMedia>;

// Bound on links, media, persons and categories of one entry or feed, each.
inline constexpr int kMaxValues = 256;

// Adds a category unless it has neither term nor label or is known by term and scheme.
void AddCategory(std::string term, std::string scheme, std::string label, Categories* to);

// Adds the category that an element is: <category>, dc:subject and the like.
void AddCategoryOf(const Element& e, Categories* to);

// Adds the words of a list with commas as categories.
void AddKeywords(absl::string_view list, Categories* to);

// Adds the category that an itunes:category is; its text stands in an attribute.
void AddItunesCategory(const Element& e, Categories* to);

// Adds a person unless nothing is known of it. One with the name or the mail of a known one
// completes that one.
void AddPerson(v1::FeedPerson p, Persons* to);

// Adds the persons that a text names.
void AddPersons(absl::string_view text, Persons* to);

// What a link is to the feed or entry, in lower case: the value of rel, of which IANA's address may
// stand before the word (RFC 4287, section 4.2.7.2). Empty if it does not say.
std::string RelationOf(const Element& link);

// Adds a link unless the same address is known with the same relation and type.
void AddLink(v1::FeedLink link, google::protobuf::RepeatedPtrField<v1::FeedLink>* to);

// Adds a file unless its address is known.
void AddEnclosure(v1::FeedEnclosure file,
                  google::protobuf::RepeatedPtrField<v1::FeedEnclosure>* to);

// Adds what has an address. `medium` is told by MediumOf if the feed does not say it.
void AddMedia(v1::FeedMedia media, Media* to);

// What holds for all media of a scope holds for one that says nothing else.
void Inherit(const v1::FeedMedia& scope, v1::FeedMedia* media);

// How much an alternate link counts by its media type, 0 counting most: HTML before one that names
// none before all others.
int AlternateRank(absl::string_view type);

// A date as ParseDate reads it. One that cannot be read, or lies more than a day after the fetch,
// has no time and is added to `unparsed`; a doubtful one is added, too. A date of zeroes is none.
std::optional<absl::Time> ReadDate(absl::string_view raw, const ParseOptions& options,
                                   DateTexts* unparsed);

// A non-negative number; nothing for anything else.
std::optional<int64_t> ToLength(absl::string_view text);

// itunes:duration and the like: seconds, mm:ss or hh:mm:ss; else nothing.
std::optional<absl::Duration> ToDuration(absl::string_view text);

// Adds the entry of a draft whose element has closed.
void CompleteEntry(EntryDraft draft, ParsedFeed* to);

// Whether an entry of a feed that the end of its document cuts is of use: it can be known again
// when the document is read whole (by its link only if the feed's entries have no ids, as its own
// may be what is cut off), and a reader learns something from it.
bool IsWorthKeeping(const v1::FeedEntry& entry, const EntryExtras& extras, const v1::Feed& feed);

// What only the whole document tells: inherited authors, WordPress's names for log-ins, and the
// interval of updates.
void CompleteFeed(const FeedDraft& draft, bool atom, v1::Feed* feed);

// What relative links within the texts of entries are based on, in all formats alike: xml:base,
// which a text has already; then the entry's link, as readers do it, though RFC 4287 names none;
// then the feed's link; then the document's address.
void BaseTexts(const std::string& document_url, ParsedFeed* parsed);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_ENTRY_RULES_H_
