#include "services/query/replica/verify/held_resources.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/query/replica/read/quarantine.h"
#include "services/query/replica/store/bodies.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

constexpr int64_t kEntriesBetweenChecks = 256;

// Of a revision as it is read: card and body put together. 0 if there is none.
uint64_t DigestOfSlot(const ReadTransaction& transaction, uint64_t article, Slot slot) {
  const auto card = transaction.Get(Table::kCards, CardKey(article, slot));
  if (!card.has_value()) return 0;
  content::v1::Article served;
  if (!served.ParseFromString(absl::StrCat(*card, ReadBody(transaction, article, slot)))) return 0;
  return api::DigestOfRevision(served);
}

}  // namespace

absl::Status ForEachHeld(const ReadTransaction& transaction, absl::string_view from,
                         absl::FunctionRef<absl::Status()> check,
                         absl::FunctionRef<bool(const HeldResource&)> visit) {
  int64_t read = 0;
  Cursor cursor = transaction.Open(Table::kStates);
  for (bool found = cursor.Seek(from); found; found = cursor.Next()) {
    if (read++ % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check());
    HeldResource held;
    const absl::string_view value = cursor.value();
    if (!held.state.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      transaction.NoteDamage();
      continue;
    }
    held.quarantine = WhyInQuarantine(transaction, cursor.key());
    if (held.state.has_tombstone() && held.quarantine.empty()) continue;
    held.digest.state = api::DigestOfState(held.state);
    if (held.state.has_article()) {
      const auto article = static_cast<uint64_t>(held.state.key());
      held.digest.live = DigestOfSlot(transaction, article, Slot::kLive);
      held.digest.scheduled = DigestOfSlot(transaction, article, Slot::kScheduled);
    }
    if (!visit(held)) break;
  }
  return absl::OkStatus();
}

}  // namespace dateline::query::replica
