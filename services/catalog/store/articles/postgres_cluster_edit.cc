#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/article/clusters.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/articles/postgres_article_view.h"
#include "services/catalog/store/articles/postgres_article_write.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/store/requests/postgres_write_once.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;

// A cluster with the keys of its members in order.
struct Cluster {
  std::string id;
  std::vector<int64_t> members;

  std::string name() const { return api::MakeName(api::kClusters, id); }
  std::string etag() const {
    ArrayParam keys;
    for (const int64_t key : members) keys.Add(key);
    return MakeEtag(static_cast<int64_t>(members.size()), Digest64({id, keys.str()}));
  }
};

// What an editor does with clusters, in one transaction.
class ClusterEdit {
 public:
  ClusterEdit(pqxx::transaction_base& transaction, const RequestContext& context,
              const WriteOptions& options, const LogContext& log,
              const std::vector<std::string>& ids)
      : transaction_(transaction), context_(context), options_(options), ids_(ids) {
    batch_.log = log;
    batch_.editor = context.caller();
  }

  absl::StatusOr<WrittenResource> Join(ClusterHead* head);
  absl::StatusOr<WrittenResource> Split();

 private:
  absl::Status Lock();
  absl::Status CheckEtag() const;
  std::pair<int64_t, std::string> Target();
  absl::StatusOr<WrittenResource> Write();
  WorkingArticle& Named(size_t i) { return batch_.articles.at(keys_[i]); }

  pqxx::transaction_base& transaction_;
  const RequestContext& context_;
  const WriteOptions& options_;
  const std::vector<std::string>& ids_;
  ArticleBatch batch_;
  std::vector<int64_t> keys_;            // Of the articles named, in that order.
  std::map<int64_t, Cluster> clusters_;  // Theirs, by key.
};

// Locks the articles with all members of their clusters, and then the clusters, in the order in
// which deliveries lock them. RESOURCE_NOT_FOUND; CONFLICT if one joined meanwhile.
absl::Status ClusterEdit::Lock() {
  std::set<int64_t> to_lock;
  std::map<std::string, int64_t> named;
  for (const pqxx::row& row : transaction_.exec_params(
           "SELECT key, id FROM catalog.articles WHERE id = ANY ($1::text[]) UNION ALL "
           "SELECT m.key, NULL FROM catalog.articles n JOIN catalog.articles m "
           "ON m.cluster_key = n.cluster_key WHERE n.id = ANY ($1::text[])",
           TextArray(ids_))) {
    to_lock.insert(Int(row[0]));
    if (!row[1].is_null()) named[Text(row[1])] = Int(row[0]);
  }
  LockArticles(transaction_, to_lock, &batch_);
  std::set<int64_t> clusters;
  for (const std::string& id : ids_) {
    const auto found = named.find(id);
    if (found == named.end() || batch_.articles.count(found->second) == 0) {
      return error::ResourceNotFound(api::MakeName(api::kArticles, id));
    }
    keys_.push_back(found->second);
    const int64_t cluster = Named(keys_.size() - 1).cluster_key;
    if (cluster != 0) clusters.insert(cluster);
  }
  const std::string array = KeyArray(clusters);
  transaction_.exec_params(
      "SELECT FROM catalog.clusters WHERE key = ANY ($1::bigint[]) ORDER BY key FOR UPDATE", array);
  for (const pqxx::row& row : transaction_.exec_params(
           "SELECT c.key, c.id, a.key FROM catalog.clusters c JOIN catalog.articles a "
           "ON a.cluster_key = c.key WHERE c.key = ANY ($1::bigint[]) ORDER BY a.key",
           array)) {
    Cluster& cluster = clusters_[Int(row[0])];
    cluster.id = Text(row[1]);
    cluster.members.push_back(Int(row[2]));
    if (!batch_.articles.contains(Int(row[2]))) return error::Conflict();
  }
  return absl::OkStatus();
}

absl::Status ClusterEdit::CheckEtag() const {
  if (options_.etag.empty()) return absl::OkStatus();
  const auto found = clusters_.find(batch_.articles.at(keys_.front()).cluster_key);
  if (found != clusters_.end() && found->second.etag() == options_.etag) return absl::OkStatus();
  return error::EtagMismatch(found != clusters_.end() ? found->second.name()
                                                      : api::MakeName(api::kArticles, ids_[0]));
}

// The cluster to join: that of the first article that stands in one, or a new one.
std::pair<int64_t, std::string> ClusterEdit::Target() {
  for (size_t i = 0; i < keys_.size(); ++i) {
    const auto found = clusters_.find(Named(i).cluster_key);
    if (found != clusters_.end()) return {found->first, found->second.id};
  }
  std::string id = NewId();
  const pqxx::result rows =
      transaction_.exec_params("INSERT INTO catalog.clusters (id) VALUES ($1) RETURNING key", id);
  return {Int(rows[0][0]), std::move(id)};
}

absl::StatusOr<WrittenResource> ClusterEdit::Join(ClusterHead* head) {
  if (std::set<std::string>(ids_.begin(), ids_.end()).size() < 2) {
    return error::InvalidField("articles", "must name two articles at least");
  }
  DATELINE_RETURN_IF_ERROR(Lock());
  DATELINE_RETURN_IF_ERROR(CheckEtag());
  std::set<int64_t> joined(keys_.begin(), keys_.end());
  for (const auto& [key, cluster] : clusters_) {
    joined.insert(cluster.members.begin(), cluster.members.end());
  }
  if (joined.size() > article::kMaxClusterMembers) {
    return error::InvalidField(
        "articles", absl::StrCat("make a cluster of ", joined.size(), " articles, more than ",
                                 article::kMaxClusterMembers));
  }
  for (size_t i = 0; i < keys_.size(); ++i) {
    DATELINE_RETURN_IF_ERROR(article::CheckJoinable(Named(i)));
  }
  const auto [key, id] = Target();
  const Cluster cluster = {id, {joined.begin(), joined.end()}};
  for (const int64_t member : joined) {
    article::Join(key, cluster.name(), &batch_.articles.at(member));
  }
  *head = {cluster.name(), cluster.etag()};
  return Write();
}

absl::StatusOr<WrittenResource> ClusterEdit::Split() {
  DATELINE_RETURN_IF_ERROR(Lock());
  DATELINE_RETURN_IF_ERROR(CheckEtag());
  if (clusters_.size() > 1) {
    return error::InvalidField("articles", "must stand in one cluster");
  }
  const std::set<int64_t> named(keys_.begin(), keys_.end());
  for (const int64_t key : named) {
    DATELINE_RETURN_IF_ERROR(article::Leave(&batch_.articles.at(key)));
  }
  return Write();
}

// Writes what has changed, with audit.
absl::StatusOr<WrittenResource> ClusterEdit::Write() {
  WrittenResource written;
  uint64_t last_change = 0;
  for (const auto& [key, working] : batch_.articles) {
    last_change = std::max(last_change, working.change_xid);
  }
  written.position = batch_.log.ChangePosition(last_change);
  std::set<int64_t> changed;
  for (const auto& [key, working] : batch_.articles) {
    if (working.written()) changed.insert(key);
  }
  if (!changed.empty()) {
    DATELINE_ASSIGN_OR_RETURN(written.position, WriteArticles(transaction_, &batch_));
  }
  const WorkingArticle& first = Named(0);
  written.key = first.key;
  written.name = first.record.name();
  written.version = first.record.version();
  // That of the first article is added by whoever runs this.
  changed.erase(first.key);
  for (const int64_t key : changed) {
    const v1::ArticleRecord& record = batch_.articles.at(key).record;
    AppendAudit(transaction_, context_, options_.method, record.name(), record.version());
  }
  return written;
}

// The members of a cluster; empty if there is none.
Cluster ReadCluster(pqxx::transaction_base& transaction, const std::string& condition,
                    const std::string& value) {
  Cluster cluster;
  for (const pqxx::row& row : transaction.exec_params(
           absl::StrCat("SELECT c.id, a.key FROM catalog.clusters c JOIN catalog.articles a "
                        "ON a.cluster_key = c.key WHERE ",
                        condition, " ORDER BY a.key"),
           value)) {
    cluster.id = Text(row[0]);
    cluster.members.push_back(Int(row[1]));
  }
  return cluster;
}

}  // namespace

absl::StatusOr<ClusterPage> ArticleStore::ListCluster(const RequestContext& context,
                                                      const std::string& id, int64_t after,
                                                      int limit) {
  ClusterPage page;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true, .repeatable_read = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        page = ClusterPage();
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        const Cluster cluster = ReadCluster(transaction, "c.id = $1", id);
        if (cluster.members.empty())
          return error::ResourceNotFound(api::MakeName(api::kClusters, id));
        page.etag = cluster.etag();
        std::set<int64_t> keys;
        for (const int64_t key : cluster.members) {
          if (key <= after) continue;
          page.articles.more = keys.size() == static_cast<size_t>(limit);
          if (page.articles.more) break;
          keys.insert(key);
          page.articles.last = key;
        }
        std::vector<std::string> ids;
        for (const pqxx::row& row : transaction.exec_params(
                 "SELECT id FROM catalog.articles WHERE key = ANY ($1::bigint[]) ORDER BY key",
                 KeyArray(keys))) {
          ids.push_back(Text(row[0]));
        }
        StoredArticles stored = LoadView(transaction, ids, content::v1::ARTICLE_VIEW_BASIC,
                                         v1::REVISION_SELECTOR_UNSPECIFIED, log.now);
        for (const std::string& one : ids) {
          page.articles.records.push_back(std::move(stored.at(one).record));
        }
        return absl::OkStatus();
      }));
  return page;
}

absl::StatusOr<Written<ClusterHead>> ArticleStore::JoinClusters(
    const RequestContext& context, const WriteOptions& options,
    const std::vector<std::string>& article_ids) {
  Written<ClusterHead> written;
  DATELINE_ASSIGN_OR_RETURN(
      written.position,
      WriteOnce(
          postgres_, context, options,
          [&](pqxx::transaction_base& transaction, const LogContext& log) {
            return ClusterEdit(transaction, context, options, log, article_ids)
                .Join(&written.message);
          },
          [&](pqxx::transaction_base& transaction, const EarlierWrite& earlier) -> absl::Status {
            const Cluster cluster = ReadCluster(
                transaction,
                "c.key = (SELECT cluster_key FROM catalog.articles WHERE key = $1::bigint)",
                std::to_string(earlier.resource_key));
            if (cluster.id.empty()) return error::ResourceNotFound(api::kClusters);
            written.message = {cluster.name(), cluster.etag()};
            return absl::OkStatus();
          }));
  return written;
}

absl::StatusOr<content::v1::LogPosition> ArticleStore::SplitCluster(
    const RequestContext& context, const WriteOptions& options,
    const std::vector<std::string>& article_ids) {
  return WriteOnce(
      postgres_, context, options,
      [&](pqxx::transaction_base& transaction, const LogContext& log) {
        return ClusterEdit(transaction, context, options, log, article_ids).Split();
      },
      [](pqxx::transaction_base&, const EarlierWrite&) { return absl::OkStatus(); });
}

}  // namespace dateline::catalog::store
