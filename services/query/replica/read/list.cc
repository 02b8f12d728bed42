#include "services/query/replica/read/list.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace dateline::query::replica {
namespace {

// Invisible entries passed over in one call; a page may then be short (AIP-158).
constexpr int kMaxSkipped = 10'000;

// A cursor that stays within one list and moves in the query's direction.
class ListCursor {
 public:
  ListCursor(const ReadTransaction& transaction, std::string prefix, bool backwards)
      : cursor_(transaction.Open(Table::kPostings)),
        key_(std::move(prefix)),
        backwards_(backwards) {}

  // Goes to the first entry at or behind `suffix`; false at the list's end.
  bool SeekTo(absl::string_view suffix) {
    key_.resize(kListPrefixBytes);
    key_.append(suffix.data(), suffix.size());
    return InList(backwards_ ? cursor_.SeekBefore(key_) : cursor_.Seek(key_));
  }
  bool Advance() { return InList(backwards_ ? cursor_.Previous() : cursor_.Next()); }

  absl::string_view suffix() const { return cursor_.key().substr(kListPrefixBytes); }
  absl::string_view value() const { return cursor_.value(); }

 private:
  bool InList(bool found) const {
    return found && cursor_.key().size() == kListPrefixBytes + kListSuffixBytes &&
           cursor_.key().substr(0, kListPrefixBytes) ==
               absl::string_view(key_).substr(0, kListPrefixBytes);
  }

  Cursor cursor_;
  std::string key_;
  const bool backwards_;
};

// Moves all cursors to the next entry that they share, at or behind `target`; false if there is
// none.
bool Leapfrog(std::vector<ListCursor>& cursors, std::string target, bool backwards) {
  size_t agreed = 0;
  for (size_t i = 0; agreed < cursors.size(); i = (i + 1) % cursors.size()) {
    if (!cursors[i].SeekTo(target)) return false;
    const absl::string_view found = cursors[i].suffix();
    if (found == target) {
      ++agreed;
      continue;
    }
    // Seeking never goes against the direction, so the target only moves on.
    target = std::string(found);
    agreed = 1;
  }
  (void)backwards;
  return true;
}

// Where a walk begins: newest first at `now` (what is published later is not reached), oldest first
// at the end.
std::string StartSuffix(const ListQuery& query) {
  if (!query.after.empty()) return query.after;
  if (query.oldest_first) return std::string(kListSuffixBytes, '\xff');
  return ListSuffix({query.now, 0, Slot::kLive});
}

}  // namespace

ListEnd WalkLists(const ReadTransaction& transaction, const ListQuery& query,
                  absl::FunctionRef<bool(const ListEntry&)> visit) {
  std::vector<ListCursor> cursors;
  cursors.reserve(query.lists.size());
  for (const std::string& list : query.lists) {
    cursors.emplace_back(transaction, list, query.oldest_first);
  }
  ListEnd end;
  const auto step = [&] {
    if (!cursors[0].Advance()) return false;
    return cursors.size() == 1 ||
           Leapfrog(cursors, std::string(cursors[0].suffix()), query.oldest_first);
  };
  bool found = cursors.size() == 1 ? cursors[0].SeekTo(StartSuffix(query))
                                   : Leapfrog(cursors, StartSuffix(query), query.oldest_first);
  if (found && !query.after.empty() && cursors[0].suffix() == query.after) found = step();
  for (int skipped = 0; found; found = step()) {
    const ListEntry entry = ParseListSuffix(cursors[0].suffix());
    if (!ParseVisibility(cursors[0].value()).At(query.now)) {
      if (query.oldest_first && entry.publish_time > query.now) break;
      if (++skipped < kMaxSkipped) continue;
      end.more = true;
      end.last = std::string(cursors[0].suffix());
      return end;
    }
    if (!visit(entry)) {
      end.more = true;
      return end;
    }
    end.last = std::string(cursors[0].suffix());
  }
  return end;
}

int64_t CountVisible(const ReadTransaction& transaction, const std::string& list, absl::Time now) {
  const auto counted = transaction.Get(Table::kCounts, list);
  int64_t count = counted.has_value() ? static_cast<int64_t>(ReadNumber(*counted)) : 0;
  // What has turned between the instant of the count and now.
  Cursor cursor = transaction.Open(Table::kTimed);
  for (bool found = cursor.Seek(list);
       found && cursor.key().substr(0, kListPrefixBytes) == list && TurnOf(cursor.key()) <= now;
       found = cursor.Next()) {
    const Visibility visibility = ParseVisibility(cursor.value());
    const bool was_counted = TurnOf(cursor.key()) != visibility.from;
    count += (visibility.At(now) ? 1 : 0) - (was_counted ? 1 : 0);
  }
  return count;
}

int64_t CountVisible(const ReadTransaction& transaction, const std::vector<std::string>& lists,
                     absl::Time now, int64_t limit, bool* more) {
  int64_t count = 0;
  ListQuery query;
  query.lists = lists;
  query.now = now;
  const ListEnd end = WalkLists(transaction, query, [&](const ListEntry&) {
    if (count == limit) return false;
    ++count;
    return true;
  });
  *more = end.more;
  return count;
}

}  // namespace dateline::query::replica
