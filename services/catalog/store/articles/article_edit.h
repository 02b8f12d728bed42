#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_EDIT_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_EDIT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "services/catalog/article/working_article.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// What an edit is told of its article beside the article itself.
struct EditScene {
  absl::Time now;  // The primary's clock.
  const content::v1::Publication& publication;
  int64_t key;  // Of the article.
  // The content of a revision of the article; RESOURCE_NOT_FOUND.
  std::function<absl::StatusOr<content::v1::Article>(int32_t number)> revision;
  // `path`, or one like it that no article has.
  std::function<std::string(const std::string& path)> free_path;
};

// A change to one article; pure but for what the scene reads.
using EditFunction = std::function<absl::Status(const EditScene&, article::WorkingArticle*)>;

// One article of an edit.
struct ArticleEdit {
  std::string id;
  std::string etag;  // Must be the article's, if it is not empty.
  // `publications/{id}` of an article that `change` makes; empty for one that exists.
  std::string new_in;
  EditFunction change;
  std::string reason = {};  // For the history and the audit.
  v1::UpdateKind update_kind = v1::UPDATE_KIND_UNSPECIFIED;
  bool may_exist = false;  // `change` takes one that exists too; a new one has no key yet.
};

// How an edit shall be done, and what it answers.
struct EditOptions {
  WriteOptions write = {};
  v1::RevisionSelector shown = v1::REVISION_SELECTOR_LATEST;  // The revision that is answered.
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_EDIT_H_
