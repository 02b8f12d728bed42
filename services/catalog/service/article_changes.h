#ifndef DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_CHANGES_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_CHANGES_H_

#include "absl/status/status.h"
#include "dateline/catalog/v1/articles.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/catalog/store/articles/article_edit.h"

// What the requests of editors change, as functions over one article. Pure.
namespace dateline::catalog::service {

// Changes `*content` as `update` and `mask` say (AIP-134): an absent mask means all fields that are
// populated, `*` all. Output-only fields stay. INVALID_FIELD for a path that the article does not
// have, and for another publication.
absl::Status ApplyArticleUpdate(const content::v1::Article& update,
                                const google::protobuf::FieldMask& mask,
                                content::v1::Article* content);

// A new article with the id `id`, published or not.
store::EditFunction Create(const v1::CreateArticleRequest& request, const std::string& id);

// A new revision on top of the newest, published or not; nothing if it would be the same.
store::EditFunction Update(const v1::UpdateArticleRequest& request);

// The content of revision `number` as the newest revision, 0 being the newest one itself. Path and
// dates are not content: they stay.
store::EditFunction Rollback(int32_t number, bool publish);

// What a source proposes as the newest revision. RESOURCE_NOT_FOUND if it proposes nothing.
store::EditFunction AcceptProposal(const std::string& source, bool publish);

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_CHANGES_H_
