#include "services/query/replica/store/keys.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fnv.h"

namespace dateline::query::replica {
namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;
// LMDB's keys end at 511 bytes; 8 for the publication, 4 for the length, 10 for kind, article and
// slot.
constexpr size_t kMaxPathInKey = 480;
constexpr size_t kPathRestBytes = 10;
constexpr size_t kChildRestBytes = 8;

void AppendLength(std::string* out, size_t length) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(length >> shift & 0xff));
  }
}

// What follows `prefix` in `key`; nullopt if it does not begin so or has not `size` bytes more.
std::optional<absl::string_view> RestOf(absl::string_view key, absl::string_view prefix,
                                        size_t size) {
  if (key.size() != prefix.size() + size || !absl::StartsWith(key, prefix)) return std::nullopt;
  return absl::ClippedSubstr(key, prefix.size());
}

}  // namespace

void AppendNumber(std::string* out, uint64_t number) {
  char bytes[8];
  for (int i = 7; i >= 0; --i) {
    bytes[i] = static_cast<char>(number & 0xff);
    number >>= 8;
  }
  out->append(bytes, sizeof(bytes));
}

uint64_t ReadNumber(absl::string_view text, size_t from) {
  uint64_t number = 0;
  for (size_t i = from; i < from + 8 && i < text.size(); ++i) {
    number = number << 8 | static_cast<unsigned char>(text[i]);
  }
  return number;
}

uint64_t OrderedTime(absl::Time time) {
  if (time == absl::InfinitePast()) return 0;
  if (time == absl::InfiniteFuture()) return ~uint64_t{0};
  return static_cast<uint64_t>(absl::ToUnixMicros(time)) ^ kSign;
}

absl::Time TimeFromOrdered(uint64_t ordered) {
  if (ordered == 0) return absl::InfinitePast();
  if (ordered == ~uint64_t{0}) return absl::InfiniteFuture();
  return absl::FromUnixMicros(static_cast<int64_t>(ordered ^ kSign));
}

std::optional<Dimension> ByModification(Dimension dimension) {
  switch (dimension) {
    case Dimension::kAll:
      return Dimension::kModifiedAll;
    case Dimension::kTopic:
      return Dimension::kModifiedTopic;
    case Dimension::kTopicClosure:
      return Dimension::kModifiedTopicClosure;
    case Dimension::kPublication:
      return Dimension::kModifiedPublication;
    case Dimension::kCluster:
      return Dimension::kModifiedCluster;
    case Dimension::kTranslationSet:
      return Dimension::kModifiedTranslationSet;
    default:
      return std::nullopt;
  }
}

bool IsByModification(Dimension dimension) { return dimension >= Dimension::kModifiedAll; }

std::string ListPrefix(Dimension dimension, uint64_t term) {
  std::string key(1, static_cast<char>(dimension));
  AppendNumber(&key, term);
  return key;
}

uint64_t TermOf(absl::string_view word) { return Fnv64(word); }

std::string ListSuffix(const ListEntry& entry) {
  std::string suffix;
  suffix.reserve(kListSuffixBytes);
  AppendNumber(&suffix, ~OrderedTime(entry.publish_time));
  AppendNumber(&suffix, entry.article);
  suffix.push_back(static_cast<char>(entry.slot));
  return suffix;
}

ListEntry ParseListSuffix(absl::string_view suffix) {
  if (suffix.size() != kListSuffixBytes) return {};
  return {TimeFromOrdered(~ReadNumber(suffix)), ReadNumber(suffix, 8),
          static_cast<Slot>(suffix[16])};
}

std::string TimedKey(absl::string_view list, absl::Time turn, absl::string_view suffix) {
  std::string key(list.data(), list.size());
  AppendNumber(&key, OrderedTime(turn));
  key.append(suffix.data(), suffix.size());
  return key;
}

absl::Time TurnOf(absl::string_view timed_key) {
  return TimeFromOrdered(ReadNumber(timed_key, kListPrefixBytes));
}

std::string EncodeVisibility(const Visibility& visibility) {
  std::string value;
  AppendNumber(&value, OrderedTime(visibility.from));
  AppendNumber(&value, OrderedTime(visibility.until));
  return value;
}

Visibility ParseVisibility(absl::string_view value) {
  return {TimeFromOrdered(ReadNumber(value)), TimeFromOrdered(ReadNumber(value, 8))};
}

std::string CardKey(uint64_t article, Slot slot) {
  std::string key;
  AppendNumber(&key, article);
  key.push_back(static_cast<char>(slot));
  return key;
}

std::string StateKey(int kind, uint64_t key) {
  std::string out(1, static_cast<char>(kind));
  AppendNumber(&out, key);
  return out;
}

std::string PathPrefix(uint64_t publication, absl::string_view path) {
  std::string key;
  AppendNumber(&key, publication);
  AppendLength(&key, path.size());
  if (path.size() <= kMaxPathInKey) {
    absl::StrAppend(&key, path);
  } else {
    // Two independent hashes: a collision would show one article under another's address.
    absl::StrAppend(&key, path.substr(0, kMaxPathInKey - 17), "\x01");
    AppendNumber(&key, TermOf(path));
    AppendNumber(&key, TermOf(absl::StrCat("2", path)));
  }
  return key;
}

std::string PathKey(absl::string_view path_prefix, const PathEntry& entry) {
  std::string key(path_prefix.data(), path_prefix.size());
  key.push_back(entry.remembered ? 1 : 0);
  key.append(CardKey(entry.article, entry.slot));
  return key;
}

std::optional<PathEntry> ParsePathKey(absl::string_view key, absl::string_view path_prefix) {
  const auto rest = RestOf(key, path_prefix, kPathRestBytes);
  if (!rest.has_value()) return std::nullopt;
  return PathEntry{(*rest)[0] != 0, ReadNumber(*rest, 1),
                   (*rest)[9] == 0 ? Slot::kLive : Slot::kScheduled};
}

std::string ChildPrefix(absl::string_view name) {
  std::string prefix;
  AppendLength(&prefix, name.size());
  prefix.append(name.data(), name.size());
  return prefix;
}

std::string ChildKey(absl::string_view name, uint64_t child) {
  std::string key = ChildPrefix(name);
  AppendNumber(&key, child);
  return key;
}

std::optional<uint64_t> ParseChildKey(absl::string_view key, absl::string_view prefix) {
  const auto rest = RestOf(key, prefix, kChildRestBytes);
  if (!rest.has_value()) return std::nullopt;
  return ReadNumber(*rest);
}

}  // namespace dateline::query::replica
