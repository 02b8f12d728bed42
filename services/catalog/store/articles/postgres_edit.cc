#include "services/catalog/store/articles/postgres_edit.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/article/lifecycle.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/articles/postgres_article_view.h"
#include "services/catalog/store/articles/postgres_article_write.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/paths/postgres_paths.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/store/requests/postgres_request_ids.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;
using v1::ArticleRecord;
using Answer = Written<std::vector<ArticleRecord>>;

class EditRun {
 public:
  EditRun(pqxx::transaction_base& transaction, const RequestContext& context,
          const EditOptions& options, const std::vector<ArticleEdit>& edits)
      : transaction_(transaction), context_(context), options_(options), edits_(edits) {}

  // Does the edits and sets `*answer`. Sets `*wrote` if anything was written.
  absl::Status Run(Answer* answer, bool* wrote);

 private:
  absl::Status FindArticles();
  absl::Status StartArticles();
  void LoadPublications();
  absl::Status Decide();
  absl::Status CheckReferences();
  absl::StatusOr<content::v1::Article> LoadRevision(int64_t key, const std::string& name,
                                                    int32_t number) const;
  std::string IdOf(int64_t key) const;
  absl::Status Show(const std::vector<std::string>& ids, Answer* answer) const;

  pqxx::transaction_base& transaction_;
  const RequestContext& context_;
  const EditOptions& options_;
  const std::vector<ArticleEdit>& edits_;
  ArticleBatch batch_;
  std::map<std::string, int64_t> keys_;  // By id.
  std::map<int64_t, content::v1::Publication> publications_;
};

// Locks and reads the articles that exist.
absl::Status EditRun::FindArticles() {
  std::vector<std::string> ids;
  for (const ArticleEdit& edit : edits_) ids.push_back(edit.id);
  const pqxx::result rows = transaction_.exec_params(
      "SELECT id, key FROM catalog.articles WHERE id = ANY ($1::text[])", TextArray(ids));
  std::set<int64_t> found;
  for (const pqxx::row& row : rows) {
    keys_[Text(row[0])] = Int(row[1]);
    found.insert(Int(row[1]));
  }
  for (const ArticleEdit& edit : edits_) {
    const bool exists = keys_.find(edit.id) != keys_.end();
    const std::string name = api::MakeName(api::kArticles, edit.id);
    if (edit.new_in.empty() && !exists) return error::ResourceNotFound(name);
    if (!edit.new_in.empty() && exists && !edit.may_exist) return error::ResourceExists(name);
  }
  LockArticles(transaction_, found, &batch_);
  LoadOrigins(transaction_, found, /*source=*/"", &batch_);
  return absl::OkStatus();
}

// Gives those that are new a key and their publication.
absl::Status EditRun::StartArticles() {
  for (const ArticleEdit& edit : edits_) {
    if (edit.new_in.empty() || keys_.find(edit.id) != keys_.end()) continue;
    const pqxx::result rows = transaction_.exec_params(
        "SELECT key FROM catalog.publications WHERE id = $1 AND NOT deleted FOR SHARE",
        std::string(api::IdInName(api::kPublications, edit.new_in)));
    if (rows.empty()) return error::ResourceNotFound(edit.new_in);
    const int64_t key = AllocateArticleKeys(transaction_, 1).front();
    keys_[edit.id] = key;
    batch_.articles[key].publication_key = Int(rows[0][0]);
  }
  return absl::OkStatus();
}

std::string EditRun::IdOf(int64_t key) const {
  const pqxx::result rows =
      transaction_.exec_params("SELECT id FROM catalog.articles WHERE key = $1", key);
  return rows.empty() ? "" : Text(rows[0][0]);
}

void EditRun::LoadPublications() {
  ArrayParam keys;
  for (const auto& [key, working] : batch_.articles) keys.Add(working.publication_key);
  const pqxx::result rows = transaction_.exec_params(
      "SELECT key, message FROM catalog.publications WHERE key = ANY ($1::bigint[])", keys.str());
  for (const pqxx::row& row : rows) ParseStored(Bytes(row[1]), &publications_[Int(row[0])]);
}

absl::StatusOr<content::v1::Article> EditRun::LoadRevision(int64_t key, const std::string& name,
                                                           int32_t number) const {
  const pqxx::result rows = transaction_.exec_params(
      "SELECT snapshot FROM catalog.article_revisions WHERE article_key = $1 AND number = $2", key,
      number);
  if (rows.empty()) return error::ResourceNotFound(absl::StrCat(name, "/revisions/", number));
  content::v1::Article content;
  ParseStored(Bytes(rows[0][0]), &content);
  return content;
}

absl::Status EditRun::Decide() {
  for (const ArticleEdit& edit : edits_) {
    const int64_t key = keys_.at(edit.id);
    const auto found = batch_.articles.find(key);
    const std::string name = api::MakeName(api::kArticles, edit.id);
    if (found == batch_.articles.end()) return error::ResourceNotFound(name);
    WorkingArticle& working = found->second;
    DATELINE_RETURN_IF_ERROR(article::CheckEtag(working, edit.etag));
    const EditScene scene = {batch_.log.now, publications_[working.publication_key], key,
                             [&](int32_t number) -> absl::StatusOr<content::v1::Article> {
                               const content::v1::Article* const waits = working.Content(number);
                               if (waits != nullptr) return *waits;
                               return LoadRevision(key, name, number);
                             },
                             [&](const std::string& path) {
                               return FreePath(transaction_, working.publication_key, path,
                                               edit.id);
                             }};
    working.reason = edit.reason;
    working.update_kind = edit.update_kind;
    DATELINE_RETURN_IF_ERROR(edit.change(scene, &working));
  }
  return absl::OkStatus();
}

// What new revisions name must exist.
absl::Status EditRun::CheckReferences() {
  std::set<std::string> topics, authors;
  for (const auto& [key, working] : batch_.articles) {
    for (const article::NewRevision& revision : working.NewRevisions()) {
      for (const auto& topic : revision.content->topics()) topics.insert(topic.topic());
      for (const auto& byline : revision.content->bylines()) {
        if (!byline.author().empty()) authors.insert(byline.author());
      }
    }
  }
  LoadReferenceKeys(transaction_, topics, authors, &batch_);
  for (const std::string& topic : topics) {
    if (!batch_.topic_keys.contains(topic)) return error::ResourceNotFound(topic);
  }
  for (const std::string& author : authors) {
    if (!batch_.author_keys.contains(author)) return error::ResourceNotFound(author);
  }
  return absl::OkStatus();
}

absl::Status EditRun::Show(const std::vector<std::string>& ids, Answer* answer) const {
  StoredArticles stored =
      LoadView(transaction_, ids, content::v1::ARTICLE_VIEW_FULL, options_.shown, batch_.log.now);
  answer->message.clear();
  for (const std::string& id : ids) {
    const auto found = stored.find(id);
    if (found == stored.end()) return error::ResourceNotFound(api::MakeName(api::kArticles, id));
    answer->message.push_back(std::move(found->second.record));
  }
  return absl::OkStatus();
}

absl::Status EditRun::Run(Answer* answer, bool* wrote) {
  DATELINE_ASSIGN_OR_RETURN(batch_.log, ReadLogContext(transaction_));
  batch_.editor = batch_.caller = context_.caller();
  batch_.method = options_.write.method;
  DATELINE_ASSIGN_OR_RETURN(const auto earlier,
                            FindEarlierWrite(transaction_, context_, options_.write));
  std::vector<std::string> ids;
  for (const ArticleEdit& edit : edits_) ids.push_back(edit.id);
  if (earlier.has_value()) {
    answer->position = batch_.log.ChangePosition(earlier->xid);
    // The first call may have made up the id.
    if (ids.size() == 1) ids = {IdOf(earlier->resource_key)};
    return Show(ids, answer);
  }
  DATELINE_RETURN_IF_ERROR(FindArticles());
  DATELINE_RETURN_IF_ERROR(StartArticles());
  LoadPublications();
  DATELINE_RETURN_IF_ERROR(Decide());
  DATELINE_RETURN_IF_ERROR(CheckReferences());
  uint64_t last_change = 0;
  for (const auto& [key, working] : batch_.articles) {
    last_change = std::max(last_change, working.change_xid);
  }
  answer->position = batch_.log.ChangePosition(last_change);
  if (batch_.writes()) {
    DATELINE_ASSIGN_OR_RETURN(answer->position, WriteArticles(transaction_, &batch_));
    *wrote = true;
  }
  if (options_.write.validate_only) answer->position = batch_.log.Head();
  RememberWrite(transaction_, context_, options_.write, keys_.at(edits_.front().id));
  return Show(ids, answer);
}

}  // namespace

absl::StatusOr<Answer> RunEdits(const StoreContext& postgres, const RequestContext& context,
                                const EditOptions& options, const std::vector<ArticleEdit>& edits) {
  Answer answer;
  bool wrote = false;
  bool validated = false;
  const absl::Status status = pg::RunTransaction(
      *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        wrote = validated = false;
        EditRun run(transaction, context, options, edits);
        DATELINE_RETURN_IF_ERROR(run.Run(&answer, &wrote));
        if (!options.write.validate_only) return absl::OkStatus();
        validated = true;
        return absl::AbortedError("only validated");
      });
  if (validated) return answer;
  DATELINE_RETURN_IF_ERROR(status);
  if (wrote) postgres.on_commit();
  return answer;
}

}  // namespace dateline::catalog::store
