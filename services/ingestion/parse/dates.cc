#include "services/ingestion/parse/dates.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "services/ingestion/parse/date_fields.h"
#include "services/ingestion/parse/date_words.h"
#include "services/ingestion/parse/date_zones.h"
#include "services/ingestion/parse/month_names.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

bool Digit(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0;
}

// Reads one date from left to right.
class DateReader {
 public:
  explicit DateReader(string_view text) : s_(text) {}

  std::optional<absl::Time> Run() {
    while (ok_ && i_ < s_.size()) Step();
    if (!ok_ || !SettleNumbers()) return std::nullopt;
    if (korean_ && !f_.has_zone) f_.offset = 9 * 60;
    return FinishDate(f_);
  }

  // Whether the zone that was written means none.
  bool is_doubtful() const { return has_no_offset_ || (has_unknown_zone_ && !f_.has_zone); }

 private:
  void Step() {
    const char c = s_[i_];
    if (c == '(' && (!f_.has_time || f_.has_zone)) return SkipComment();
    if (Digit(c)) return TakeNumber();
    if ((c == '+' || c == '-') && f_.has_time) {
      if (DigitAt(i_ + 1)) return TakeOffset();
      if (i_ + 1 < s_.size() && (s_[i_ + 1] == '+' || s_[i_ + 1] == '-')) {
        i_ += 2;
        return TakeNoOffset();
      }
    }
    if (IsLetter(c)) return TakeWord();
    ++i_;
  }

  // RFC 822, section 3.4.3. Where the zone is to come, brackets may hold it.
  void SkipComment() {
    int depth = 0;
    for (; i_ < s_.size(); ++i_) {
      if (s_[i_] == '(') ++depth;
      if (s_[i_] == ')' && --depth == 0) break;
    }
    if (i_ < s_.size()) ++i_;
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
  bool HasDate() const { return f_.year >= 0 && f_.month >= 0 && f_.day >= 0; }

  size_t DigitsAhead() const {
    size_t end = i_;
    while (DigitAt(end)) ++end;
    return end - i_;
  }

  void TakeNumber() {
    const size_t ahead = DigitsAhead();
    if (f_.year < 0 && (ahead == 8 || ahead == 12 || ahead == 14)) {
      f_.year = Number(4);
      f_.month = Number(2);
      f_.day = Number(2);
      return TakeCompactTime();
    }
    if (f_.year < 0 && ahead == 7) {
      f_.year = Number(4);
      TakeDayOfYear();
      return TakeCompactTime();
    }
    const int value = Number(4);
    if (DigitAt(i_)) return Fail();
    const size_t digits = digits_;
    const bool clock = At(':') || (At('h') && HasAnyDay());
    if (clock && DigitAt(i_ + 1) && !f_.has_time && digits <= 2) return TakeTime(value);
    if (Unit(value)) return;
    if (digits == 4 && f_.year < 0) return TakeYear(value);
    if (digits == 3 && value < 200 && f_.year < 0 && !numbers_.empty()) {
      // RFC 2822, section 4.3.
      f_.year = 1900 + value;
    } else if (digits <= 2) {
      TakeShortNumber(value);
    } else {
      Fail();
    }
  }

  bool HasAnyDay() const { return f_.day >= 0 || !numbers_.empty(); }

  void TakeYear(int year) {
    f_.year = year;
    year_first_ = numbers_.empty() && f_.month < 0;
    const bool separated = (At('-') || At('/') || At('.')) && f_.month < 0 && numbers_.empty();
    const size_t week = At('-') ? i_ + 1 : i_;
    if (year_first_ && week < s_.size() && (s_[week] == 'W' || s_[week] == 'w') &&
        DigitAt(week + 1)) {
      i_ = week + 1;
      return TakeWeek();
    }
    if (separated && DigitAt(i_ + 1)) TakeYearFirst();
  }

  void TakeShortNumber(int value) {
    const bool separated = At('/') || At('.') || At('-');
    if (separated && DigitAt(i_ + 1) && f_.month < 0 && numbers_.empty()) {
      return TakeDayOrMonthFirst(value, s_[i_]);
    }
    SkipOrdinal();
    if (TakeHourOfTwelve(value)) return;
    numbers_.push_back(value);
  }

  // "3 PM", "3pm".
  bool TakeHourOfTwelve(int value) {
    if (f_.has_time) return false;
    size_t at = i_;
    while (at < s_.size() && s_[at] == ' ') ++at;
    const std::string two = absl::AsciiStrToLower(absl::ClippedSubstr(s_, at, 2));
    const bool ends = at + 2 >= s_.size() || !IsLetter(s_[at + 2]);
    if ((two != "am" && two != "pm") || !ends) return false;
    f_.hour = value;
    f_.has_time = true;
    return true;
  }

  // CJK units follow their number: 2004년 05월 28일.
  bool Unit(int value) {
    const DateUnit unit = ReadDateUnit(absl::ClippedSubstr(s_, i_));
    if (unit.size == 0) return false;
    i_ += unit.size;
    int* const fields[] = {&f_.year, &f_.month, &f_.day, &f_.hour, &f_.minute, &f_.second};
    *fields[unit.field] = value;
    f_.has_time = f_.has_time || unit.field >= 3;
    korean_ = korean_ || unit.korean;
    return true;
  }

  void SkipOrdinal() {
    const std::string two = absl::AsciiStrToLower(absl::ClippedSubstr(s_, i_, 2));
    if (two == "st" || two == "nd" || two == "rd" || two == "th") i_ += 2;
  }

  void TakeYearFirst() {
    const char separator = s_[i_++];
    const size_t ahead = DigitsAhead();
    if (ahead == 3 && separator == '-') {
      TakeDayOfYear();
      return TakeHourAfterT();
    }
    f_.month = Number(2);
    f_.day = 1;
    if (DigitAt(i_)) return Fail();
    if (At(separator) && DigitAt(i_ + 1)) {
      ++i_;
      f_.day = Number(2);
      if (DigitAt(i_)) return Fail();
    }
    TakeHourAfterT();
  }

  // "T10Z" names an hour alone; "T1033" has no colons.
  void TakeHourAfterT() {
    if (!(At('T') || At('t')) || !DigitAt(i_ + 1)) return;
    ++i_;
    const size_t ahead = DigitsAhead();
    if (ahead == 4 || ahead == 6) return TakeCompactTime();
    if (ahead != 2 || (i_ + 2 < s_.size() && s_[i_ + 2] == ':')) return;
    f_.hour = Number(2);
    f_.has_time = true;
  }

  void TakeDayOfYear() {
    const int day = Number(3);
    const absl::CivilDay last(f_.year, 12, 31);
    const absl::CivilDay date = absl::CivilDay(f_.year, 1, 1) + (day - 1);
    if (digits_ != 3 || day < 1 || date > last) return Fail();
    f_.month = date.month();
    f_.day = date.day();
  }

  // ISO 8601: the first week has the year's first Thursday; no day means Monday.
  void TakeWeek() {
    const int week = Number(2);
    int day = 1;
    if (digits_ != 2) return Fail();
    if (At('-') && DigitAt(i_ + 1)) ++i_;
    if (DigitAt(i_)) day = Number(1);
    if (week < 1 || week > 53 || day < 1 || day > 7 || DigitAt(i_)) return Fail();
    const absl::CivilDay fourth(f_.year, 1, 4);
    const absl::CivilDay monday = absl::PrevWeekday(fourth + 1, absl::Weekday::monday);
    const absl::CivilDay date = monday + (week - 1) * 7 + (day - 1);
    f_.year = static_cast<int>(date.year());
    f_.month = date.month();
    f_.day = date.day();
    TakeHourAfterT();
  }

  // 10.01.2020 is day first everywhere; with slashes and hyphens only if one number cannot be a
  // month. A year of two digits stands last, unless it can only be a year.
  void TakeDayOrMonthFirst(int first, char separator) {
    ++i_;
    const int second = Number(2);
    if (!At(separator) || !DigitAt(i_ + 1)) return Fail();
    ++i_;
    const int third = Number(4);
    if ((digits_ != 4 && digits_ != 2) || DigitAt(i_)) return Fail();
    if (digits_ == 2 && first > 31) {
      f_.year = PivotYear(first);
      f_.month = second;
      f_.day = third;
      return;
    }
    if (digits_ == 2 && separator == '-') return Fail();
    f_.year = digits_ == 4 ? third : PivotYear(third);
    const bool day_first = separator == '.' || first > 12 || first == second;
    if (!day_first && second <= 12) return Fail();
    f_.day = day_first ? first : second;
    f_.month = day_first ? second : first;
  }

  // Follows eight digits: T103000 or 103000.
  void TakeCompactTime() {
    if (At('T') || At('t')) ++i_;
    if (!DigitAt(i_)) return;
    if (DigitAt(i_ + 1) && i_ + 2 < s_.size() && s_[i_ + 2] == ':') return;
    const size_t ahead = DigitsAhead();
    if (ahead != 4 && ahead != 6 && ahead != 2) return Fail();
    f_.hour = Number(2);
    if (ahead >= 4) f_.minute = Number(2);
    if (ahead == 6) f_.second = Number(2);
    f_.has_time = true;
    if ((At('.') || At(',')) && DigitAt(i_ + 1)) TakeFraction();
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
    if (DigitAt(i_)) Fail();
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
      if (At(':') && DigitAt(i_ + 1)) {
        ++i_;
        Number(2);
      }
    }
    const int offset = (reversed_ ? -sign : sign) * minutes;
    // "EST-0500" says it twice, "GMT-0500" once; two that differ say nothing.
    const bool differs = f_.has_zone && f_.offset != 0 && f_.offset != offset;
    if (minutes > 14 * 60 + 59 || DigitAt(i_) || has_offset_ || differs) return TakeNoOffset();
    f_.has_zone = true;
    has_offset_ = true;
    f_.zone.reset();
    f_.offset = offset;
  }

  // One that is impossible or contradicts what was said before.
  void TakeNoOffset() {
    while (DigitAt(i_)) ++i_;
    has_no_offset_ = has_offset_ = f_.has_zone = true;
    f_.zone.reset();
    f_.offset = 0;
  }

  void TakeWord() {
    const size_t start = i_;
    while (i_ < s_.size() && (IsLetter(s_[i_]) || s_[i_] == '/' || s_[i_] == '_')) ++i_;
    const string_view raw = absl::ClippedSubstr(s_, start, i_ - start);
    const std::string word = absl::AsciiStrToLower(raw);
    if (word == "t" && DigitAt(i_)) return;
    const bool with_dot = absl::AsciiStrToLower(absl::ClippedSubstr(s_, i_, 3)) == ".m." ||
                          absl::AsciiStrToLower(absl::ClippedSubstr(s_, i_, 2)) == ".m";
    const bool attached = start > 0 && Digit(s_[start - 1]);
    const bool letter = f_.has_time || HasAnyDay() ? with_dot || attached : false;
    if (IsMorning(word) || IsAfternoon(word) || (letter && (word == "a" || word == "p"))) {
      f_.pm = IsAfternoon(word) || word == "p" ? 1 : 0;
      korean_ = korean_ || word == "오전" || word == "오후";
      if (with_dot) i_ = std::min(s_.size(), i_ + 3);
      return;
    }
    if (const int month = MonthOfName(raw); month > 0 && (f_.month < 0 || month_is_weekday_)) {
      f_.month = month;
      // "mar." is Tuesday in four languages.
      month_is_weekday_ = word == "mar" && numbers_.empty() && f_.year < 0;
      return;
    }
    if (f_.has_time && !f_.has_zone && !IsFiller(word) && !IsWeekday(word)) TakeZone(raw, word);
    // Any other word is a weekday, "de", "at" or the like.
  }

  void TakeZone(string_view raw, const std::string& word) {
    if (word == "etc/gmt" && (At('+') || At('-'))) {
      // POSIX counts westward.
      reversed_ = true;
    } else if (const auto offset = ZoneOffset(word); offset.has_value()) {
      f_.has_zone = true;
      f_.offset = *offset;
    } else if (f_.zone = FindZone(raw); f_.zone.has_value()) {
      f_.has_zone = true;
    } else {
      has_unknown_zone_ = true;
    }
  }

  // Loose numbers are the day, then the year; after a year, the month and the day.
  bool SettleNumbers() {
    size_t n = 0;
    if (year_first_ && f_.month < 0 && f_.day < 0 && numbers_.size() == 2) f_.month = numbers_[n++];
    if (f_.day < 0 && n < numbers_.size()) f_.day = numbers_[n++];
    if (f_.year < 0 && n < numbers_.size()) f_.year = PivotYear(numbers_[n++]);
    return n == numbers_.size();
  }

  void Fail() { ok_ = false; }

  string_view s_;
  size_t i_ = 0;
  size_t digits_ = 0;
  bool ok_ = true;
  bool korean_ = false;
  bool year_first_ = false;
  bool has_offset_ = false;
  bool has_no_offset_ = false;
  bool has_unknown_zone_ = false;
  bool reversed_ = false;
  bool month_is_weekday_ = false;
  DateFields f_;
  std::vector<int> numbers_;
};

}  // namespace

std::optional<absl::Time> ParseDate(string_view text, bool* is_doubtful) {
  if (is_doubtful != nullptr) *is_doubtful = false;
  text = absl::StripAsciiWhitespace(text);
  if (text.empty() || text.size() > 128) return std::nullopt;
  if (const auto epoch = ParseEpoch(text)) return epoch;
  if (text.size() == 4 && Digit(text[0])) {
    int year = 0;
    if (!absl::SimpleAtoi(text, &year) || year < 1900 || year > 2100) return std::nullopt;
    return absl::FromCivil(absl::CivilDay(year, 1, 1), absl::UTCTimeZone());
  }
  DateReader reader(text);
  const std::optional<absl::Time> time = reader.Run();
  if (is_doubtful != nullptr) *is_doubtful = reader.is_doubtful();
  return time;
}

}  // namespace dateline::ingestion::parse
