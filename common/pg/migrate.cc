#include "common/pg/migrate.h"

#include <openssl/evp.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <pqxx/pqxx>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"

namespace dateline::pg {
namespace {

namespace fs = std::filesystem;

// An arbitrary number of our own; all runners use the same.
constexpr char kTryLock[] = "SELECT pg_try_advisory_lock(7101710271037104)";
constexpr absl::Duration kLockPatience = absl::Minutes(10);
constexpr char kUnlock[] = "SELECT pg_advisory_unlock(7101710271037104)";
constexpr char kCreateTable[] =
    "CREATE SCHEMA IF NOT EXISTS dateline_meta;"
    "CREATE TABLE IF NOT EXISTS dateline_meta.migrations ("
    "version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
    "applied_at timestamptz NOT NULL DEFAULT clock_timestamp())";
constexpr char kTableExists[] = "SELECT to_regclass('dateline_meta.migrations') IS NOT NULL";
constexpr char kApplied[] =
    "SELECT version, name, checksum FROM dateline_meta.migrations ORDER BY version";
constexpr char kRecord[] =
    "INSERT INTO dateline_meta.migrations (version, name, checksum) VALUES ($1, $2, $3)";

std::string Sha256(absl::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

absl::StatusOr<Migration> ReadMigration(const fs::path& path) {
  Migration migration;
  const std::string stem = path.stem().string();
  const size_t separator = stem.find("__");
  if (!absl::StartsWith(stem, "V") || separator == std::string::npos ||
      !absl::SimpleAtoi(stem.substr(1, separator - 1), &migration.version)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.filename().string(), " is not named V001__what_it_does.sql"));
  }
  migration.name = stem.substr(separator + 2);
  std::ifstream in(path, std::ios::binary);
  migration.sql.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path.string()));
  migration.checksum = Sha256(migration.sql);
  migration.transactional = !absl::StartsWith(migration.sql, "-- no transaction");
  return migration;
}

std::vector<Migration> ReadApplied(pqxx::connection& connection) {
  pqxx::nontransaction query(connection);
  std::vector<Migration> applied;
  if (!query.exec1(kTableExists)[0].as<bool>()) return applied;
  for (const pqxx::row& row : query.exec(kApplied)) {
    applied.push_back(
        {row[0].as<int>(), row[1].as<std::string>(), row[2].as<std::string>(), "", true});
  }
  return applied;
}

// The schema of builds that were not released changes without a way from the old one to the new.
absl::Status MadeByOlderBuild(const Migration& migration) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the database was made by another build, whose migration ", migration.version, " (",
      migration.name,
      ") this one does not have in that form; its data cannot be taken over. Make it anew with "
      "`deploy/local/down --purge && deploy/local/up`, which deletes all that it holds"));
}

absl::StatusOr<MigrationStatus> Compare(std::vector<Migration> applied,
                                        const std::vector<Migration>& migrations) {
  std::map<int, const Migration*> known;
  for (const Migration& migration : migrations) known.emplace(migration.version, &migration);
  const int newest = known.empty() ? 0 : known.rbegin()->first;
  for (const Migration& migration : applied) {
    const auto found = known.find(migration.version);
    if (found == known.end() && migration.version > newest) {
      return absl::FailedPreconditionError(
          absl::StrCat("the database has migration ", migration.version, " (", migration.name,
                       "), which this program does not know; is the program too old?"));
    }
    if (found == known.end() || found->second->checksum != migration.checksum) {
      return MadeByOlderBuild(migration);
    }
    known.erase(found);
  }
  MigrationStatus status{std::move(applied), {}};
  for (const auto& [version, migration] : known) status.pending.push_back(*migration);
  return status;
}

// Asks again and again instead of waiting within a statement: CREATE INDEX CONCURRENTLY waits for
// every running statement to end, so a waiting one would be a deadlock.
absl::Status TakeLock(pqxx::connection& connection) {
  const absl::Time deadline = absl::Now() + kLockPatience;
  while (!pqxx::nontransaction(connection).exec1(kTryLock)[0].as<bool>()) {
    if (absl::Now() > deadline) {
      return absl::UnavailableError("another migration has been running for too long");
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
  return absl::OkStatus();
}

void Apply(pqxx::connection& connection, const Migration& migration) {
  if (migration.transactional) {
    pqxx::work transaction(connection);
    transaction.exec(migration.sql);
    transaction.exec_params(kRecord, migration.version, migration.name, migration.checksum);
    transaction.commit();
    return;
  }
  pqxx::nontransaction direct(connection);
  direct.exec(migration.sql);
  direct.exec_params(kRecord, migration.version, migration.name, migration.checksum);
}

// Runs `body` with a connection; what libpqxx throws becomes a status with PostgreSQL's message.
template <typename Result, typename Body>
absl::StatusOr<Result> WithConnection(const std::string& conninfo, Body body) {
  try {
    pqxx::connection connection(conninfo);
    return body(connection);
  } catch (const pqxx::broken_connection& error) {
    return absl::UnavailableError(absl::StrCat("cannot reach the database: ", error.what()));
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace

absl::StatusOr<std::vector<Migration>> ReadMigrations(const std::string& folder) {
  std::error_code error;
  std::vector<Migration> migrations;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".sql") continue;
    DATELINE_ASSIGN_OR_RETURN(migrations.emplace_back(), ReadMigration(entry.path()));
  }
  if (migrations.empty()) {
    return absl::NotFoundError(absl::StrCat("there are no migration files in ", folder));
  }
  std::sort(migrations.begin(), migrations.end(),
            [](const Migration& a, const Migration& b) { return a.version < b.version; });
  for (size_t i = 1; i < migrations.size(); ++i) {
    if (migrations[i].version == migrations[i - 1].version) {
      return absl::InvalidArgumentError(
          absl::StrCat("two files have the version ", migrations[i].version));
    }
  }
  return migrations;
}

absl::StatusOr<MigrationStatus> GetMigrationStatus(const std::string& conninfo,
                                                   const std::vector<Migration>& migrations) {
  return WithConnection<MigrationStatus>(
      conninfo, [&](pqxx::connection& connection) -> absl::StatusOr<MigrationStatus> {
        return Compare(ReadApplied(connection), migrations);
      });
}

absl::StatusOr<std::vector<Migration>> Migrate(const std::string& conninfo,
                                               const std::vector<Migration>& migrations) {
  using Applied = std::vector<Migration>;
  return WithConnection<Applied>(
      conninfo, [&](pqxx::connection& connection) -> absl::StatusOr<Applied> {
        DATELINE_RETURN_IF_ERROR(TakeLock(connection));
        pqxx::nontransaction(connection).exec(kCreateTable);
        DATELINE_ASSIGN_OR_RETURN(MigrationStatus status,
                                  Compare(ReadApplied(connection), migrations));
        for (const Migration& migration : status.pending) {
          try {
            Apply(connection, migration);
          } catch (const pqxx::sql_error& error) {
            return absl::InternalError(absl::StrCat("migration ", migration.version, " (",
                                                    migration.name, "): ", error.what()));
          }
        }
        // The session's end would release it too.
        pqxx::nontransaction(connection).exec(kUnlock);
        return status.pending;
      });
}

}  // namespace dateline::pg
