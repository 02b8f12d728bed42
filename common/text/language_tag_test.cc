#include "common/text/language_tag.h"

#include "gtest/gtest.h"

namespace dateline::text {
namespace {

TEST(LanguageTag, ReadsWhatFeedsWrite) {
  constexpr struct {
    const char* declared;
    const char* tag;
  } kCases[] = {
      {"en", "en"},
      {"EN", "en"},
      {"en_us", "en-US"},
      {" de-at ", "de-AT"},
      {"zh-hant-tw", "zh-Hant-TW"},
      {"sr-latn", "sr-Latn"},
      {"es-419", "es-419"},
      {"iw", "he"},
      {"jp", "ja"},
      {"ua", "uk"},
      {"English", "en"},
      {"en us", "en-US"},
      {"GB", "en-GB"},
      {"kk-KZ", "kk-KZ"},
      {"gsw", "gsw"},
      {"und", ""},
      {"mul", ""},
      {"zxx", ""},
      {"English (US)", ""},
      {"", ""},
      {"-", ""},
      {"e", ""},
      {"x-default", ""},
      {"neutral", ""},
      {"e1", ""},
      {"en-", ""},
      {"de,en", ""},
      {"\xD1\x80\xD1\x83", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(LanguageTag(c.declared), c.tag) << c.declared;
}

}  // namespace
}  // namespace dateline::text
