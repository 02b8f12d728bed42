#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_TAKEDOWNS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_TAKEDOWNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/query/replica/store/store.h"

// The articles that were taken down and for which the catalog waits for a receipt. They stand in
// the copy itself, written in the transaction that removes the article, so that a restart loses
// none. One is unclean for as long as the file may have bytes of its text in free pages or behind
// other entries.
namespace dateline::query::replica {

// The receipts that a copy owes.
struct OwedReceipts {
  std::vector<std::string> clean;  // Articles whose receipts can be sent.
  int64_t unclean = 0;             // How many wait until the copy was made anew.
};

// Notes that an article was taken down; `was_held`: the copy had it before.
void NoteTakedown(WriteTransaction& transaction, absl::string_view article, bool was_held);

// The receipts that are owed. Errors are those of reading the store.
absl::StatusOr<OwedReceipts> ReadOwedReceipts(const Store& store);

// Whether a receipt waits until the copy was made anew.
absl::StatusOr<bool> HasUnclean(const Store& store);

// Drops what the catalog has a receipt for. May be called beside the one writer.
absl::Status ForgetReceipts(Store& store, const std::vector<std::string>& articles);

// Whether an entry of kMeta says that a receipt is owed. Pure.
bool IsReceiptKey(absl::string_view key);

// The key that an entry of kMeta has in a copy without a byte of what was taken down. Pure.
std::string CleanMetaKey(absl::string_view key);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_TAKEDOWNS_H_
