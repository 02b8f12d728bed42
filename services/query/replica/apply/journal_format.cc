#include "services/query/replica/apply/journal_format.h"

#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

// article, at, xid, seq, cause, size of `before`, whether `after` is the same.
constexpr size_t kHeadBytes = 42;
// publish_time, in front of the lists.
constexpr size_t kPlaceHeadBytes = 8;

}  // namespace

std::string JournalKey(uint64_t number) {
  std::string key;
  AppendNumber(&key, number);
  return key;
}

std::string EncodePlace(const Listing& listing) {
  std::string bytes;
  bytes.reserve(kPlaceHeadBytes + listing.lists.size() * kListPrefixBytes);
  AppendNumber(&bytes, OrderedTime(listing.entry.publish_time));
  for (const std::string& list : listing.lists) bytes.append(list);
  return bytes;
}

std::optional<Listing> ParsePlace(absl::string_view bytes) {
  if (bytes.size() < kPlaceHeadBytes) return std::nullopt;
  Listing listing;
  listing.entry.publish_time = TimeFromOrdered(ReadNumber(bytes));
  bytes.remove_prefix(kPlaceHeadBytes);
  for (; bytes.size() >= kListPrefixBytes; bytes.remove_prefix(kListPrefixBytes)) {
    listing.lists.emplace_back(bytes.substr(0, kListPrefixBytes));
  }
  return listing;
}

std::string EncodeJournalEntry(const JournalEntry& entry, absl::string_view before,
                               absl::string_view after) {
  std::string value;
  AppendNumber(&value, entry.article);
  AppendNumber(&value, OrderedTime(entry.at));
  AppendNumber(&value, entry.xid);
  AppendNumber(&value, entry.seq);
  AppendNumber(&value, before.size());
  value.push_back(static_cast<char>(entry.cause));
  // Most changes move nothing.
  value.push_back(before == after ? 1 : 0);
  value.append(before.data(), before.size());
  if (before != after) value.append(after.data(), after.size());
  return value;
}

std::optional<JournalEntry> ParseJournalEntry(absl::string_view key, absl::string_view value) {
  if (key.size() != 8 || value.size() < kHeadBytes) return std::nullopt;
  JournalEntry entry;
  entry.number = ReadNumber(key);
  entry.article = ReadNumber(value);
  entry.at = TimeFromOrdered(ReadNumber(value, 8));
  entry.xid = ReadNumber(value, 16);
  entry.seq = ReadNumber(value, 24);
  const uint64_t before_bytes = ReadNumber(value, 32);
  entry.cause = static_cast<JournalCause>(value[40]);
  const bool same = value[41] != 0;
  value.remove_prefix(kHeadBytes);
  if (before_bytes > value.size()) return std::nullopt;
  entry.before = ParsePlace(value.substr(0, before_bytes));
  entry.after = same ? entry.before : ParsePlace(absl::ClippedSubstr(value, before_bytes));
  return entry;
}

}  // namespace dateline::query::replica
