#include "common/config/config.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/config/secret.h"

namespace dateline::config {
namespace {

constexpr absl::string_view kFileSuffix = "-file";

std::string EnvironmentName(absl::string_view name) {
  return absl::StrCat("DATELINE_", absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}})));
}

absl::Status CheckAddress(const std::string& value) {
  const size_t colon = value.rfind(':');
  int port = -1;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(absl::string_view(value).substr(colon + 1), &port) || port < 0 ||
      port > 65'535) {
    return absl::InvalidArgumentError("must be host:port with a port from 0 to 65535");
  }
  return absl::OkStatus();
}

}  // namespace

Parser::Parser(std::string program, std::string about, std::string version)
    : program_(std::move(program)), about_(std::move(about)), version_(std::move(version)) {}

void Parser::Declare(Setting setting) { settings_.push_back(std::move(setting)); }

void Parser::String(absl::string_view name, std::string* target, absl::string_view help) {
  Declare({std::string(name), "TEXT", std::string(help), *target, false, false,
           [target](const std::string& value) {
             *target = value;
             return absl::OkStatus();
           }});
}

void Parser::Secret(absl::string_view name, std::string* target, absl::string_view help) {
  Declare({std::string(name), "SECRET", std::string(help), "", true, false,
           [target](const std::string& value) {
             *target = value;
             return absl::OkStatus();
           }});
}

void Parser::Int(absl::string_view name, int* target, int min, int max, absl::string_view help) {
  Declare({std::string(name), "N", std::string(help), absl::StrCat(*target), false, false,
           [target, min, max](const std::string& value) {
             int number = 0;
             if (!absl::SimpleAtoi(value, &number) || number < min || number > max) {
               return absl::InvalidArgumentError(
                   absl::StrCat("must be a whole number from ", min, " to ", max));
             }
             *target = number;
             return absl::OkStatus();
           }});
}

void Parser::Bool(absl::string_view name, bool* target, absl::string_view help) {
  Declare({std::string(name), "", std::string(help), *target ? "true" : "false", false, true,
           [target](const std::string& value) {
             if (value != "true" && value != "false") {
               return absl::InvalidArgumentError("must be true or false");
             }
             *target = value == "true";
             return absl::OkStatus();
           }});
}

void Parser::Duration(absl::string_view name, absl::Duration* target, absl::Duration min,
                      absl::string_view help) {
  Declare({std::string(name), "DURATION", std::string(help), absl::FormatDuration(*target), false,
           false, [target, min](const std::string& value) {
             absl::Duration duration;
             if (!absl::ParseDuration(value, &duration) || duration < min) {
               return absl::InvalidArgumentError(absl::StrCat(
                   "must be a duration such as 250ms or 5s, at least ", absl::FormatDuration(min)));
             }
             *target = duration;
             return absl::OkStatus();
           }});
}

void Parser::Address(absl::string_view name, std::string* target, absl::string_view help) {
  Declare({std::string(name), "HOST:PORT", std::string(help), *target, false, false,
           [target](const std::string& value) {
             const absl::Status status = CheckAddress(value);
             if (status.ok()) *target = value;
             return status;
           }});
}

Parser::Setting* Parser::Find(absl::string_view name) {
  for (Setting& setting : settings_) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

void Parser::Apply(const Setting& setting, const std::string& value, absl::string_view origin,
                   std::vector<std::string>* faults) {
  const absl::Status status = setting.set(value);
  if (status.ok()) return;
  const std::string shown = setting.is_secret ? "" : absl::StrCat(", not ", value);
  faults->push_back(absl::StrCat(origin, " ", status.message(), shown));
}

void Parser::ReadEnvironment(std::vector<std::string>* faults) {
  for (const Setting& setting : settings_) {
    const std::string name = EnvironmentName(setting.name);
    if (const char* value = std::getenv(name.c_str())) Apply(setting, value, name, faults);
    if (!setting.is_secret) continue;
    const std::string file_name = EnvironmentName(absl::StrCat(setting.name, kFileSuffix));
    if (const char* file = std::getenv(file_name.c_str())) {
      const auto secret = ReadSecretFile(file);
      if (secret.ok())
        Apply(setting, *secret, file_name, faults);
      else
        faults->push_back(absl::StrCat(file_name, ": ", secret.status().message()));
    }
  }
}

void Parser::ReadArguments(int argc, char** argv, std::vector<std::string>* faults) {
  for (int i = 1; i < argc; ++i) {
    absl::string_view word = argv[i];
    if (!absl::ConsumePrefix(&word, "--")) {
      faults->push_back(absl::StrCat("unexpected argument ", argv[i]));
      continue;
    }
    const size_t equals = word.find('=');
    absl::string_view name = word.substr(0, equals);
    Setting* setting = Find(name);
    bool from_file = false;
    if (setting == nullptr && absl::ConsumeSuffix(&name, kFileSuffix)) {
      setting = Find(name);
      from_file = setting != nullptr && setting->is_secret;
      if (!from_file) setting = nullptr;
    }
    if (setting == nullptr) {
      faults->push_back(absl::StrCat("unknown flag ", argv[i]));
      continue;
    }
    std::string value = "true";
    if (equals != absl::string_view::npos) {
      value = std::string(word.substr(equals + 1));
    } else if (!setting->is_flag) {
      if (++i == argc) {
        faults->push_back(absl::StrCat("--", name, " needs a value"));
        return;
      }
      value = argv[i];
    }
    if (from_file) {
      const auto secret = ReadSecretFile(value);
      if (!secret.ok()) {
        faults->push_back(absl::StrCat("--", name, kFileSuffix, ": ", secret.status().message()));
        continue;
      }
      value = *secret;
    }
    Apply(*setting, value, absl::StrCat("--", name), faults);
  }
}

std::string Parser::Help() const {
  std::string out = absl::StrCat("Usage: ", program_, " [FLAGS]\n\n", about_, "\n\nFlags:\n");
  for (const Setting& setting : settings_) {
    absl::StrAppendFormat(
        &out, "  %-32s %s%s (%s)\n",
        absl::StrCat("--", setting.name, setting.value_name.empty() ? "" : " ", setting.value_name),
        setting.help,
        setting.default_text.empty() ? "" : absl::StrCat("; default ", setting.default_text),
        EnvironmentName(setting.name));
    if (setting.is_secret) {
      absl::StrAppendFormat(&out, "  %-32s the same, read from a file\n",
                            absl::StrCat("--", setting.name, kFileSuffix, " PATH"));
    }
  }
  return out;
}

absl::StatusOr<Parser::Outcome> Parser::Parse(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const absl::string_view word = argv[i];
    if (word == "--help" || word == "-h") {
      std::cout << Help();
      return Outcome::kExit;
    }
    if (word == "--version") {
      std::cout << program_ << " " << version_ << "\n";
      return Outcome::kExit;
    }
  }
  std::vector<std::string> faults;
  ReadEnvironment(&faults);
  ReadArguments(argc, argv, &faults);
  if (faults.empty()) return Outcome::kRun;
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

}  // namespace dateline::config
