#include "services/ingestion/parse/date_words.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"

namespace dateline::ingestion::parse {

using absl::string_view;

bool IsFiller(string_view word) {
  static constexpr std::array kFillers = {
      string_view("h"),   string_view("hs"),  string_view("hrs"),  string_view("uhr"),
      string_view("on"),  string_view("of"),  string_view("de"),   string_view("del"),
      string_view("the"), string_view("г"),   string_view("ч"),    string_view("года"),
      string_view("o"),   string_view("hod"), string_view("time"), string_view("den"),
      string_view("le"),  string_view("um"),  string_view("dst")};
  return std::find(kFillers.begin(), kFillers.end(), word) != kFillers.end();
}

bool IsWeekday(string_view word) {
  static constexpr std::array kDays = {string_view("monday"),    string_view("tuesday"),
                                       string_view("wednesday"), string_view("thursday"),
                                       string_view("friday"),    string_view("saturday"),
                                       string_view("sunday")};
  return word.size() >= 3 && std::any_of(kDays.begin(), kDays.end(), [&](string_view day) {
           return absl::StartsWith(day, word);
         });
}

bool IsMorning(string_view word) {
  return word == "am" || word == "오전" || word == "上午" || word == "午前" || word == "πμ";
}

bool IsAfternoon(string_view word) {
  return word == "pm" || word == "오후" || word == "下午" || word == "午後" || word == "μμ";
}

DateUnit ReadDateUnit(string_view text) {
  struct Unit {
    string_view name;
    size_t field;
    bool korean;
  };
  static constexpr std::array kUnits = {
      Unit{"년", 0, true},  Unit{"월", 1, true},  Unit{"일", 2, true},  Unit{"시", 3, true},
      Unit{"분", 4, true},  Unit{"초", 5, true},  Unit{"年", 0, false}, Unit{"月", 1, false},
      Unit{"日", 2, false}, Unit{"時", 3, false}, Unit{"时", 3, false}, Unit{"分", 4, false},
      Unit{"秒", 5, false}};
  for (const Unit& unit : kUnits) {
    if (absl::StartsWith(text, unit.name)) return {unit.name.size(), unit.field, unit.korean};
  }
  return {};
}

}  // namespace dateline::ingestion::parse
