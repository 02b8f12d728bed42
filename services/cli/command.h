#ifndef DATELINE_SERVICES_CLI_COMMAND_H_
#define DATELINE_SERVICES_CLI_COMMAND_H_

#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cli/arguments.h"
#include "services/cli/client/clients.h"

namespace dateline::cli {

// What a command may use. Answers go to `out`, which programs read; progress and errors go to
// `err`.
struct Session {
  Clients& clients;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  std::string database;          // connection string, for `migrate`
  std::string migrations;        // folder of the migration files
  std::string state_folder;      // where an import keeps how far it is
  bool err_is_terminal = false;  // then progress is drawn
  absl::Duration timeout;        // how long a call may take
};

// One command of `dateline`.
struct Command {
  std::string name;       // one to three words, e.g. "source add"
  std::string arguments;  // positional arguments, for the help
  std::string help;       // one line; what follows a line break is shown by `--help` only
  std::vector<OptionSpec> options;
  std::function<absl::Status(Session&, const Arguments&)> run;
};

// Each file of commands/ gives its commands.
std::vector<Command> ArticleCommands();      // article create, update, list, revisions …
std::vector<Command> ArticleLifeCommands();  // article publish, schedule, withdraw …; audit
std::vector<Command> AuthorCommands();       // author …
std::vector<Command> DocumentCommands();     // ingest, feed inspect, html clean
std::vector<Command> ImportCommands();       // import
std::vector<Command> MigrateCommands();      // migrate
std::vector<Command> ReadCommands();         // latest, get
std::vector<Command> ResourceCommands();     // publication …, topic …
std::vector<Command> SearchCommands();       // search, related
std::vector<Command> SourceCommands();       // source …, feed discover
std::vector<Command> StatusCommands();       // status
std::vector<Command> TopicCommands();        // topic retag, topic proposals
std::vector<Command> TopicEditCommands();    // topic update, delete, merge, pin …
std::vector<Command> WebhookCommands();      // webhook …

// All commands, in the order of the help.
std::vector<Command> AllCommands();

// Reads a file, or standard input for "-". NOT_FOUND or FAILED_PRECONDITION with the file's name if
// it cannot be read; RESOURCE_EXHAUSTED above `max_bytes`.
absl::StatusOr<std::string> ReadInput(Session& session, const std::string& file, size_t max_bytes);

// Makes `sources/uploads` with its publication if it is not there: so the first try of a newcomer
// works.
absl::Status EnsureUploadSource(Session& session);
inline constexpr char kUploads[] = "uploads";

// Adds the collection to a bare id: ("topics", "kazakhstan") -> "topics/kazakhstan".
std::string ResourceName(absl::string_view collection, absl::string_view id_or_name);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_COMMAND_H_
