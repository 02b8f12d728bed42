#include "common/pg/prepared.h"

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"

namespace dateline::pg {

std::string PreparedName(pqxx::transaction_base& transaction, const std::string& sql) {
  std::string name = absl::StrCat("s", absl::Hex(absl::HashOf(sql)));
  // Once more with the same text is no work; two texts of one hash throw.
  transaction.conn().prepare(name, sql);
  return name;
}

}  // namespace dateline::pg
