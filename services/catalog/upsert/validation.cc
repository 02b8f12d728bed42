#include "services/catalog/upsert/validation.h"

#include "absl/strings/str_cat.h"
#include "common/api/check.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"

namespace dateline::catalog::upsert {
namespace {

// What the contract's rules leave open, as other writers of an article need not say it.
void CheckArticle(const content::v1::Article& article, error::FieldViolations* out) {
  if (article.title().empty()) out->Add("article.title", "must not be empty");
  for (int i = 0; i < article.topics_size(); ++i) {
    if (article.topics(i).topic().empty()) {
      out->Add(absl::StrCat("article.topics[", i, "].topic"), "must be topics/{id}");
    }
  }
}

void CheckKeys(const v1::UpsertItem& item, error::FieldViolations* out) {
  bool has_entry_key = false;
  for (int i = 0; i < item.keys_size(); ++i) {
    if (item.keys(i).key().empty()) {
      out->Add(absl::StrCat("keys[", i, "].key"), "must not be empty");
    }
    has_entry_key |= item.keys(i).kind() == v1::IDENTITY_KIND_ENTRY;
  }
  if (!has_entry_key) out->Add("keys", "must hold a key of kind ENTRY");
}

}  // namespace

absl::Status ValidateItem(const v1::UpsertItem& item) {
  DATELINE_RETURN_IF_ERROR(api::Check(item));
  error::FieldViolations violations;
  CheckArticle(item.article(), &violations);
  if (item.entry_id().empty()) violations.Add("entry_id", "must not be empty");
  if (item.content_hash().empty()) violations.Add("content_hash", "must not be empty");
  CheckKeys(item, &violations);
  return violations.ToStatus();
}

}  // namespace dateline::catalog::upsert
