#include "services/cli/usage.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/text/utf8.h"

namespace dateline::cli {
namespace {

constexpr size_t kMaxNameWords = 3;

// Text filled up with blanks to a width on the screen; printf counts bytes, and "…" has three.
std::string Padded(absl::string_view text, int64_t width) {
  const int64_t blanks = width - text::CountCodePoints(text);
  return absl::StrCat(text, std::string(static_cast<size_t>(std::max<int64_t>(blanks, 0)), ' '));
}

std::string OptionLine(const OptionSpec& option) {
  const std::string name = absl::StrCat(option.name.size() == 1 ? "-" : "--", option.name,
                                        option.value_name.empty() ? "" : " ", option.value_name);
  return absl::StrFormat("  %-24s %s\n", name, option.help);
}

}  // namespace

std::string Usage(absl::Span<const Command> commands, absl::Span<const OptionSpec> global_options) {
  std::string out = "Usage: dateline [OPTIONS] COMMAND [ARGUMENTS]\n\nCommands:\n";
  for (const Command& command : commands) {
    absl::StrAppend(&out, "  ", Padded(absl::StrCat(command.name, " ", command.arguments), 34), " ",
                    command.help.substr(0, command.help.find('\n')), "\n");
  }
  absl::StrAppend(&out, "\nOptions of every command:\n");
  for (const OptionSpec& option : global_options) absl::StrAppend(&out, OptionLine(option));
  absl::StrAppend(&out, "\n`dateline COMMAND --help` shows a command's own options.\n");
  return out;
}

std::string CommandUsage(const Command& command) {
  std::string out = absl::StrCat("Usage: dateline ", command.name, " [OPTIONS] ", command.arguments,
                                 "\n\n", command.help, "\n");
  if (!command.options.empty()) absl::StrAppend(&out, "\nOptions:\n");
  for (const OptionSpec& option : command.options) absl::StrAppend(&out, OptionLine(option));
  return out;
}

const Command* FindCommand(absl::Span<const Command> commands, absl::Span<const std::string> words,
                           size_t* consumed) {
  for (size_t count = std::min(kMaxNameWords, words.size()); count > 0; --count) {
    const std::string name = absl::StrJoin(words.subspan(0, count), " ");
    for (const Command& command : commands) {
      if (command.name != name) continue;
      *consumed = count;
      return &command;
    }
  }
  return nullptr;
}

}  // namespace dateline::cli
