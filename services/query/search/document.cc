#include "services/query/search/document.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::search {

std::string ArticleTerm(uint64_t article) {
  std::string term = kArticlePrefix;
  replica::AppendNumber(&term, article);
  return term;
}

std::string ListTerm(absl::string_view list) { return absl::StrCat(kListPrefix, list); }

std::string MinuteOf(absl::Time time) {
  const int64_t minutes = absl::ToInt64Minutes(time - absl::UnixEpoch());
  const auto minute =
      static_cast<uint32_t>(std::clamp<int64_t>(minutes, 0, std::numeric_limits<uint32_t>::max()));
  std::string value;
  for (int shift = 24; shift >= 0; shift -= 8) value.push_back(static_cast<char>(minute >> shift));
  return value;
}

uint32_t MinuteFrom(absl::string_view value) {
  uint32_t minute = 0;
  for (const char byte : value) minute = minute << 8 | static_cast<unsigned char>(byte);
  return minute;
}

std::vector<std::string> LanguageRanges(absl::string_view tag) {
  std::vector<std::string> ranges;
  for (std::string range = absl::AsciiStrToLower(tag); !range.empty();) {
    ranges.push_back(range);
    const size_t hyphen = range.rfind('-');
    range.resize(hyphen == std::string::npos ? 0 : hyphen);
  }
  return ranges;
}

}  // namespace dateline::query::search
