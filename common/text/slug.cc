#include "common/text/slug.h"

#include <unicode/translit.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "common/base/limits.h"
#include "common/text/utf8.h"

namespace dateline::text {
namespace {

// Transliterates to ASCII as far as ICU knows how; this thread's own instance, because
// AnyTransliterator fills a cache while it works.
std::string ToAscii(absl::string_view name) {
  thread_local const std::unique_ptr<icu::Transliterator> transliterator = [] {
    UErrorCode error = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(icu::Transliterator::createInstance(
        "Any-Latin; NFD; [[:M:][:Lm:][[:Sk:]-[\\^`]]] Remove; NFC; Latin-ASCII", UTRANS_FORWARD,
        error));
  }();
  const std::string valid = RepairUtf8(name);
  if (transliterator == nullptr) return valid;
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(valid);
  transliterator->transliterate(text);
  std::string out;
  return text.toUTF8String(out);
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); });
}

}  // namespace

std::string Slugify(absl::string_view name) {
  const std::string ascii = IsAscii(name) ? std::string(name) : ToAscii(name);
  std::string slug;
  bool pending = false;
  for (const char c : ascii) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\'' || c == '`') continue;
    if (!absl::ascii_isalnum(u)) {
      pending = true;
      continue;
    }
    if (pending && !slug.empty()) slug.push_back('-');
    pending = false;
    slug.push_back(static_cast<char>(absl::ascii_tolower(u)));
  }
  constexpr size_t kMax = limits::kMaxIdLength;
  if (slug.size() > kMax) {
    const size_t hyphen = slug.rfind('-', kMax);
    slug.resize(hyphen != std::string::npos && hyphen > kMax / 2 ? hyphen : kMax);
  }
  return slug;
}

}  // namespace dateline::text
