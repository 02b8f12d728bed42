#ifndef DATELINE_SERVICES_QUERY_SEARCH_DOCUMENT_H_
#define DATELINE_SERVICES_QUERY_SEARCH_DOCUMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// What the index holds of an article, and by which terms and values. A change of it needs another
// kIndexFormat.
namespace dateline::query::search {

inline constexpr char kIndexFormat[] = "2";

// One visible article as it is to be indexed.
struct IndexedArticle {
  uint64_t article = 0;
  std::string place;  // its suffix in lists by publish_time (replica/store/keys.h)
  absl::Time until = absl::InfiniteFuture();  // of its visibility
  std::string language;                       // BCP 47
  std::string title;
  std::string subtitle;
  std::string body;
  std::vector<std::string> names;  // of its topics and authors
  std::vector<std::string> lists;  // in which it stands, by prefix
  std::string cluster;
  std::string translation_set;
};

// Terms. Words stand as they are: folded, so none begins with a capital letter.
inline constexpr char kStemPrefix[] = "Z";
inline constexpr char kArticlePrefix[] = "Q";
inline constexpr char kListPrefix[] = "L";
// The whole language tag, and each beginning of it ("en" of "en-GB"), in lower case.
inline constexpr char kLanguagePrefix[] = "E";
inline constexpr char kLanguageRangePrefix[] = "G";

// Slots of values.
inline constexpr unsigned kPlaceSlot = 0;    // IndexedArticle::place: newest first in byte order
inline constexpr unsigned kUntilSlot = 1;    // OrderedTime, only where it ends
inline constexpr unsigned kCountedSlot = 2;  // the lists that hits are counted by, joined
inline constexpr unsigned kClusterSlot = 3;
inline constexpr unsigned kTranslationSlot = 4;
inline constexpr unsigned kMinuteSlot = 5;  // of its publish_time: MinuteOf
inline constexpr unsigned kSlots = 6;

std::string ArticleTerm(uint64_t article);
std::string ListTerm(absl::string_view list);

// The minutes from 1970 to an instant in 4 bytes, most significant first, which take no memory of
// their own; and back. What is out of range is the nearest there is.
std::string MinuteOf(absl::Time time);
uint32_t MinuteFrom(absl::string_view value);

// The language tag and its beginnings: "en-gb" gives "en-gb", "en". In lower case.
std::vector<std::string> LanguageRanges(absl::string_view tag);

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_DOCUMENT_H_
