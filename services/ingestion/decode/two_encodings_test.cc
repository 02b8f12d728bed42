// Documents of texts in two encodings: most obey what is declared, and a part does not.

#include <unicode/ucnv.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/decode/encoding.h"

namespace dateline::ingestion::decode {
namespace {

struct Part {
  const char* text;
  const char* encoding = "";  // ASCII
};

struct Case {
  const char* what;
  const char* declared;
  std::vector<Part> parts;
  const char* encoding;
  bool contradicted = true;
  const char* content_type = "";
};

std::string In(const char* encoding, absl::string_view text) {
  std::string bytes(4 * text.size(), '\0');
  UErrorCode error = U_ZERO_ERROR;
  const int32_t size =
      ucnv_convert(encoding, "utf-8", bytes.data(), static_cast<int32_t>(bytes.size()), text.data(),
                   static_cast<int32_t>(text.size()), &error);
  EXPECT_TRUE(U_SUCCESS(error)) << encoding << ": " << u_errorName(error);
  bytes.resize(static_cast<size_t>(size));
  return bytes;
}

void Check(const Case& c) {
  std::string bytes;
  if (*c.declared != '\0')
    bytes = absl::StrCat("<?xml version='1.0' encoding='", c.declared, "'?>");
  std::string text = bytes;
  for (const Part& part : c.parts) {
    text += part.text;
    bytes += *part.encoding == '\0' ? part.text : In(part.encoding, part.text);
  }
  const Decoded decoded = Decode(bytes, c.content_type);
  EXPECT_EQ(decoded.text, text) << c.what;
  EXPECT_EQ(decoded.encoding, c.encoding) << c.what;
  EXPECT_EQ(decoded.contradicted, c.contradicted) << c.what;
  EXPECT_FALSE(decoded.replaced) << c.what;
}

constexpr char kFrench[] = "Été à Paris, déjà vu: là où ça mène";
constexpr char kRussian[] = "Правительство договорилось построить железную дорогу за три года";
constexpr char kNews[] =
    "Сегодня в столице открыли новый мост через реку, сегодня в столице открыли ещё один";
constexpr char kChinese[] = "中国政府决定修建一条新的铁路，连接两个城市，方便人民的出行。";
constexpr char kWeather[] =
    "今天北京的天气很好，我们去公园散步。今天北京的天气很好，我们去公园散步。今天北京的天气很好。";

TEST(TwoEncodings, TextsInUtf8ThatAreNot) {
  const Case kCases[] = {
      {"Latin",
       "utf-8",
       {{"<a>"}, {kFrench, "utf-8"}, {"</a><b>"}, {"Élève très gêné", "windows-1252"}, {"</b>"}},
       "utf-8"},
      {"Russian, told by its letters",
       "utf-8",
       {{"<a>"}, {kNews, "utf-8"}, {"</a><b>"}, {kRussian, "windows-1251"}, {"</b>"}},
       "utf-8"},
      {"nothing declared, and a text that is too short to tell",
       "",
       {{"<a>"},
        {kNews, "utf-8"},
        {"</a><b>"},
        {kRussian, "windows-1251"},
        {"</b><c>"},
        {"Да", "windows-1251"},
        {"</c>"}},
       "utf-8"},
      {"tags in CDATA",
       "utf-8",
       {{"<a>"},
        {kNews, "utf-8"},
        {"</a><b><![CDATA[<p>"},
        {kRussian, "windows-1251"},
        {"</p><i>"},
        {"Да", "windows-1251"},
        {"</i>]]></b>"}},
       "utf-8"},
      {"Chinese, told by its letters",
       "utf-8",
       {{"<a>"}, {kWeather, "utf-8"}, {"</a><b>"}, {kChinese, "gb18030"}, {"</b>"}},
       "utf-8"},
      {"what the header names",
       "utf-8",
       {{"<a>"}, {kWeather, "utf-8"}, {"</a><b>"}, {"中国政府", "gb18030"}, {"</b>"}},
       "utf-8",
       true,
       "text/xml; charset=gbk"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(TwoEncodings, TextsInUtf8WhereAnotherIsDeclared) {
  const Case kCases[] = {
      {"Latin",
       "iso-8859-1",
       {{"<a>"}, {kFrench, "windows-1252"}, {"</a><b>"}, {"Élève", "utf-8"}, {"</b>"}},
       "windows-1252"},
      {"half of all",
       "iso-8859-1",
       {{"<a>"}, {"Été", "windows-1252"}, {"</a><b>"}, {"Été", "utf-8"}, {"</b>"}},
       "windows-1252"},
      {"in an attribute",
       "iso-8859-1",
       {{"<a>"}, {kFrench, "windows-1252"}, {"</a><b t=\""}, {"Été", "utf-8"}, {"\"/>"}},
       "windows-1252"},
      {"Russian",
       "windows-1251",
       {{"<a>"}, {kNews, "windows-1251"}, {"</a><b>"}, {"Да — нет", "utf-8"}, {"</b>"}},
       "windows-1251"},
      {"tags in CDATA",
       "windows-1251",
       {{"<a>"},
        {kNews, "windows-1251"},
        {"</a><b><![CDATA[<p>"},
        {kRussian, "utf-8"},
        {"</p><i>"},
        {"Да", "utf-8"},
        {"</i>]]></b>"}},
       "windows-1251"},
      {"Japanese",
       "shift_jis",
       {{"<a>"},
        {"今日は良い天気です。公園へ行きました。", "shift_jis"},
        {"</a><b>"},
        {"日本の新しい鉄道", "utf-8"},
        {"</b>"}},
       "shift_jis"},
      {"Chinese",
       "gbk",
       {{"<a>"}, {kChinese, "gb18030"}, {"</a><b>"}, {"铁路", "utf-8"}, {"</b>"}},
       "gbk"},
      {"Korean, most of it in UTF-8",
       "euc-kr",
       {{"<a>"}, {"오늘 날씨", "euc-kr"}, {"</a><b>"}, {"서울의 새로운 철도", "utf-8"}, {"</b>"}},
       "euc-kr"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(TwoEncodings, WhatIsWellFormedByChance) {
  const Case kCases[] = {
      {"Russian",
       "windows-1251",
       {{"<a>"}, {kNews, "windows-1251"}, {"</a><b>"}, {"Р» С«", "windows-1251"}, {"</b>"}},
       "windows-1251",
       false},
      {"Russian in KOI8-R",
       "koi8-r",
       {{"<a>"}, {kNews, "koi8-r"}, {"</a><b>"}, {"её", "koi8-r"}, {"</b>"}},
       "koi8-r",
       false},
      {"Thai",
       "windows-874",
       {{"<a>"}, {"รถไฟสายใหม่", "windows-874"}, {"</a><b>"}, {"รกลกสก", "windows-874"}, {"</b>"}},
       "windows-874",
       false},
      {"Korean",
       "euc-kr",
       {{"<a>"}, {"오늘 날씨", "euc-kr"}, {"</a><b>"}, {"징찼치큄", "euc-kr"}, {"</b>"}},
       "euc-kr",
       false},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(TwoEncodings, StringsOfJson) {
  const Case kCases[] = {
      {"UTF-8",
       "",
       {{"{\"a\": \""},
        {kFrench, "utf-8"},
        {" \\\" \", \"b\": \""},
        {"été", "windows-1252"},
        {"\"}"}},
       "utf-8"},
      {"windows-1252",
       "",
       {{"{\"a\": \""},
        {kFrench, "windows-1252"},
        {" \\\" \", \"b\": \""},
        {"été", "utf-8"},
        {"\"}"}},
       "windows-1252",
       true,
       "application/json; charset=iso-8859-1"},
  };
  for (const Case& c : kCases) Check(c);
}

}  // namespace
}  // namespace dateline::ingestion::decode
