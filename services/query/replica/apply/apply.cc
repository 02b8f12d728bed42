#include "services/query/replica/apply/apply.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "common/obs/guarded.h"
#include "common/position/position.h"
#include "services/query/replica/apply/writer.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;

// Publications come before the paths and articles that are filed by their keys. Of one resource's
// states the order stays.
std::vector<const ResourceState*> InKindOrder(const std::vector<ResourceState>& states) {
  std::vector<const ResourceState*> ordered;
  ordered.reserve(states.size());
  for (const ResourceState& state : states) ordered.push_back(&state);
  std::stable_sort(
      ordered.begin(), ordered.end(),
      [](const ResourceState* a, const ResourceState* b) { return a->kind() < b->kind(); });
  return ordered;
}

using OnState = std::function<void(const ResourceState&)>;

// One transaction. `why`: why its states cannot be used; empty if nothing speaks against them.
absl::Status ApplyAtOnce(Store& store, const Batch& batch, const OnState& on_state,
                         const std::string& why) {
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
  const absl::StatusOr<CopyState> before = ReadCopyState(transaction);
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  const absl::Time at = std::max(batch.at, before.ok() ? before->at : absl::InfinitePast());
  const content::v1::LogPosition& reached =
      batch.journal_position.log_id().empty() ? batch.position : batch.journal_position;
  Journal journal(transaction, reached, at);
  Writer writer(transaction, at, EncodePosition(batch.position), batch.replaces, journal);
  for (const ResourceState* state : InKindOrder(batch.states)) {
    if (why.empty() && on_state != nullptr) on_state(*state);
    writer.Write(*state, why);
  }
  writer.Settle();
  journal.Flush();
  WriteCopyState(transaction, batch.position, at);
  return transaction.Commit();
}

absl::Status ApplyGuarded(Store& store, const Batch& batch, const OnState& on_state,
                          const std::string& why) {
  return obs::Guarded("applying changes", [&] { return ApplyAtOnce(store, batch, on_state, why); });
}

// The position is stored last: until then the batch is not applied.
absl::Status ApplyOneByOne(Store& store, const Batch& batch, const OnState& on_state) {
  for (const ResourceState* state : InKindOrder(batch.states)) {
    const Batch one{{*state}, {}, batch.at, batch.replaces, batch.position};
    absl::Status status = ApplyGuarded(store, one, on_state, "");
    if (status.ok()) continue;
    if (!absl::IsInternal(status)) return status;
    DATELINE_RETURN_IF_ERROR(ApplyGuarded(store, one, nullptr, std::string(status.message())));
  }
  return ApplyGuarded(store, Batch{{}, batch.position, batch.at}, nullptr, "");
}

}  // namespace

absl::Status ApplyForTest(Store& store, const Batch& batch, const OnState& on_state) {
  const absl::Status status = ApplyGuarded(store, batch, on_state, "");
  return absl::IsInternal(status) ? ApplyOneByOne(store, batch, on_state) : status;
}

absl::Status Apply(Store& store, const Batch& batch) { return ApplyForTest(store, batch, nullptr); }

bool IsTakedown(const ResourceState& state) {
  return state.kind() == catalog::v1::RESOURCE_KIND_ARTICLE &&
         state.tombstone().reason() == catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN;
}

bool IsDue(const Store& store, absl::Time at) {
  const absl::StatusOr<ReadTransaction> transaction = store.Read();
  if (!transaction.ok()) return false;
  Cursor due = transaction->Open(Table::kDue);
  return due.Seek("") && TimeFromOrdered(ReadNumber(due.key())) <= at;
}

}  // namespace dateline::query::replica
