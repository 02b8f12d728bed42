#include "services/query/service/status.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "common/api/proto_time.h"
#include "common/api/roles.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/read/journal.h"
#include "services/query/search/source.h"
#include "services/query/service/filter.h"
#include "services/query/service/view.h"

namespace dateline::query::service {
namespace {

int64_t CountTopics(const replica::Store& store) {
  const auto transaction = store.Read();
  if (!transaction.ok()) return 0;
  int64_t count = 0;
  replica::Cursor cursor = transaction->Open(replica::Table::kNames);
  constexpr absl::string_view kPrefix = "topics/";
  for (bool found = cursor.Seek(kPrefix); found && absl::StartsWith(cursor.key(), kPrefix);
       found = cursor.Next()) {
    ++count;
  }
  return count;
}

}  // namespace

void FillStatus(replica::Replica& replica, const follow::FollowerStatus& follower,
                absl::Duration uptime, const Caller& caller, v1::GetStatusResponse* response) {
  const bool sees_hidden = api::HasRole(caller, options::v1::ROLE_PREVIEWER);
  const auto store = replica.current();
  response->set_serving(store != nullptr);
  response->set_position(replica.position()->token);
  response->set_follower(follower.state);
  // "Never" has no place in a Duration.
  if (follower.lag != absl::InfiniteDuration()) {
    *response->mutable_lag() = DurationToProto(follower.lag);
  }
  if (follower.applied != absl::InfinitePast()) {
    *response->mutable_applied_time() = TimeToProto(follower.applied);
  }
  if (store != nullptr) {
    response->set_topics(CountTopics(*store));
    if (sees_hidden) {
      response->set_articles(store->Entries(replica::Table::kCards));
      response->set_store_bytes(store->SizeBytes());
      response->set_quarantined(store->Entries(replica::Table::kQuarantine));
    }
  }
  if (sees_hidden) response->set_last_error(follower.last_error);
  *response->mutable_clock_skew() = DurationToProto(replica.clock().Skew());
  *response->mutable_uptime() = DurationToProto(uptime);
  response->set_rebuilds(follower.rebuilds);
}

void FillSearchStatus(replica::Replica& replica, const search::IndexerStatus& index,
                      const Caller& caller, v1::SearchStatus* out) {
  out->set_serving(index.whole);
  if (!api::HasRole(caller, options::v1::ROLE_PREVIEWER)) return;
  out->set_last_error(index.last_error);
  const auto store = replica.current();
  if (store == nullptr) return;
  const auto transaction = store->Read();
  if (!transaction.ok()) return;
  const uint64_t end = replica::JournalEnd(*transaction);
  // Of another copy it has nothing.
  const bool same = index.copy == search::IndexedCopy(*transaction);
  out->set_entries_behind(static_cast<int64_t>(end - std::min(end, same ? index.applied : 0)));
}

}  // namespace dateline::query::service
