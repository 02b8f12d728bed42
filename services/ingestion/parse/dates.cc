#include "services/ingestion/parse/dates.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "services/ingestion/parse/month_names.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

bool Digit(char c) { return c >= '0' && c <= '9'; }

struct Zone {
  string_view name;
  int minutes;
};

// RFC 822, section 5, and what feeds use beside it. Short US names without S or D mean standard
// time.
constexpr std::array kZones = {
    Zone{"z", 0},      Zone{"ut", 0},     Zone{"utc", 0},     Zone{"gmt", 0},    Zone{"wet", 0},
    Zone{"west", 60},  Zone{"bst", 60},   Zone{"cet", 60},    Zone{"met", 60},   Zone{"mez", 60},
    Zone{"cest", 120}, Zone{"mest", 120}, Zone{"mesz", 120},  Zone{"eet", 120},  Zone{"eest", 180},
    Zone{"msk", 180},  Zone{"jst", 540},  Zone{"kst", 540},   Zone{"aest", 600}, Zone{"aedt", 660},
    Zone{"nzst", 720}, Zone{"nzdt", 780}, Zone{"at", -240},   Zone{"ast", -240}, Zone{"adt", -180},
    Zone{"et", -300},  Zone{"est", -300}, Zone{"edt", -240},  Zone{"ct", -360},  Zone{"cst", -360},
    Zone{"cdt", -300}, Zone{"mt", -420},  Zone{"mst", -420},  Zone{"mdt", -360}, Zone{"pt", -480},
    Zone{"pst", -480}, Zone{"pdt", -420}, Zone{"akst", -540}, Zone{"hst", -600},
};

struct Fields {
  int year = -1;
  int month = -1;
  int day = -1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  absl::Duration fraction;
  bool has_time = false;
  int pm = -1;
  bool has_zone = false;
  int offset = 0;
  std::optional<absl::TimeZone> zone;
};

int PivotYear(int year) { return year < 69 ? 2000 + year : 1900 + year; }

std::optional<absl::Time> Finish(const Fields& in) {
  Fields f = in;
  if (f.year < 0 || f.month < 1 || f.month > 12 || f.day < 1 || f.year > 9999) return std::nullopt;
  if (f.pm >= 0) {
    if (f.hour > 12 && f.pm == 0) return std::nullopt;
    if (f.hour == 12) f.hour = 0;
    if (f.pm == 1 && f.hour < 12) f.hour += 12;
  }
  const bool midnight = f.hour == 24 && f.minute == 0 && f.second == 0;
  if ((f.hour > 23 && !midnight) || f.minute > 59 || f.second > 60) return std::nullopt;
  const absl::CivilDay day(f.year, f.month, f.day);
  if (day.month() != f.month || day.day() != f.day) return std::nullopt;
  const absl::CivilSecond civil(f.year, f.month, f.day, f.hour, f.minute, f.second);
  const absl::TimeZone zone = f.zone.value_or(absl::UTCTimeZone());
  return absl::FromCivil(civil, zone) - absl::Minutes(f.offset) + f.fraction;
}

// Reads one date from left to right.
class DateReader {
 public:
  explicit DateReader(string_view text) : s_(text) {}

  std::optional<absl::Time> Run() {
    while (ok_ && i_ < s_.size()) Step();
    if (!ok_ || !SettleNumbers()) return std::nullopt;
    return Finish(f_);
  }

 private:
  void Step() {
    const char c = s_[i_];
    if (Digit(c)) return TakeNumber();
    if ((c == '+' || c == '-') && f_.has_time && i_ + 1 < s_.size() && Digit(s_[i_ + 1])) {
      return TakeOffset();
    }
    if (absl::ascii_isalpha(static_cast<unsigned char>(c)) || (c & 0x80) != 0) return TakeWord();
    ++i_;
  }

  int Number(size_t max_digits) {
    int value = 0;
    for (digits_ = 0; digits_ < max_digits && i_ < s_.size() && Digit(s_[i_]); ++digits_) {
      value = value * 10 + (s_[i_++] - '0');
    }
    return value;
  }

  bool At(char c) const { return i_ < s_.size() && s_[i_] == c; }
  bool DigitAt(size_t i) const { return i < s_.size() && Digit(s_[i]); }

  void TakeNumber() {
    const size_t start = i_;
    const int value = Number(9);
    if (DigitAt(i_)) return Fail();
    const size_t digits = digits_;
    if (At(':') && DigitAt(i_ + 1) && !f_.has_time && digits <= 2) return TakeTime(value);
    if (digits == 8 && f_.year < 0) {
      f_.year = value / 10000;
      f_.month = value / 100 % 100;
      f_.day = value % 100;
      return TakeCompactTime();
    }
    if (digits == 4 && f_.year < 0 && (At('-') || At('/') || At('.')) && DigitAt(i_ + 1) &&
        f_.month < 0) {
      return TakeYearFirst(value);
    }
    if (Unit(value)) return;
    if (digits == 4) {
      if (f_.year >= 0) return Fail();
      f_.year = value;
    } else if (digits <= 2) {
      if ((At('/') || At('.')) && DigitAt(i_ + 1) && f_.month < 0 && numbers_.empty()) {
        return TakeDayOrMonthFirst(value, s_[i_]);
      }
      if (At('-') && DigitAt(i_ + 1) && f_.month < 0) return Fail();
      SkipOrdinal();
      numbers_.push_back(value);
    } else {
      i_ = start;
      Fail();
    }
  }

  // CJK units follow their number: 2004년 05월 28일.
  bool Unit(int value) {
    static constexpr std::array<std::pair<string_view, int>, 12> kUnits = {{{"년", 0},
                                                                            {"年", 0},
                                                                            {"월", 1},
                                                                            {"月", 1},
                                                                            {"일", 2},
                                                                            {"日", 2},
                                                                            {"시", 3},
                                                                            {"時", 3},
                                                                            {"时", 3},
                                                                            {"분", 4},
                                                                            {"分", 4},
                                                                            {"초", 5}}};
    for (const auto& [unit, field] : kUnits) {
      if (!absl::StartsWith(s_.substr(i_), unit)) continue;
      i_ += unit.size();
      int* const fields[] = {&f_.year, &f_.month, &f_.day, &f_.hour, &f_.minute, &f_.second};
      *fields[field] = value;
      f_.has_time = f_.has_time || field >= 3;
      return true;
    }
    return false;
  }

  void SkipOrdinal() {
    const std::string two = absl::AsciiStrToLower(s_.substr(i_, 2));
    if (two == "st" || two == "nd" || two == "rd" || two == "th") i_ += 2;
  }

  void TakeYearFirst(int year) {
    f_.year = year;
    const char separator = s_[i_++];
    f_.month = Number(2);
    f_.day = 1;
    if (digits_ == 0 || DigitAt(i_)) return Fail();
    if (At(separator) && DigitAt(i_ + 1)) {
      ++i_;
      f_.day = Number(2);
      if (DigitAt(i_)) return Fail();
    }
    if ((At('T') || At('t')) && DigitAt(i_ + 1)) ++i_;
  }

  // 10.01.2020 is day first everywhere; with slashes only if one number cannot be a month.
  void TakeDayOrMonthFirst(int first, char separator) {
    ++i_;
    const int second = Number(2);
    if (!At(separator)) return Fail();
    ++i_;
    const int year = Number(4);
    if (digits_ != 4 && digits_ != 2) return Fail();
    f_.year = digits_ == 4 ? year : PivotYear(year);
    const bool day_first = separator == '.' || first > 12 || first == second;
    if (!day_first && second <= 12) return Fail();
    f_.day = day_first ? first : second;
    f_.month = day_first ? second : first;
  }

  // Follows eight digits: T103000 or 103000.
  void TakeCompactTime() {
    if (At('T') || At('t')) ++i_;
    if (!DigitAt(i_) || !DigitAt(i_ + 1) || !DigitAt(i_ + 2) || !DigitAt(i_ + 3)) return;
    f_.hour = Number(2);
    f_.minute = Number(2);
    if (DigitAt(i_)) f_.second = Number(2);
    f_.has_time = true;
  }

  void TakeTime(int hour) {
    f_.hour = hour;
    f_.has_time = true;
    ++i_;
    f_.minute = Number(2);
    if (At(':') && DigitAt(i_ + 1)) {
      ++i_;
      f_.second = Number(2);
      if ((At('.') || At(',')) && DigitAt(i_ + 1)) TakeFraction();
    }
  }

  void TakeFraction() {
    ++i_;
    absl::Duration unit = absl::Seconds(1);
    for (; DigitAt(i_); ++i_) {
      unit /= 10;
      f_.fraction += unit * (s_[i_] - '0');
    }
  }

  void TakeOffset() {
    const int sign = s_[i_++] == '-' ? -1 : 1;
    const int number = Number(4);
    int minutes = digits_ <= 2 ? number * 60 : number / 100 * 60 + number % 100;
    if (digits_ <= 2 && At(':') && DigitAt(i_ + 1)) {
      ++i_;
      minutes += Number(2);
    }
    if (minutes > 14 * 60 + 59 || DigitAt(i_)) return Fail();
    f_.has_zone = true;
    f_.zone.reset();
    f_.offset = sign * minutes;
  }

  void TakeWord() {
    const size_t start = i_;
    while (i_ < s_.size() && !Digit(s_[i_]) &&
           (absl::ascii_isalpha(static_cast<unsigned char>(s_[i_])) || (s_[i_] & 0x80) != 0 ||
            s_[i_] == '/' || s_[i_] == '_')) {
      ++i_;
    }
    const string_view raw = s_.substr(start, i_ - start);
    std::string word = absl::AsciiStrToLower(raw);
    if (word == "t" && DigitAt(i_)) return;
    if (word == "am" || word == "a" || word == "오전" || word == "上午" || word == "πμ") {
      f_.pm = 0;
    } else if (word == "pm" || word == "p" || word == "오후" || word == "下午" || word == "μμ") {
      f_.pm = 1;
    } else if (const int month = MonthOfName(raw); month > 0 && f_.month < 0) {
      f_.month = month;
    } else if (f_.has_time && !f_.has_zone) {
      TakeZone(raw, word);
    }
    // Any other word is a weekday, "de", "at" or the like.
  }

  void TakeZone(string_view raw, const std::string& word) {
    for (const Zone& zone : kZones) {
      if (zone.name != word) continue;
      f_.has_zone = true;
      f_.offset = zone.minutes;
      return;
    }
    absl::TimeZone zone;
    if (absl::StrContains(raw, '/') && absl::LoadTimeZone(raw, &zone)) {
      f_.has_zone = true;
      f_.zone = zone;
    }
  }

  // One or two loose numbers: the day, then the year.
  bool SettleNumbers() {
    size_t n = 0;
    if (f_.day < 0 && n < numbers_.size()) f_.day = numbers_[n++];
    if (f_.year < 0 && n < numbers_.size()) f_.year = PivotYear(numbers_[n++]);
    return n == numbers_.size();
  }

  void Fail() { ok_ = false; }

  string_view s_;
  size_t i_ = 0;
  size_t digits_ = 0;
  bool ok_ = true;
  Fields f_;
  std::vector<int> numbers_;
};

// Seconds or milliseconds since 1970, between 1990 and 2100.
std::optional<absl::Time> ParseEpoch(string_view s) {
  int64_t value = 0;
  if ((s.size() != 9 && s.size() != 10 && s.size() != 13) || !absl::SimpleAtoi(s, &value)) {
    return std::nullopt;
  }
  return s.size() == 13 ? absl::FromUnixMillis(value) : absl::FromUnixSeconds(value);
}

}  // namespace

std::optional<absl::Time> ParseDate(string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty() || text.size() > 128) return std::nullopt;
  if (const auto epoch = ParseEpoch(text)) return epoch;
  if (text.size() == 4 && Digit(text[0])) {
    int year = 0;
    if (!absl::SimpleAtoi(text, &year) || year < 1900 || year > 2100) return std::nullopt;
    return absl::FromCivil(absl::CivilDay(year, 1, 1), absl::UTCTimeZone());
  }
  return DateReader(text).Run();
}

}  // namespace dateline::ingestion::parse
