#ifndef DATELINE_SERVICES_INGESTION_PARSE_DATE_WORDS_H_
#define DATELINE_SERVICES_INGESTION_PARSE_DATE_WORDS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

// Words of dates but for months and zones. All functions are thread-safe.
namespace dateline::ingestion::parse {

// Whether a word in lower case may follow a time and says nothing.
bool IsFiller(absl::string_view word);

// Whether a word in lower case is an English weekday or cut from one.
bool IsWeekday(absl::string_view word);

// Whether a word in lower case means before or after noon.
bool IsMorning(absl::string_view word);
bool IsAfternoon(absl::string_view word);

// A unit that follows its number, as in Chinese, Japanese and Korean.
struct DateUnit {
  // Bytes, 0 if there is none.
  size_t size = 0;
  // 0 to 5 for year, month, day, hour, minute and second.
  size_t field = 0;
  bool korean = false;
};

// The unit that `text` begins with.
DateUnit ReadDateUnit(absl::string_view text);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_DATE_WORDS_H_
