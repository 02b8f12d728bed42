#ifndef DATELINE_COMMON_CONFIG_CONFIG_H_
#define DATELINE_COMMON_CONFIG_CONFIG_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::config {

// A program's settings: declared once with name, default and help, read from flags (`--name value`
// or
// `--name=value`) and the environment (`DATELINE_NAME`, dashes as underscores); a flag wins.
// Everything that is wrong is reported together, and there is no silent fallback. A secret is also
// taken from a file
// (`--name-file PATH`), so that it need not stand in a command line. Our own few lines instead of
// absl::Flag, which is process-wide and reports one fault at a time. Not thread-safe.
class Parser {
 public:
  // `program` and `about` head the help; `version` is what --version prints.
  Parser(std::string program, std::string about, std::string version);

  // Declares a setting; `target` holds the default and receives the value. `help` says the unit.
  void String(absl::string_view name, std::string* target, absl::string_view help);
  void Secret(absl::string_view name, std::string* target, absl::string_view help);
  void Int(absl::string_view name, int* target, int min, int max, absl::string_view help);
  void Bool(absl::string_view name, bool* target, absl::string_view help);
  // A duration as Abseil writes it: 250ms, 5s, 24h.
  void Duration(absl::string_view name, absl::Duration* target, absl::Duration min,
                absl::string_view help);
  // host:port; port 0 takes a free one.
  void Address(absl::string_view name, std::string* target, absl::string_view help);

  enum class Outcome { kRun, kExit };

  // Reads the environment and `argv`. Prints the help or the version and gives kExit if asked to.
  // INVALID_ARGUMENT lists all faults, one a line.
  absl::StatusOr<Outcome> Parse(int argc, char** argv);

 private:
  struct Setting {
    std::string name;
    std::string value_name;
    std::string help;
    std::string default_text;
    bool is_secret = false;
    bool is_flag = false;  // needs no value
    std::function<absl::Status(const std::string&)> set;
  };

  void Declare(Setting setting);
  void ReadEnvironment(std::vector<std::string>* faults);
  void ReadArguments(int argc, char** argv, std::vector<std::string>* faults);
  void Apply(const Setting& setting, const std::string& value, absl::string_view origin,
             std::vector<std::string>* faults);
  Setting* Find(absl::string_view name);
  std::string Help() const;

  const std::string program_;
  const std::string about_;
  const std::string version_;
  std::vector<Setting> settings_;
};

}  // namespace dateline::config

#endif  // DATELINE_COMMON_CONFIG_CONFIG_H_
