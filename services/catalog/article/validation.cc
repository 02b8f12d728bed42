#include "services/catalog/article/validation.h"

#include "absl/strings/str_cat.h"
#include "common/api/check.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/html/check_clean.h"

namespace dateline::catalog::article {
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

// The catalog is the border: whoever delivers, what is stored and shown is what the cleaner would
// have written. One scan; a delivery is never cleaned here, so that what was hashed is what is
// stored.
void CheckBody(const std::string& body_html, error::FieldViolations* out) {
  if (body_html.empty()) return;
  html::CleanOptions options;
  options.embed_hosts = html::DefaultEmbedHosts();
  const absl::Status clean = html::CheckClean(body_html, options);
  if (clean.ok()) return;
  out->Add("article.body_html",
           absl::StrCat("must have the form that Dateline's cleaner writes: ", clean.message()));
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
  CheckBody(item.article().body_html(), &violations);
  CheckKeys(item, &violations);
  return violations.ToStatus();
}

}  // namespace dateline::catalog::article
