#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/position/position.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/articles/postgres_add_topics.h"
#include "services/catalog/store/articles/postgres_article_view.h"
#include "services/catalog/store/articles/postgres_edit.h"
#include "services/catalog/store/articles/postgres_upsert.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using content::v1::LogPosition;
using v1::ArticleRecord;

// Where the machine is short of processors a transaction is slow however few items it has; smaller
// shares would only make more of them.
constexpr int kMinShare = 64;
constexpr int kMaxShare = 500;
// A share's changes fit one message of the change feed.
constexpr size_t kMaxShareBytes = size_t{1536} << 10;
// The design's bound for a writing transaction is 250 ms; half of it leaves room for a slow disk.
constexpr absl::Duration kTooSlow = absl::Milliseconds(125);
constexpr absl::Duration kQuick = absl::Milliseconds(40);
// Tag and length of an article within an answer.
constexpr size_t kEnvelopeBytes = 6;

const LogPosition& Later(const LogPosition& a, const LogPosition& b) {
  return a.log_id().empty() || ComparePositions(a, b) < 0 ? b : a;
}

// What the articles take as stored, by id. RESOURCE_NOT_FOUND names the first that does not exist,
// or has no such revision.
absl::StatusOr<absl::flat_hash_map<std::string, size_t>> LoadSizes(
    pqxx::transaction_base& transaction, const std::vector<std::string>& ids,
    v1::RevisionSelector revision) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT a.id, octet_length(r.snapshot) FROM catalog.articles a "
                   "JOIN catalog.article_revisions r ON r.article_key = a.key AND r.number = ",
                   RevisionNumber(revision), " WHERE a.id = ANY ($1::text[])"),
      TextArray(ids));
  absl::flat_hash_map<std::string, size_t> sizes;
  for (const pqxx::row& row : rows) sizes[Text(row[0])] = static_cast<size_t>(Int(row[1]));
  for (const std::string& id : ids) {
    if (!sizes.contains(id)) return error::ResourceNotFound(api::MakeName(api::kArticles, id));
  }
  return sizes;
}

// The articles of `ids` in that order, read in portions, so that what does not fit into one answer
// is never in memory.
absl::StatusOr<Written<std::vector<ArticleRecord>>> LoadInPortions(
    pqxx::transaction_base& transaction, const std::vector<std::string>& ids,
    content::v1::ArticleView view, v1::RevisionSelector revision) {
  DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
  DATELINE_ASSIGN_OR_RETURN(const auto sizes, LoadSizes(transaction, ids, revision));
  Written<std::vector<ArticleRecord>> found;
  size_t answer_bytes = 0;
  uint64_t change_xid = 0;
  for (size_t begin = 0; begin < ids.size();) {
    std::vector<std::string> portion;
    size_t bytes = 0;
    size_t end = begin;
    for (; end < ids.size() && (end == begin || bytes < limits::kAnswerByteBudget); ++end) {
      portion.push_back(ids[end]);
      bytes += sizes.at(ids[end]);
    }
    const StoredArticles articles = LoadView(transaction, portion, view, revision, log.now);
    for (; begin < end; ++begin) {
      const StoredArticle& stored = articles.at(ids[begin]);
      change_xid = std::max(change_xid, stored.change_xid);
      answer_bytes += stored.record.ByteSizeLong() + kEnvelopeBytes;
      if (answer_bytes > limits::kAnswerByteBudget) {
        return error::InvalidField("names", "are too large for one answer: ask for fewer");
      }
      found.message.push_back(stored.record);
    }
  }
  found.position = log.ChangePosition(change_xid);
  return found;
}

}  // namespace

int ArticleStore::ShareEnd(const v1::BatchUpsertArticlesRequest& request, int begin) const {
  const int limit = std::min(request.items_size(), begin + share_.load());
  size_t bytes = 0;
  int end = begin;
  while (end < limit) {
    bytes += request.items(end).ByteSizeLong();
    if (bytes > kMaxShareBytes && end > begin) break;
    ++end;
  }
  return end;
}

void ArticleStore::Learn(int items, absl::Duration took) {
  const int share = share_.load();
  if (took > kTooSlow) {
    share_.store(std::max(kMinShare, items / 2));
  } else if (took < kQuick && items >= share) {
    share_.store(std::min(kMaxShare, share + share / 4));
  }
}

absl::StatusOr<v1::BatchUpsertArticlesResponse> ArticleStore::UpsertArticles(
    const RequestContext& context, const v1::BatchUpsertArticlesRequest& request) {
  std::vector<v1::UpsertResult> results(request.items_size());
  LogPosition position;
  int begin = 0;
  do {
    const int end = ShareEnd(request, begin);
    const absl::Duration start = RealClock()->Elapsed();
    DATELINE_ASSIGN_OR_RETURN(
        const UpsertedItems done,
        UpsertItems(postgres_, context, request, begin, end, results.data() + begin));
    if (done.wrote) Learn(end - begin, RealClock()->Elapsed() - start);
    position = Later(position, done.position);
    begin = end;
  } while (begin < request.items_size());
  v1::BatchUpsertArticlesResponse response;
  for (v1::UpsertResult& result : results) *response.add_results() = std::move(result);
  response.set_position(EncodePosition(position));
  return response;
}

absl::StatusOr<Written<std::vector<ArticleRecord>>> ArticleStore::EditArticles(
    const RequestContext& context, const EditOptions& options,
    const std::vector<ArticleEdit>& edits) {
  return RunEdits(postgres_, context, options, edits);
}

absl::StatusOr<v1::BatchAddArticleTopicsResponse> ArticleStore::AddArticleTopics(
    const RequestContext& context, const v1::BatchAddArticleTopicsRequest& request) {
  v1::BatchAddArticleTopicsResponse response;
  LogPosition position;
  int begin = 0;
  do {
    DATELINE_ASSIGN_OR_RETURN(const AddedTopics done,
                              AddTopicsToArticles(postgres_, context, request, begin, &response));
    // What changed counts, whatever the log's head was before.
    if (done.wrote || position.log_id().empty()) position = Later(position, done.position);
    begin = done.end;
  } while (begin < request.items_size());
  response.set_position(EncodePosition(position));
  return response;
}

absl::StatusOr<Written<ArticleRecord>> ArticleStore::GetArticle(const RequestContext& context,
                                                                absl::string_view id,
                                                                content::v1::ArticleView view,
                                                                v1::RevisionSelector revision) {
  Written<ArticleRecord> found;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true, .repeatable_read = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        StoredArticles articles = LoadView(transaction, {std::string(id)}, view, revision, log.now);
        if (articles.empty()) return error::ResourceNotFound(api::MakeName(api::kArticles, id));
        StoredArticle& stored = articles.begin()->second;
        found.message = std::move(stored.record);
        found.position = log.ChangePosition(stored.change_xid);
        return absl::OkStatus();
      }));
  return found;
}

absl::StatusOr<Written<std::vector<ArticleRecord>>> ArticleStore::BatchGetArticles(
    const RequestContext& context, const std::vector<std::string>& ids,
    content::v1::ArticleView view, v1::RevisionSelector revision) {
  Written<std::vector<ArticleRecord>> found;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true, .repeatable_read = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(found, LoadInPortions(transaction, ids, view, revision));
        return absl::OkStatus();
      }));
  return found;
}

}  // namespace dateline::catalog::store
