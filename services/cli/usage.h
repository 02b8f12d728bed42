#ifndef DATELINE_SERVICES_CLI_USAGE_H_
#define DATELINE_SERVICES_CLI_USAGE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/cli/command.h"

namespace dateline::cli {

// The list of commands with one line each, then the options that every command takes.
std::string Usage(absl::Span<const Command> commands, absl::Span<const OptionSpec> global_options);

// One command with its options.
std::string CommandUsage(const Command& command);

// The command that `words` begins with, by its one to three words, the most that fit; nullptr if
// there is none. On success `consumed` says how many words the name has.
const Command* FindCommand(absl::Span<const Command> commands, absl::Span<const std::string> words,
                           size_t* consumed);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_USAGE_H_
