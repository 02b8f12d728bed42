#ifndef DATELINE_SERVICES_INGESTION_PARSE_ENTRY_RULES_H_
#define DATELINE_SERVICES_INGESTION_PARSE_ENTRY_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/ingestion/parse/builder.h"
#include "services/ingestion/parse/element.h"
#include "services/ingestion/parse/feed.h"
#include "services/ingestion/parse/parser.h"

// Rules that formats share: how values join those that an entry already has, and what is settled
// only at the end. All functions are thread-safe.
namespace dateline::ingestion::parse {

// Bound on links, media, persons and categories of one entry or feed, each.
inline constexpr size_t kMaxValues = 256;

// Adds a category unless it has neither term nor label or is known by term and scheme.
void AddCategory(std::vector<Category>& to, Category c);

// Adds the category that an element is: <category>, dc:subject and the like.
void AddCategoryOf(std::vector<Category>& to, const Element& e);

// Adds the words of a list with commas as categories.
void AddKeywords(std::vector<Category>& to, absl::string_view list);

// Adds the category that an itunes:category is.
void AddItunesCategory(std::vector<Category>& to, const Element& e);

// Adds a person unless nothing is known of it. One with the name or the mail of a known one
// completes that one.
void AddPerson(std::vector<Person>& to, Person p);

// Adds a link unless the same address is known with the same relation and type.
void AddLink(std::vector<Link>& to, Link link);

// Adds a file unless its address is known.
void AddEnclosure(std::vector<Enclosure>& to, Enclosure file);

// Adds what has an address. `medium` is told from the type if the feed does not say it.
void AddMedia(std::vector<Media>& to, Media media);

// How much an alternate link counts by its media type, 0 counting most: HTML before one that names
// none before all others.
int AlternateRank(absl::string_view type);

// A date as ParseDate reads it. One that cannot be read, or lies more than a day after the fetch,
// has no time and is added to `unparsed`. A date of zeroes is none.
Date ReadDate(absl::string_view raw, const ParseOptions& options,
              std::vector<std::string>& unparsed);

// A BCP 47 tag as feeds write it: with underscores, blanks, or no tag at all ("").
std::string LanguageTag(absl::string_view text);

// A non-negative number; nothing for anything else.
std::optional<int64_t> ToLength(absl::string_view text);

// itunes:duration and the like: seconds, mm:ss or hh:mm:ss; else nothing.
std::optional<absl::Duration> ToDuration(absl::string_view text);

// The entry of a draft whose element has closed. Its texts without xml:base are based on its link
// (not in Atom), else on `document_base`.
Entry CompleteEntry(EntryDraft draft, bool atom, absl::string_view document_base);

// What only the whole document tells: inherited authors, and WordPress's names for log-ins.
void CompleteFeed(Feed& feed, const FeedDraft& draft, bool atom);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_ENTRY_RULES_H_
