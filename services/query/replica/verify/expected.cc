#include "services/query/replica/verify/expected.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/suggestions.h"
#include "services/query/replica/apply/writer.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;
using Visit = absl::FunctionRef<void(const ExpectedEntry&)>;

constexpr int64_t kEntriesBetweenChecks = 1'024;

void ExpectListing(const Listing& listing, absl::Time at, const std::string& name, Visit visit) {
  const std::string visibility = EncodeVisibility(listing.visibility);
  if (!listing.path_prefix.empty()) {
    visit({Table::kPaths, OwnPathKey(listing), visibility, name});
  }
  if (IsPastListing(listing.visibility, at)) return;
  const std::string modified_suffix = ListSuffix(listing.modified_entry);
  for (const std::string& list : listing.modified_lists) {
    visit({Table::kPostings, absl::StrCat(list, modified_suffix), visibility, name});
  }
  const absl::Time turn = NextTurn(listing.visibility, at);
  const std::string suffix = ListSuffix(listing.entry);
  for (const std::string& list : listing.lists) {
    visit({Table::kPostings, absl::StrCat(list, suffix), visibility, name});
    if (turn == absl::InfiniteFuture()) continue;
    visit({Table::kTimed, TimedKey(list, turn, suffix), visibility, name});
  }
  if (turn != absl::InfiniteFuture() && !listing.lists.empty()) {
    visit({Table::kDue, DueKey(turn, listing.entry.article), "", name});
  }
}

void ExpectVocabulary(const ResourceState& state, Visit visit) {
  const auto number = static_cast<uint64_t>(state.key());
  for (const std::string& target : ReferredBy(state)) {
    visit({Table::kChildren, ChildKey(target, number), "", state.name()});
  }
  if (!state.has_topic()) return;
  for (const auto& [key, value] : SuggestionEntries(number, state.topic())) {
    visit({Table::kSuggestions, key, value, state.name()});
  }
}

void ExpectResource(const ReadTransaction& transaction, absl::string_view key,
                    const ResourceState& state, absl::Time at, Visit visit) {
  if (state.has_path()) {
    if (state.path().article().empty()) return;
    visit({Table::kPaths, RememberedKey(transaction, state.path()), EncodeVisibility({}),
           state.path().article()});
    return;
  }
  if (state.has_pins() || state.has_tombstone()) return;
  if (!state.name().empty()) visit({Table::kNames, state.name(), key, state.name()});
  if (!state.has_article()) {
    ExpectVocabulary(state, visit);
    return;
  }
  for (const Listing& listing : ListingsOf(transaction, static_cast<uint64_t>(state.key()))) {
    ExpectListing(listing, at, state.name(), visit);
  }
}

// Of the lists by publish_time, which alone are counted.
absl::Status ExpectCounts(const ReadTransaction& transaction, absl::Time at,
                          absl::FunctionRef<absl::Status()> check, Visit visit) {
  std::string list;
  uint64_t visible = 0;
  const auto finish = [&] {
    if (visible == 0) return;
    std::string value;
    AppendNumber(&value, visible);
    visit({Table::kCounts, list, value, ""});
  };
  int64_t read = 0;
  Cursor cursor = transaction.Open(Table::kPostings);
  for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
    if (read++ % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check());
    if (cursor.key().size() < kListPrefixBytes) continue;
    const absl::string_view prefix = cursor.key().substr(0, kListPrefixBytes);
    if (IsByModification(static_cast<Dimension>(prefix[0]))) continue;
    if (prefix != list) {
      finish();
      list.assign(prefix.data(), prefix.size());
      visible = 0;
    }
    if (ParseVisibility(cursor.value()).At(at)) ++visible;
  }
  finish();
  return absl::OkStatus();
}

}  // namespace

absl::Status ForEachExpected(const ReadTransaction& transaction, absl::Time at,
                             absl::FunctionRef<absl::Status()> check, Visit visit) {
  int64_t read = 0;
  Cursor cursor = transaction.Open(Table::kStates);
  ResourceState state;
  for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
    if (read++ % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check());
    if (!state.ParseFromArray(cursor.value().data(), static_cast<int>(cursor.value().size()))) {
      transaction.NoteDamage();
      continue;
    }
    ExpectResource(transaction, cursor.key(), state, at, visit);
  }
  return ExpectCounts(transaction, at, check, visit);
}

}  // namespace dateline::query::replica
