#include "services/catalog/store/articles/postgres_add_topics.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/api/check.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/article/topics.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/articles/postgres_article_write.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

constexpr char kMethod[] = "BatchAddArticleTopics";
constexpr char kEditor[] = "tagging";
constexpr char kReason[] = "topics found in the text";
// A share takes a tenth of the 250 ms that a writing transaction may take, as they follow each
// other for hours.
constexpr int kMaxShare = 100;
constexpr int64_t kMaxShareBytes = int64_t{1536} << 10;

// A topic as items mean it: itself, or where it was merged into.
struct Target {
  std::string name;
  int64_t key = 0;
};

// One article that items name.
struct NamedArticle {
  int64_t key = 0;
  absl::Status refused;
  int64_t version = 0;
  int64_t bytes = 0;
  // Topics that it has, or that an editor removed; merged ones as their targets.
  absl::flat_hash_set<int64_t> has;
  std::vector<std::string> wanted;  // That it has not, by name.
  std::vector<std::string> added;
};

class TopicsRun {
 public:
  TopicsRun(pqxx::transaction_base& transaction, const RequestContext& context,
            const v1::BatchAddArticleTopicsRequest& request, int begin)
      : transaction_(transaction), request_(request), begin_(begin) {
    batch_.editor = kEditor;
    batch_.reason = kReason;
    batch_.caller = context.caller();
    batch_.method = kMethod;
  }

  absl::StatusOr<AddedTopics> Run(std::vector<v1::ArticleTopicsResult>* results);

 private:
  void RejectInvalid(int end);
  const absl::Status& ValidityOf(int item) const {
    return valid_[static_cast<size_t>(item - begin_)];
  }
  void LoadTargets(int end);
  void Peek(int end);
  // The topics, as they are now, that an item asks for and that exist.
  std::vector<const Target*> TargetsOf(int item) const;
  bool Lacks(const NamedArticle& article, int item) const;
  int ShareEnd(int end) const;
  void Want(int end);
  void Decide();
  v1::ArticleTopicsResult ResultOf(int item) const;

  pqxx::transaction_base& transaction_;
  const v1::BatchAddArticleTopicsRequest& request_;
  const int begin_;
  ArticleBatch batch_;
  std::vector<absl::Status> valid_;                   // By item, from begin_ on.
  absl::flat_hash_map<std::string, Target> targets_;  // By the name asked for.
  std::map<std::string, NamedArticle> articles_;      // By name.
};

void TopicsRun::RejectInvalid(int end) {
  for (int i = begin_; i < end; ++i) valid_.push_back(api::Check(request_.items(i)));
}

void TopicsRun::LoadTargets(int end) {
  std::set<std::string> names;
  for (int i = begin_; i < end; ++i) {
    if (!ValidityOf(i).ok()) continue;
    names.insert(request_.items(i).topics().begin(), request_.items(i).topics().end());
  }
  ArrayParam ids;
  for (const std::string& name : names) ids.AddText(api::IdInName(api::kTopics, name));
  const pqxx::result rows = transaction_.exec_params(
      "WITH RECURSIVE r(wanted, key, depth) AS ("
      "SELECT id, key, 0 FROM catalog.topics WHERE id = ANY ($1::text[]) UNION ALL "
      "SELECT r.wanted, t.merged_into, r.depth + 1 FROM r JOIN catalog.topics t ON t.key = r.key "
      "WHERE t.state = 3 AND t.merged_into IS NOT NULL AND r.depth < 16) "
      "SELECT r.wanted, t.id, t.key FROM r JOIN catalog.topics t ON t.key = r.key "
      "WHERE t.state IN (1, 2)",
      ids.str());
  for (const pqxx::row& row : rows) {
    Target target{api::MakeName(api::kTopics, Text(row[1])), Int(row[2])};
    batch_.topic_keys[target.name] = target.key;
    targets_[api::MakeName(api::kTopics, Text(row[0]))] = std::move(target);
  }
}

// What can be told without locks: state, version, topics, size.
void TopicsRun::Peek(int end) {
  ArrayParam ids;
  for (int i = begin_; i < end; ++i) {
    if (!ValidityOf(i).ok()) continue;
    const std::string& name = request_.items(i).article();
    NamedArticle& article = articles_[name];
    article.refused = error::ResourceNotFound(name);
    ids.AddText(api::IdInName(api::kArticles, name));
  }
  const pqxx::result rows = transaction_.exec_params(
      "SELECT a.id, a.key, a.state, a.version, pg_column_size(r.snapshot), "
      "ARRAY(SELECT coalesce(t.merged_into, t.key) FROM catalog.topics t WHERE t.key = ANY "
      "(a.suppressed_topics || ARRAY(SELECT x.topic_key FROM catalog.article_topics x "
      "WHERE x.article_key = a.key AND x.slot = 1))) FROM catalog.articles a LEFT JOIN "
      "catalog.article_revisions r "
      "ON r.article_key = a.key AND r.number = a.live_revision WHERE a.id = ANY ($1::text[])",
      ids.str());
  for (const pqxx::row& row : rows) {
    const std::string name = api::MakeName(api::kArticles, Text(row[0]));
    NamedArticle& article = articles_[name];
    article.key = Int(row[1]);
    article.refused = article::CheckTaggable(
        name, static_cast<content::v1::ArticleState>(Int(row[2])), /*is_live=*/!row[4].is_null());
    article.version = Int(row[3]);
    article.bytes = Int(row[4]);
    for (const int64_t topic : Ints(row[5])) article.has.insert(topic);
  }
}

std::vector<const Target*> TopicsRun::TargetsOf(int item) const {
  std::vector<const Target*> found;
  for (const std::string& topic : request_.items(item).topics()) {
    const auto target = targets_.find(topic);
    if (target != targets_.end()) found.push_back(&target->second);
  }
  return found;
}

bool TopicsRun::Lacks(const NamedArticle& article, int item) const {
  const std::vector<const Target*> targets = TargetsOf(item);
  return std::any_of(targets.begin(), targets.end(),
                     [&](const Target* target) { return !article.has.contains(target->key); });
}

// The first item for which there is no room in this transaction.
int TopicsRun::ShareEnd(int end) const {
  int64_t bytes = 0;
  for (int i = begin_; i < end; ++i) {
    if (!ValidityOf(i).ok()) continue;
    const NamedArticle& article = articles_.at(request_.items(i).article());
    if (Lacks(article, i)) bytes += article.bytes;
    if (bytes > kMaxShareBytes && i > begin_) return i;
  }
  return end;
}

// What each article has not; those that lack nothing stay as they are.
void TopicsRun::Want(int end) {
  for (int i = begin_; i < end; ++i) {
    if (!ValidityOf(i).ok()) continue;
    NamedArticle& article = articles_[request_.items(i).article()];
    if (!article.refused.ok()) continue;
    for (const Target* target : TargetsOf(i)) {
      if (!article.has.contains(target->key)) article.wanted.push_back(target->name);
    }
  }
}

void TopicsRun::Decide() {
  std::set<int64_t> keys;
  for (const auto& [name, article] : articles_) {
    if (!article.wanted.empty()) keys.insert(article.key);
  }
  LockArticles(transaction_, keys, &batch_);
  for (auto& [name, article] : articles_) {
    if (article.wanted.empty()) continue;
    const auto working = batch_.articles.find(article.key);
    if (working == batch_.articles.end()) {
      article.refused = error::ResourceNotFound(name);
      continue;
    }
    auto added = article::AddTopics(article.wanted, &working->second);
    article.refused = added.status();
    if (added.ok()) article.added = *std::move(added);
  }
}

v1::ArticleTopicsResult TopicsRun::ResultOf(int item) const {
  if (!ValidityOf(item).ok()) return article::TopicsRefused(ValidityOf(item), /*version=*/0);
  const NamedArticle& article = articles_.at(request_.items(item).article());
  const auto working = batch_.articles.find(article.key);
  const int64_t version =
      working == batch_.articles.end() ? article.version : working->second.record.version();
  if (!article.refused.ok()) return article::TopicsRefused(article.refused, version);
  absl::flat_hash_set<std::string> asked;
  for (const Target* target : TargetsOf(item)) asked.insert(target->name);
  return article::TopicsResult(asked, article.added, version);
}

absl::StatusOr<AddedTopics> TopicsRun::Run(std::vector<v1::ArticleTopicsResult>* results) {
  DATELINE_ASSIGN_OR_RETURN(batch_.log, ReadLogContext(transaction_));
  int end = std::min(request_.items_size(), begin_ + kMaxShare);
  RejectInvalid(end);
  LoadTargets(end);
  Peek(end);
  end = ShareEnd(end);
  Want(end);
  Decide();
  AddedTopics done{end, batch_.log.Head(), false};
  if (batch_.writes()) {
    DATELINE_ASSIGN_OR_RETURN(const content::v1::LogPosition position,
                              WriteArticles(transaction_, &batch_));
    if (!request_.validate_only()) done = {end, position, true};
  }
  results->clear();
  for (int i = begin_; i < end; ++i) results->push_back(ResultOf(i));
  return done;
}

}  // namespace

absl::StatusOr<AddedTopics> AddTopicsToArticles(const StoreContext& postgres,
                                                const RequestContext& context,
                                                const v1::BatchAddArticleTopicsRequest& request,
                                                int begin,
                                                v1::BatchAddArticleTopicsResponse* response) {
  AddedTopics done;
  std::vector<v1::ArticleTopicsResult> results;
  bool validated = false;
  const absl::Status status = pg::RunTransaction(
      *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        TopicsRun run(transaction, context, request, begin);
        DATELINE_ASSIGN_OR_RETURN(done, run.Run(&results));
        if (!request.validate_only()) return absl::OkStatus();
        validated = true;
        return absl::AbortedError("only validated");
      });
  if (!validated) DATELINE_RETURN_IF_ERROR(status);
  for (v1::ArticleTopicsResult& result : results) *response->add_results() = std::move(result);
  if (done.wrote) postgres.on_commit();
  return done;
}

}  // namespace dateline::catalog::store
