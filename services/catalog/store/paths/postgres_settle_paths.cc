#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "services/catalog/article/path.h"
#include "services/catalog/store/paths/postgres_paths.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

// catalog.paths.kind
constexpr char kNewDigest[] =
    "hashtextextended(concat_ws(' ', x.publication_key, x.path, x.article_key, x.version + 1), 0)";

class Settlement {
 public:
  Settlement(pqxx::transaction_base& transaction, const std::vector<ArticlePaths>& wanted,
             std::vector<ChangeRow>* changes);

  absl::Status Run();

 private:
  void Lock();
  // What articles had and have no more.
  void Cease();
  void Release();
  void Forget();
  absl::Status TakeLive();
  absl::Status Hold();
  void AddChanges(const pqxx::result& rows, v1::ChangeKind kind);

  pqxx::transaction_base& transaction_;
  std::vector<ChangeRow>* changes_;
  bool any_live_ = false, any_held_ = false;
  ArrayParam keys_, lives_, cease_;  // Of all articles.
  ArrayParam live_keys_, live_publications_, live_paths_;
  bool any_forgotten_ = false;
  ArrayParam forgotten_;
  ArrayParam held_keys_, held_publications_, held_paths_;
};

Settlement::Settlement(pqxx::transaction_base& transaction, const std::vector<ArticlePaths>& wanted,
                       std::vector<ChangeRow>* changes)
    : transaction_(transaction), changes_(changes) {
  for (const ArticlePaths& paths : wanted) {
    keys_.Add(paths.article_key);
    cease_.AddTime(paths.cease_time);
    if (paths.forget) {
      any_forgotten_ = true;
      forgotten_.Add(paths.article_key);
    }
    paths.live.empty() ? lives_.AddNull() : lives_.AddText(paths.live);
    if (!paths.live.empty()) {
      any_live_ = true;
      live_keys_.Add(paths.article_key);
      live_publications_.Add(paths.publication_key);
      live_paths_.AddText(paths.live);
    }
    for (const std::string& held : paths.held) {
      any_held_ = true;
      held_keys_.Add(paths.article_key);
      held_publications_.Add(paths.publication_key);
      held_paths_.AddText(held);
    }
  }
}

// In one order, so that writers wait for each other and are never in each other's way. Each of the
// parts has its index; an OR of them would read the whole table.
void Settlement::Lock() {
  transaction_.exec_params(
      "SELECT FROM catalog.paths WHERE key IN ("
      "SELECT key FROM catalog.paths WHERE article_key = ANY ($1::bigint[]) UNION "
      "SELECT key FROM catalog.paths WHERE holder_key = ANY ($1::bigint[]) UNION "
      "SELECT x.key FROM (SELECT * FROM unnest($2::bigint[], $3::text[]) UNION "
      "SELECT * FROM unnest($4::bigint[], $5::text[])) AS u(k, p) "
      "JOIN catalog.paths x ON x.publication_key = u.k AND x.path = u.p) "
      "ORDER BY publication_key, path FOR UPDATE",
      keys_.str(), live_publications_.str(), live_paths_.str(), held_publications_.str(),
      held_paths_.str());
}

void Settlement::AddChanges(const pqxx::result& rows, v1::ChangeKind kind) {
  for (const pqxx::row& row : rows) {
    changes_->push_back({v1::RESOURCE_KIND_PATH, Int(row[0]), Int(row[1]), kind});
  }
}

void Settlement::Cease() {
  transaction_.exec_params(
      "DELETE FROM catalog.paths x USING unnest($1::bigint[], $2::text[]) AS u(k, live) "
      "WHERE x.article_key = u.k AND x.kind = 1 AND u.live IS NULL AND x.holder_key IS NULL",
      keys_.str(), lives_.str());
  AddChanges(transaction_.exec_params(
                 absl::StrCat("UPDATE catalog.paths x SET kind = 2, cease_time = ",
                              FromMicros("u.c"), ", version = x.version + 1, digest = ", kNewDigest,
                              " FROM unnest($1::bigint[], $2::text[], $3::bigint[]) "
                              "AS u(k, live, c) WHERE x.article_key = u.k AND x.kind = 1 "
                              "AND x.path IS DISTINCT FROM u.live RETURNING x.key, x.version"),
                 keys_.str(), lives_.str(), cease_.str()),
             v1::CHANGE_KIND_CREATED);
}

void Settlement::Release() {
  constexpr char kNotHeld[] =
      "x.holder_key = ANY ($1::bigint[]) AND NOT EXISTS (SELECT FROM unnest($2::bigint[], "
      "$3::text[]) AS h(k, p) WHERE h.k = x.holder_key AND h.p = x.path)";
  transaction_.exec_params(
      absl::StrCat("DELETE FROM catalog.paths x WHERE x.kind = 3 AND ", kNotHeld), keys_.str(),
      held_keys_.str(), held_paths_.str());
  transaction_.exec_params(
      absl::StrCat("UPDATE catalog.paths x SET holder_key = NULL WHERE ", kNotHeld), keys_.str(),
      held_keys_.str(), held_paths_.str());
}

// What another article's revision holds stays for that one.
void Settlement::Forget() {
  if (!any_forgotten_) return;
  AddChanges(transaction_.exec_params(
                 "WITH gone AS (DELETE FROM catalog.paths WHERE article_key = ANY ($1::bigint[]) "
                 "AND holder_key IS NULL RETURNING key, version + 1 AS version, kind) "
                 "SELECT key, version FROM gone WHERE kind = 2",
                 forgotten_.str()),
             v1::CHANGE_KIND_DELETED);
  AddChanges(transaction_.exec_params(
                 absl::StrCat("UPDATE catalog.paths x SET kind = 3, article_key = NULL, "
                              "cease_time = NULL, version = x.version + 1, digest = ",
                              kNewDigest,
                              " WHERE x.article_key = ANY ($1::bigint[]) "
                              "RETURNING x.key, x.version"),
                 forgotten_.str()),
             v1::CHANGE_KIND_DELETED);
}

// The first of the paths asked for that does not stand in `rows`.
absl::Status CheckTaken(pqxx::transaction_base& transaction, const std::string& publications,
                        const std::string& paths, const std::string& keys, const char* column) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT u.p FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u(pub, p, k) "
                   "WHERE NOT EXISTS (SELECT FROM catalog.paths x WHERE x.publication_key = u.pub "
                   "AND x.path = u.p AND x.",
                   column, " = u.k) LIMIT 1"),
      publications, paths, keys);
  return rows.empty() ? absl::OkStatus() : error::PathTaken(Text(rows[0][0]));
}

absl::Status Settlement::TakeLive() {
  if (!any_live_) return absl::OkStatus();
  constexpr char kMine[] =
      "FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u(pub, p, k) "
      "WHERE x.publication_key = u.pub AND x.path = u.p AND (x.holder_key IS NULL OR "
      "x.holder_key = u.k)";
  // What led elsewhere, or here as an old path, is told to be no old path any more.
  AddChanges(transaction_.exec_params(
                 absl::StrCat("UPDATE catalog.paths x SET kind = 1, article_key = u.k, "
                              "cease_time = NULL, holder_key = NULL, version = x.version + 1, "
                              "digest = ",
                              kNewDigest, " ", kMine, " AND x.kind = 2 RETURNING x.key, x.version"),
                 live_publications_.str(), live_paths_.str(), live_keys_.str()),
             v1::CHANGE_KIND_DELETED);
  transaction_.exec_params(absl::StrCat("UPDATE catalog.paths x SET kind = 1, article_key = u.k, "
                                        "holder_key = NULL ",
                                        kMine, " AND x.kind = 3"),
                           live_publications_.str(), live_paths_.str(), live_keys_.str());
  transaction_.exec_params(
      "INSERT INTO catalog.paths (publication_key, path, kind, article_key) SELECT pub, p, 1, k "
      "FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u(pub, p, k) ORDER BY pub, p "
      "ON CONFLICT (publication_key, path) DO NOTHING",
      live_publications_.str(), live_paths_.str(), live_keys_.str());
  return CheckTaken(transaction_, live_publications_.str(), live_paths_.str(), live_keys_.str(),
                    "kind = 1 AND x.article_key");
}

absl::Status Settlement::Hold() {
  if (!any_held_) return absl::OkStatus();
  transaction_.exec_params(
      "INSERT INTO catalog.paths AS x (publication_key, path, kind, holder_key) SELECT pub, p, 3, "
      "k "
      "FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u(pub, p, k) ORDER BY pub, p "
      "ON CONFLICT (publication_key, path) DO UPDATE SET holder_key = excluded.holder_key "
      "WHERE x.kind <> 1 AND x.holder_key IS NULL",
      held_publications_.str(), held_paths_.str(), held_keys_.str());
  return CheckTaken(transaction_, held_publications_.str(), held_paths_.str(), held_keys_.str(),
                    "holder_key");
}

absl::Status Settlement::Run() {
  Lock();
  Forget();
  Cease();
  Release();
  const absl::Status taken = TakeLive();
  return taken.ok() ? Hold() : taken;
}

}  // namespace

absl::Status SettlePaths(pqxx::transaction_base& transaction,
                         const std::vector<ArticlePaths>& wanted, std::vector<ChangeRow>* changes) {
  if (wanted.empty()) return absl::OkStatus();
  return Settlement(transaction, wanted, changes).Run();
}

std::string FreePath(pqxx::transaction_base& transaction, int64_t publication_key,
                     const std::string& path, const std::string& id) {
  constexpr int kAttempts = 4;
  std::string free = path;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const pqxx::result rows = transaction.exec_params(
        "SELECT FROM catalog.paths WHERE publication_key = $1 AND path = $2", publication_key,
        free);
    if (rows.empty()) break;
    free = article::AlternativePath(path, id, attempt);
  }
  return free;
}

}  // namespace dateline::catalog::store
