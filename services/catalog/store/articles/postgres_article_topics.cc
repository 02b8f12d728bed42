#include "services/catalog/store/articles/postgres_article_topics.h"

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
#include "common/base/limits.h"
#include "common/errors/status_proto.h"
#include "services/catalog/store/articles/postgres_article_rows.h"
#include "services/catalog/store/articles/postgres_article_topics_write.h"
#include "services/catalog/upsert/auto_topics.h"

namespace dateline::catalog::store {
namespace {

// A share takes a tenth of the 250 ms that a writing transaction may take, as they follow each
// other for hours.
constexpr int kMaxShare = 100;
constexpr int64_t kMaxShareBytes = int64_t{1536} << 10;

// A topic as items mean it: itself, or where it was merged into.
struct Target {
  std::string name;
  int64_t key = 0;
};

class TopicsRun {
 public:
  TopicsRun(pqxx::transaction_base& transaction, const v1::BatchAddArticleTopicsRequest& request,
            int begin)
      : transaction_(transaction), request_(request), begin_(begin) {}

  absl::StatusOr<AddedTopics> Run(std::vector<v1::ArticleTopicsResult>* results);

 private:
  void RejectInvalid(int end);
  const absl::Status& ValidityOf(int item) const {
    return valid_[static_cast<size_t>(item - begin_)];
  }
  void LoadTargets(int end);
  void Peek(int end);
  int ShareEnd(int end) const;
  void Want(int end);
  void LockAndRead();
  void Decide(TaggedArticle* article);
  v1::ArticleTopicsResult ResultOf(int item) const;

  pqxx::transaction_base& transaction_;
  const v1::BatchAddArticleTopicsRequest& request_;
  const int begin_;
  std::vector<absl::Status> valid_;                   // By item, from begin_ on.
  absl::flat_hash_map<std::string, Target> targets_;  // By the name asked for.
  absl::flat_hash_map<std::string, int64_t> topic_keys_;
  std::map<std::string, TaggedArticle> articles_;  // By name.
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
  for (const std::string& name : names) ids.AddText(IdInName(kTopics, name));
  const pqxx::result rows = transaction_.exec_params(
      "WITH RECURSIVE r(wanted, key, depth) AS ("
      "SELECT id, key, 0 FROM catalog.topics WHERE id = ANY ($1::text[]) UNION ALL "
      "SELECT r.wanted, t.merged_into, r.depth + 1 FROM r JOIN catalog.topics t ON t.key = r.key "
      "WHERE t.state = 3 AND t.merged_into IS NOT NULL AND r.depth < 16) "
      "SELECT r.wanted, t.id, t.key FROM r JOIN catalog.topics t ON t.key = r.key "
      "WHERE t.state IN (1, 2)",
      ids.str());
  for (const pqxx::row& row : rows) {
    Target target{MakeName(kTopics, Text(row[1])), Int(row[2])};
    topic_keys_[target.name] = target.key;
    targets_[MakeName(kTopics, Text(row[0]))] = std::move(target);
  }
}

// What can be told without locks: state, version, topics, size.
void TopicsRun::Peek(int end) {
  ArrayParam ids;
  for (int i = begin_; i < end; ++i) {
    if (!ValidityOf(i).ok()) continue;
    const std::string& name = request_.items(i).article();
    TaggedArticle& article = articles_[name];
    article.name = name;
    article.refused = error::ResourceNotFound(name);
    ids.AddText(IdInName(kArticles, name));
  }
  const pqxx::result rows = transaction_.exec_params(
      "SELECT a.id, a.key, a.state, a.version, pg_column_size(r.snapshot), a.suppressed_topics || "
      "ARRAY(SELECT t.topic_key FROM catalog.article_topics t WHERE t.article_key = a.key "
      "AND t.slot = 1) FROM catalog.articles a LEFT JOIN catalog.article_revisions r "
      "ON r.article_key = a.key AND r.number = a.live_revision WHERE a.id = ANY ($1::text[])",
      ids.str());
  for (const pqxx::row& row : rows) {
    TaggedArticle& article = articles_[MakeName(kArticles, Text(row[0]))];
    article.key = Int(row[1]);
    const auto state = static_cast<content::v1::ArticleState>(Int(row[2]));
    article.version = Int(row[3]);
    article.bytes = Int(row[4]);
    for (const int64_t topic : Ints(row[5])) article.has.insert(topic);
    article.refused = absl::OkStatus();
    if (state == content::v1::ARTICLE_STATE_TAKEN_DOWN) {
      article.refused = error::TakenDown(article.name);
    } else if (row[4].is_null() || state == content::v1::ARTICLE_STATE_DELETED) {
      // A draft, or gone: readers do not see it.
      article.refused = error::StateConflict(article.name, content::v1::ArticleState_Name(state));
    }
  }
}

// What each article has not; those that lack nothing stay as they are.
void TopicsRun::Want(int end) {
  for (int i = begin_; i < end; ++i) {
    if (!ValidityOf(i).ok()) continue;
    TaggedArticle& article = articles_[request_.items(i).article()];
    if (!article.refused.ok()) continue;
    for (const std::string& topic : request_.items(i).topics()) {
      const auto target = targets_.find(topic);
      if (target == targets_.end() || article.has.contains(target->second.key)) continue;
      article.wanted.push_back(target->second.name);
    }
  }
}

// The first item for which there is no room in this transaction.
int TopicsRun::ShareEnd(int end) const {
  int64_t bytes = 0;
  for (int i = begin_; i < end; ++i) {
    if (!ValidityOf(i).ok()) continue;
    const TaggedArticle& article = articles_.at(request_.items(i).article());
    const bool reads =
        std::any_of(request_.items(i).topics().begin(), request_.items(i).topics().end(),
                    [&](const std::string& topic) {
                      const auto target = targets_.find(topic);
                      return target != targets_.end() && !article.has.contains(target->second.key);
                    });
    if (reads) bytes += article.bytes;
    if (bytes > kMaxShareBytes && i > begin_) return i;
  }
  return end;
}

void TopicsRun::LockAndRead() {
  ArrayParam keys;
  absl::flat_hash_map<int64_t, TaggedArticle*> by_key;
  for (auto& [name, article] : articles_) {
    if (article.wanted.empty()) continue;
    keys.Add(article.key);
    by_key[article.key] = &article;
  }
  if (by_key.empty()) return;
  transaction_.exec_params(
      "SELECT FROM catalog.articles WHERE key = ANY ($1::bigint[]) ORDER BY key FOR UPDATE",
      keys.str());
  // A second statement: the first one's snapshot may be older than what it waited for.
  const pqxx::result rows = transaction_.exec_params(
      absl::StrCat("SELECT a.key, r.number, r.snapshot, ", kArticleColumns,
                   " FROM catalog.articles a "
                   "JOIN catalog.article_revisions r ON r.article_key = a.key AND r.number IN "
                   "(a.live_revision, a.scheduled_revision, a.revision) "
                   "LEFT JOIN catalog.clusters c ON c.key = a.cluster_key "
                   "WHERE a.key = ANY ($1::bigint[])"),
      keys.str());
  constexpr int kFirst = 3;
  for (const pqxx::row& row : rows) {
    TaggedArticle& article = *by_key[Int(row[0])];
    article.row = ParseArticleRow(row, kFirst);
    ParseStored(Bytes(row[2]), &article.revisions[static_cast<int>(Int(row[1]))]);
  }
}

// What the revisions that readers are sent take.
size_t StateBytes(const TaggedArticle& article) {
  size_t bytes = 0;
  for (const auto& [number, content] : article.revisions) {
    const bool is_sent = number == article.row.record.live_revision() ||
                         number == article.row.record.scheduled_revision();
    if (is_sent) bytes += content.ByteSizeLong();
  }
  return bytes;
}

// Adds to every revision that is in force or will be. They keep their order: from the first one
// that gains something on each gets a successor, so that the latest stays the latest.
void TopicsRun::Decide(TaggedArticle* article) {
  const content::v1::ArticleState state = article->row.record.state();
  if (state == content::v1::ARTICLE_STATE_TAKEN_DOWN) {
    article->refused = error::TakenDown(article->name);
    return;
  }
  if (article->revisions.empty() || article->row.record.live_revision() == 0 ||
      state == content::v1::ARTICLE_STATE_DELETED) {
    article->refused = error::StateConflict(article->name, content::v1::ArticleState_Name(state));
    return;
  }
  v1::ArticleRecord& record = article->row.record;
  article->version = record.version();
  const std::vector<std::string> suppressed(record.suppressed_topics().begin(),
                                            record.suppressed_topics().end());
  int latest = article->row.article.revision();
  for (auto& [number, content] : article->revisions) {
    const std::vector<std::string> added =
        upsert::AddAutoTopics(article->wanted, suppressed, &content);
    if (number == article->row.record.live_revision()) article->added = added;
    if (added.empty() && article->successors.empty()) continue;
    article->successors[number] = ++latest;
  }
  if (article->successors.empty()) return;
  if (StateBytes(*article) > limits::kMaxArticleStateBytes) {
    article->added.clear();
    article->successors.clear();
    article->refused = error::StateConflict(article->name, "as large as an article may be");
    return;
  }
  const auto successor = [&](int number) {
    const auto found = article->successors.find(number);
    return found == article->successors.end() ? number : found->second;
  };
  record.set_live_revision(successor(record.live_revision()));
  if (record.scheduled_revision() > 0) {
    record.set_scheduled_revision(successor(record.scheduled_revision()));
  }
  article->row.article.set_revision(latest);
  record.set_version(record.version() + 1);
  article->version = record.version();
}

v1::ArticleTopicsResult Rejected(const absl::Status& why) {
  v1::ArticleTopicsResult result;
  result.set_outcome(v1::ARTICLE_TOPICS_OUTCOME_REJECTED);
  *result.mutable_error() = error::ToProto(why);
  return result;
}

v1::ArticleTopicsResult TopicsRun::ResultOf(int item) const {
  if (!ValidityOf(item).ok()) return Rejected(ValidityOf(item));
  const TaggedArticle& article = articles_.at(request_.items(item).article());
  v1::ArticleTopicsResult result;
  if (!article.refused.ok()) result = Rejected(article.refused);
  result.set_version(article.version);
  if (!article.refused.ok()) return result;
  // Of an article that stands in several items, each answers for its own topics.
  std::set<std::string> own;
  for (const std::string& topic : request_.items(item).topics()) {
    const auto target = targets_.find(topic);
    if (target != targets_.end()) own.insert(target->second.name);
  }
  for (const std::string& topic : article.added) {
    if (own.count(topic) > 0) result.add_added(topic);
  }
  result.set_outcome(result.added().empty() ? v1::ARTICLE_TOPICS_OUTCOME_UNCHANGED
                                            : v1::ARTICLE_TOPICS_OUTCOME_ADDED);
  return result;
}

absl::StatusOr<AddedTopics> TopicsRun::Run(std::vector<v1::ArticleTopicsResult>* results) {
  DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction_));
  int end = std::min(request_.items_size(), begin_ + kMaxShare);
  RejectInvalid(end);
  LoadTargets(end);
  Peek(end);
  end = ShareEnd(end);
  Want(end);
  LockAndRead();
  for (auto& [name, article] : articles_) {
    if (!article.wanted.empty()) Decide(&article);
  }
  AddedTopics done{end, WriteTaggedArticles(transaction_, log, topic_keys_, &articles_), false};
  done.wrote = !done.position.log_id().empty();
  if (request_.validate_only()) done.wrote = false;
  if (!done.wrote) done.position = log.Head();
  results->clear();
  for (int i = begin_; i < end; ++i) results->push_back(ResultOf(i));
  return done;
}

}  // namespace

absl::StatusOr<AddedTopics> AddTopicsToArticles(const PostgresContext& postgres,
                                                const RequestContext& context,
                                                const v1::BatchAddArticleTopicsRequest& request,
                                                int begin,
                                                v1::BatchAddArticleTopicsResponse* response) {
  AddedTopics done;
  std::vector<v1::ArticleTopicsResult> results;
  bool validated = false;
  const absl::Status status = pg::RunTransaction(
      *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        TopicsRun run(transaction, request, begin);
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
