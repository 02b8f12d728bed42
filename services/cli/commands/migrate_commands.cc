#include <string>

#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/pg/migrate.h"
#include "services/cli/command.h"

namespace dateline::cli {
namespace {

void Print(Session& session, absl::string_view state, const pg::Migration& migration) {
  session.out << absl::StrFormat("%s V%03d %s\n", state, migration.version, migration.name);
}

absl::Status ShowStatus(Session& session, const std::string& database,
                        const std::vector<pg::Migration>& migrations) {
  DATELINE_ASSIGN_OR_RETURN(const pg::MigrationStatus status,
                            pg::GetMigrationStatus(database, migrations));
  for (const pg::Migration& migration : status.applied) Print(session, "applied", migration);
  for (const pg::Migration& migration : status.pending) Print(session, "pending", migration);
  return absl::OkStatus();
}

absl::Status Migrate(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  const std::string database = arguments.Get("database", session.database);
  const std::string folder = arguments.Get("migrations", session.migrations);
  if (database.empty()) {
    return absl::InvalidArgumentError("name the database with --database or DATELINE_DATABASE");
  }
  if (folder.empty()) {
    return absl::InvalidArgumentError(
        "name the folder of migration files with --migrations or DATELINE_MIGRATIONS");
  }
  DATELINE_ASSIGN_OR_RETURN(const auto migrations, pg::ReadMigrations(folder));
  if (arguments.Has("status")) return ShowStatus(session, database, migrations);
  DATELINE_ASSIGN_OR_RETURN(const auto applied, pg::Migrate(database, migrations));
  for (const pg::Migration& migration : applied) Print(session, "applied", migration);
  if (applied.empty()) session.err << "the schema is up to date\n";
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> MigrateCommands() {
  return {{"migrate",
           "",
           "bring the database's schema up to date",
           {{"database", "CONNINFO", "PostgreSQL connection string (DATELINE_DATABASE)"},
            {"migrations", "DIR", "folder of migration files (DATELINE_MIGRATIONS)"},
            {"status", "", "only list what is applied and what is pending"}},
           Migrate}};
}

}  // namespace dateline::cli
