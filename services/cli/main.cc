// `dateline`, the operator's command.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "services/cli/arguments.h"
#include "services/cli/client/clients.h"
#include "services/cli/command.h"
#include "services/cli/import/import_state.h"
#include "services/cli/render.h"
#include "services/cli/usage.h"

namespace dateline::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsageError = 2;

const std::vector<OptionSpec>& GlobalOptions() {
  static const auto* const options = new std::vector<OptionSpec>{
      {"ingestion", "ADDRESS", "ingestion service (DATELINE_INGESTION, default 127.0.0.1:7101)"},
      {"catalog", "ADDRESS", "catalog service (DATELINE_CATALOG, default 127.0.0.1:7102)"},
      {"query", "ADDRESS", "query service (DATELINE_QUERY, default 127.0.0.1:7103)"},
      {"peer-ca", "FILE",
       "PEM file; call with TLS, the services' certificates signed by it (DATELINE_PEER_CA)"},
      {"peer-certificate", "FILE", "PEM file; certificate shown (DATELINE_PEER_CERTIFICATE)"},
      {"peer-key", "FILE", "PEM file; its key (DATELINE_PEER_KEY)"},
      {"timeout", "SECONDS", "how long a call may take (default 60)"},
      {"help", "", "print this help"},
  };
  return *options;
}

std::string FromEnvironment(const char* name, const char* fallback) {
  const char* const value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

absl::StatusOr<Endpoints> EndpointsFrom(const Arguments& arguments) {
  Endpoints endpoints;
  endpoints.ingestion =
      arguments.Get("ingestion", FromEnvironment("DATELINE_INGESTION", "127.0.0.1:7101"));
  endpoints.catalog =
      arguments.Get("catalog", FromEnvironment("DATELINE_CATALOG", "127.0.0.1:7102"));
  endpoints.query = arguments.Get("query", FromEnvironment("DATELINE_QUERY", "127.0.0.1:7103"));
  endpoints.peer_ca = arguments.Get("peer-ca", FromEnvironment("DATELINE_PEER_CA", ""));
  endpoints.peer_certificate =
      arguments.Get("peer-certificate", FromEnvironment("DATELINE_PEER_CERTIFICATE", ""));
  endpoints.peer_key = arguments.Get("peer-key", FromEnvironment("DATELINE_PEER_KEY", ""));
  DATELINE_ASSIGN_OR_RETURN(const int seconds, arguments.GetInt("timeout", 60, 1, 86'400));
  endpoints.timeout = absl::Seconds(seconds);
  return endpoints;
}

int UsageError(const std::string& message) {
  std::cerr << "dateline: " << message << "\nTry `dateline --help`.\n";
  return kUsageError;
}

int RunCommand(const Command& command, const std::vector<std::string>& words) {
  std::vector<OptionSpec> options = command.options;
  options.insert(options.end(), GlobalOptions().begin(), GlobalOptions().end());
  const absl::StatusOr<Arguments> arguments = Arguments::Parse(words, options);
  if (!arguments.ok()) return UsageError(std::string(arguments.status().message()));
  if (arguments->Has("help")) {
    std::cout << CommandUsage(command);
    return 0;
  }
  const absl::StatusOr<Endpoints> endpoints = EndpointsFrom(*arguments);
  if (!endpoints.ok()) return UsageError(std::string(endpoints.status().message()));
  Clients clients(*endpoints);
  Session session{clients,
                  std::cin,
                  std::cout,
                  std::cerr,
                  FromEnvironment("DATELINE_DATABASE", ""),
                  FromEnvironment("DATELINE_MIGRATIONS", ""),
                  StateFolder(FromEnvironment("XDG_STATE_HOME", ""), FromEnvironment("HOME", "")),
                  isatty(STDERR_FILENO) != 0,
                  endpoints->timeout};
  const absl::Status status = command.run(session, *arguments);
  std::cout.flush();
  if (status.ok()) return 0;
  std::cerr << "dateline: " << RenderError(status);
  return kFailed;
}

// Options may stand before the command; they are moved behind it.
int Main(const std::vector<std::string>& words) {
  const std::vector<Command> commands = AllCommands();
  std::vector<std::string> leading;
  size_t start = 0;
  while (start < words.size() && words[start].size() > 1 && words[start][0] == '-') {
    leading.push_back(words[start]);
    const bool is_help = words[start] == "--help" || words[start] == "-h";
    if (is_help) {
      std::cout << Usage(commands, GlobalOptions());
      return 0;
    }
    if (words[start].find('=') == std::string::npos && start + 1 < words.size()) {
      leading.push_back(words[++start]);
    }
    ++start;
  }
  const std::vector<std::string> rest(words.begin() + static_cast<ptrdiff_t>(start), words.end());
  if (rest.empty()) {
    std::cerr << Usage(commands, GlobalOptions());
    return kUsageError;
  }
  size_t consumed = 0;
  const Command* const command = FindCommand(commands, rest, &consumed);
  if (command == nullptr) return UsageError(absl::StrCat("unknown command ", rest[0]));
  leading.insert(leading.end(), rest.begin() + static_cast<ptrdiff_t>(consumed), rest.end());
  return RunCommand(*command, leading);
}

}  // namespace
}  // namespace dateline::cli

int main(int argc, char** argv) {
  return dateline::cli::Main(std::vector<std::string>(argv + 1, argv + argc));
}
