#ifndef DATELINE_SERVICES_CLI_ARGUMENTS_H_
#define DATELINE_SERVICES_CLI_ARGUMENTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace dateline::cli {

// An option of a command: `--name VALUE`, `--name=VALUE`, or `--name` alone if it takes no value.
struct OptionSpec {
  std::string name;        // without dashes; a single letter is also taken as `-n`
  std::string value_name;  // shown in the help; empty for an option without value
  std::string help;
};

// What follows a command's name on the command line.
class Arguments {
 public:
  // Sorts `words` into options and positional arguments; `--` ends the options and `-` is
  // positional (standard input). INVALID_ARGUMENT names an unknown option or one whose value is
  // missing.
  static absl::StatusOr<Arguments> Parse(absl::Span<const std::string> words,
                                         absl::Span<const OptionSpec> options);

  const std::vector<std::string>& positional() const { return positional_; }

  bool Has(absl::string_view option) const;
  std::string Get(absl::string_view option, absl::string_view fallback) const;

  // The option as a whole number within [min, max]; `fallback` if it is not given.
  // INVALID_ARGUMENT names the option and the range.
  absl::StatusOr<int> GetInt(absl::string_view option, int fallback, int min, int max) const;

  // INVALID_ARGUMENT unless there are between `min` and `max` positional arguments; `what` names
  // them.
  absl::Status ExpectPositional(size_t min, size_t max, absl::string_view what) const;

 private:
  std::map<std::string, std::string, std::less<>> options_;
  std::vector<std::string> positional_;
};

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_ARGUMENTS_H_
