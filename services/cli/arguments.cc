#include "services/cli/arguments.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dateline::cli {

absl::StatusOr<Arguments> Arguments::Parse(absl::Span<const std::string> words,
                                           absl::Span<const OptionSpec> options) {
  Arguments result;
  for (size_t i = 0; i < words.size(); ++i) {
    absl::string_view word = words[i];
    if (word == "--") {
      result.positional_.insert(result.positional_.end(), words.begin() + i + 1, words.end());
      break;
    }
    if (word.size() < 2 || word[0] != '-') {
      result.positional_.emplace_back(word);
      continue;
    }
    const bool is_short = !absl::ConsumePrefix(&word, "--");
    if (is_short) word.remove_prefix(1);
    const size_t equals = word.find('=');
    const absl::string_view name = word.substr(0, equals);
    const auto spec = std::find_if(options.begin(), options.end(),
                                   [&](const OptionSpec& option) { return option.name == name; });
    if (spec == options.end() || (is_short && name.size() != 1)) {
      return absl::InvalidArgumentError(absl::StrCat("unknown option ", words[i]));
    }
    std::string value;
    if (equals != absl::string_view::npos) {
      if (spec->value_name.empty()) {
        return absl::InvalidArgumentError(absl::StrCat("option ", name, " takes no value"));
      }
      value = std::string(absl::ClippedSubstr(word, equals + 1));
    } else if (!spec->value_name.empty()) {
      if (++i == words.size()) {
        return absl::InvalidArgumentError(absl::StrCat("option ", words[i - 1], " needs a value"));
      }
      value = words[i];
    }
    result.options_.insert_or_assign(spec->name, std::move(value));
  }
  return result;
}

bool Arguments::Has(absl::string_view option) const {
  return options_.find(option) != options_.end();
}

std::string Arguments::Get(absl::string_view option, absl::string_view fallback) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::string(fallback) : found->second;
}

absl::StatusOr<int> Arguments::GetInt(absl::string_view option, int fallback, int min,
                                      int max) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return fallback;
  int value = 0;
  if (!absl::SimpleAtoi(found->second, &value) || value < min || value > max) {
    return absl::InvalidArgumentError(absl::StrCat("option ", option,
                                                   " must be a whole number from ", min, " to ",
                                                   max, ", not ", found->second));
  }
  return value;
}

absl::Status Arguments::ExpectPositional(size_t min, size_t max, absl::string_view what) const {
  if (positional_.size() >= min && positional_.size() <= max) return absl::OkStatus();
  return absl::InvalidArgumentError(positional_.size() < min
                                        ? absl::StrCat("missing: ", what)
                                        : absl::StrCat("too many arguments; expected ", what));
}

}  // namespace dateline::cli
