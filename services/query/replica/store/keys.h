#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_KEYS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_KEYS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// The layout of the replica's keys. Numbers are big-endian, so that byte order is number order. All
// pure.
namespace dateline::query::replica {

// What lists are kept by.
enum class Dimension : uint8_t {
  kAll = 0,
  kTopic = 1,         // the topic itself, merged topics resolved
  kTopicClosure = 2,  // the topic and its descendants; an article stands once
  kAuthor = 3,        // merged authors resolved
  kPublication = 4,
  kLanguage = 5,
  kType = 6,
  kLabel = 7,
  kAccess = 8,  // unspecified is filed as FREE
  kRightsFlag = 9,
  kHasImage = 10,        // one list, of term 1
  kCluster = 11,         // by the cluster's name, as a word
  kTranslationSet = 12,  // the same of a translation set
  // The same by modify_time in the place of publish_time.
  kModifiedAll = 13,
  kModifiedTopic = 14,
  kModifiedTopicClosure = 15,
  kModifiedPublication = 16,
  kModifiedCluster = 17,
  kModifiedTranslationSet = 18,
};

// The dimension that holds the same by modify_time; nullopt if there is none.
std::optional<Dimension> ByModification(Dimension dimension);
// Whether `dimension` is such a one.
bool IsByModification(Dimension dimension);

// Which revision of an article an entry is about.
enum class Slot : uint8_t { kLive = 0, kScheduled = 1 };

// Appends a number in 8 bytes; reads one that begins at byte `from` of `text`, of which what is
// missing behind the end counts as if the number were shorter.
void AppendNumber(std::string* out, uint64_t number);
uint64_t ReadNumber(absl::string_view text, size_t from = 0);

// A signed instant in microseconds since 1970 as an unsigned number of the same order; infinities
// are kept.
uint64_t OrderedTime(absl::Time time);
absl::Time TimeFromOrdered(uint64_t ordered);

// Dimension and term: 9 bytes, the prefix of a list.
inline constexpr size_t kListPrefixBytes = 9;
std::string ListPrefix(Dimension dimension, uint64_t term);

// The term of a word such as a language or a label: its 64-bit FNV-1a hash.
uint64_t TermOf(absl::string_view word);

// What follows the prefix: ~publish_time, article, slot. 17 bytes; newest first.
inline constexpr size_t kListSuffixBytes = 17;
struct ListEntry {
  absl::Time publish_time;
  uint64_t article = 0;
  Slot slot = Slot::kLive;
};
std::string ListSuffix(const ListEntry& entry);
// `suffix` has kListSuffixBytes; of any other size an entry of article 0 is given.
ListEntry ParseListSuffix(absl::string_view suffix);

// The key in kTimed of a posting that time changes at `turn`: the list, the instant, the suffix. So
// what has turned since stands together at the list's beginning.
std::string TimedKey(absl::string_view list, absl::Time turn, absl::string_view suffix);
absl::Time TurnOf(absl::string_view timed_key);

// When something is visible: from `from`, before `until`.
struct Visibility {
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();

  bool At(absl::Time instant) const { return from <= instant && instant < until; }
};
std::string EncodeVisibility(const Visibility& visibility);
Visibility ParseVisibility(absl::string_view value);

// Article and slot: the key of cards and bodies.
std::string CardKey(uint64_t article, Slot slot);

// Kind and key of any resource.
std::string StateKey(int kind, uint64_t key);

// The prefix of all that a path leads to: publication, the path's length, the path. The length
// stands before it, so whatever bytes a path has, its prefix is no other path's and ends where the
// fixed rest begins. Paths beyond LMDB's key size are hashed.
std::string PathPrefix(uint64_t publication, absl::string_view path);

// The fixed rest behind it: what kind of entry, which article and revision. 10 bytes.
struct PathEntry {
  bool remembered = false;  // the path was the article's own before
  uint64_t article = 0;
  Slot slot = Slot::kLive;
};
std::string PathKey(absl::string_view path_prefix, const PathEntry& entry);
// nullopt if `key` is no key of this very prefix.
std::optional<PathEntry> ParsePathKey(absl::string_view key, absl::string_view path_prefix);

// The prefix of the topics that refer to a topic by name, as parent or as the one they were merged
// into, and of the authors who were merged into one; behind it stands the referring one's key in 8
// bytes. The length stands before the name.
std::string ChildPrefix(absl::string_view name);
std::string ChildKey(absl::string_view name, uint64_t child);
// nullopt if `key` is no key of this very prefix.
std::optional<uint64_t> ParseChildKey(absl::string_view key, absl::string_view prefix);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_KEYS_H_
