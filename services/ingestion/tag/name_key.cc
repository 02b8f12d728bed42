#include "services/ingestion/tag/name_key.h"

#include <unicode/uchar.h>

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/fnv.h"
#include "common/base/limits.h"
#include "common/text/slug.h"
#include "common/text/utf8.h"

namespace dateline::ingestion {
namespace {

constexpr int kMaxNameCodePoints = 100;
constexpr size_t kHashDigits = 8;

bool IsDropped(char32_t c) { return c == '\'' || c == '.'; }

// Punctuation between words; "#", "&", "%", "@" and "*" are punctuation too, but mean something.
bool IsSeparator(char32_t c) {
  if (c == '#' || c == '&' || c == '%' || c == '@' || c == '*') return false;
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_P_MASK | U_GC_Z_MASK)) != 0;
}

bool IsDigit(absl::string_view text, size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool IsLetter(char32_t c) { return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0; }

// The same in every process and version.
std::string HashOf(absl::string_view name) {
  return absl::StrCat(absl::Hex(Fnv64(text::Fold(name)), absl::kZeroPad16)).substr(0, kHashDigits);
}

}  // namespace

std::string NameKey(absl::string_view name) {
  const std::string folded = text::Fold(name);
  absl::string_view rest = folded;
  while (absl::ConsumePrefix(&rest, "#")) {
  }
  std::string key;
  bool pending = false;
  for (size_t i = 0; i < rest.size();) {
    const size_t at = i;
    const char32_t c = text::NextCodePoint(rest, &i);
    const bool decimal = c == '.' && at > 0 && IsDigit(rest, at - 1) && IsDigit(rest, i);
    if (IsDropped(c) && !decimal) continue;
    if (!decimal && IsSeparator(c)) {
      pending = !key.empty();
      continue;
    }
    if (pending) key.push_back(' ');
    pending = false;
    key.append(rest.data() + at, i - at);
  }
  return key;
}

bool CanNameTopic(absl::string_view name) {
  if (absl::StrContains(name, "://") || text::CountCodePoints(name) > kMaxNameCodePoints) {
    return false;
  }
  for (size_t i = 0; i < name.size();) {
    if (IsLetter(text::NextCodePoint(name, &i))) return true;
  }
  return false;
}

std::string TopicIdFor(absl::string_view name, bool clashes) {
  std::string slug = text::Slugify(name);
  if (slug.empty()) return absl::StrCat("topic-", HashOf(name));
  if (!clashes) return slug;
  constexpr size_t kMax = limits::kMaxIdLength - kHashDigits - 1;
  if (slug.size() > kMax) slug.resize(kMax);
  return absl::StrCat(absl::StripSuffix(slug, "-"), "-", HashOf(name));
}

}  // namespace dateline::ingestion
