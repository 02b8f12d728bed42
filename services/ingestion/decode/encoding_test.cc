#include "services/ingestion/decode/encoding.h"

#include <string>

#include "common/text/utf8.h"
#include "gtest/gtest.h"
#include "services/ingestion/decode/encoding_labels.h"

namespace dateline::ingestion::decode {
namespace {

struct Case {
  std::string bytes;
  const char* content_type;
  const char* text_end;
  const char* encoding;
  bool contradicted;
};

void Check(const Case& c) {
  const Decoded d = Decode(c.bytes, c.content_type);
  const std::string end = c.text_end;
  EXPECT_EQ(d.text.substr(d.text.size() - std::min(end.size(), d.text.size())), end) << c.bytes;
  EXPECT_EQ(d.encoding, c.encoding) << c.bytes;
  EXPECT_EQ(d.contradicted, c.contradicted) << c.bytes;
  EXPECT_TRUE(text::IsValidUtf8(d.text)) << c.bytes;
}

// `text`, which is ASCII, in UTF-16 or UTF-32.
std::string Wide(absl::string_view text, int bytes, bool little) {
  std::string out;
  for (const char c : text) {
    std::string unit(static_cast<size_t>(bytes), '\0');
    unit[little ? 0 : unit.size() - 1] = c;
    out += unit;
  }
  return out;
}

std::string Xml(const char* encoding, const std::string& rest) {
  return std::string("<?xml version='1.0' encoding='") + encoding + "'?><a>" + rest;
}

TEST(Decode, FollowsMarkHeaderDeclarationAndBytes) {
  const Case kCases[] = {
      {"", "", "", "utf-8", false},
      {"<a>", "", "<a>", "utf-8", false},
      {"<a>\xC3\xA9", "", "\xC3\xA9", "utf-8", false},
      {"\xEF\xBB\xBF<a>\xC3\xA9", "text/xml; charset=iso-8859-1", "\xC3\xA9", "utf-8", false},
      {"\xEF\xBB\xBF" + Xml("utf-8", "\xC3\xA9"), "", "\xC3\xA9", "utf-8", false},
      {"\xEF\xBB\xBF" + Xml("windows-1251", "\xC3\xA9"), "", "\xC3\xA9", "utf-8", true},
      {"<a>\xE9", "text/xml; charset=\"ISO-8859-1\"", "\xC3\xA9", "windows-1252", false},
      {"<a>\x80", "text/xml; charset=latin1", "\xE2\x82\xAC", "windows-1252", false},
      {"<a>\xE4", "text/xml; charset='windows-1251'", "\xD0\xB4", "windows-1251", false},
      {"<a>\xE4", "text/xml;CHARSET = windows-1251 ; q=1", "\xD0\xB4", "windows-1251", false},
      {"<a>\xE4", "text/xml, charset=windows-1251", "\xD0\xB4", "windows-1251", false},
      {Xml("windows-1251", "\xE4"), "", "\xD0\xB4", "windows-1251", false},
      {Xml("koi8-r", "\xE4"), "text/xml;charset=windows-1251", "\xD0\xB4", "windows-1251", false},
      {Xml("koi8-r", "\xC4"), "text/xml", "\xD0\xB4", "koi8-r", false},
      {Xml("koi8-r", "\xC4"), "text/xml; charset=", "\xD0\xB4", "koi8-r", false},
      {Xml("koi8-r", "\xC4"), "text/xml; charset=none", "\xD0\xB4", "koi8-r", false},
      // Text without a byte above ASCII is what it says it is.
      {Xml("windows-1251", "abc"), "", "abc", "windows-1251", false},
      {Xml("utf-8", "abc"), "text/xml; charset=big5", "abc", "big5", false},
      // The default of RFC 2046 and RFC 3023 for text/xml, us-ascii, is none in RFC 7303; where it
      // is said all the same, a byte above it refutes it.
      {"<a>\xC3\xA9", "text/xml", "\xC3\xA9", "utf-8", false},
      {Xml("windows-1251", "\xE4"), "text/xml; charset=us-ascii", "\xD0\xB4", "windows-1251",
       false},
      {Xml("us-ascii", "\xE2\x82\xAC"), "", "\xE2\x82\xAC", "utf-8", false},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(Decode, ReadsTheDeclarationAsFeedsWriteIt) {
  for (const char* declaration :
       {"<?xml version=\"1.0\" encoding=\"windows-1251\"?>",
        "<?xml version='1.0' encoding='windows-1251' standalone='yes'?>",
        "<?xml version = '1.0' encoding = 'windows-1251' ?>",
        "<?xml version='1.0'\n\tencoding\n=\n'windows-1251'\n?>",
        "<?xml encoding=\"windows-1251\" version=\"1.0\"?>",
        "<?xml version='1.0' encoding=windows-1251?>",
        "<?XML VERSION='1.0' ENCODING='WINDOWS-1251'?>",
        "<?xml version='1.0' encoding=' Windows-1251 '?>",
        "<?xml version='1.0' encoding='cp1251'?>", "<?xml version='1.0' encoding='win-1251'?>",
        "\n<?xml version='1.0' encoding='windows-1251'?>",
        "\r\n\r\n  <?xml version='1.0' encoding='windows-1251'?>",
        "<!-- cached --><?xml version='1.0' encoding='windows-1251'?>"}) {
    Check({std::string(declaration) + "<a>\xE4", "", "\xD0\xB4", "windows-1251", false});
  }
}

TEST(Decode, GivesWayToTheBytes) {
  const std::string utf8 = "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82";
  const Case kCases[] = {
      {Xml("utf-8", "\xE9"), "", "\xC3\xA9", "windows-1252", true},
      {Xml("iso-8859-1", "\xC3\xA9"), "", "\xC3\xA9", "utf-8", true},
      {Xml("windows-1251", utf8), "", utf8.c_str(), "utf-8", true},
      {Xml("gbk", utf8), "", utf8.c_str(), "utf-8", true},
      {Xml("utf-8", utf8), "text/xml; charset=iso-8859-1", utf8.c_str(), "utf-8", true},
      // UTF-8, the declared one and windows-1252 in turn.
      {Xml("windows-1251", "\xCF\xF0\xE8\xE2\xE5\xF2"), "text/xml; charset=utf-8", utf8.c_str(),
       "windows-1251", true},
      {Xml("utf-8", "\xCF\xF0\xE8\xE2\xE5\xF2"), "text/xml; charset=windows-1251", utf8.c_str(),
       "windows-1251", false},
      {Xml("shift_jis", "caf\xE9 na\xEFve r\xF4le \xFC"), "", "\xC3\xBC", "windows-1252", true},
      {Xml("euc-kr", "caf\xE9 t\xEA. \xE0 l\xE0 \xFC."), "", "\xC3\xBC.", "windows-1252", true},
      {Xml("utf-9", "\xC3\xA9"), "", "\xC3\xA9", "utf-8", false},
      {Xml("x-unheard-of", "\xE9"), "", "\xC3\xA9", "windows-1252", true},
      {Xml("hz-gb-2312", "\xC3\xA9"), "", "\xC3\xA9", "utf-8", false},
      {Xml("utf-7", "+AOk-"), "", "+AOk-", "utf-8", false},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(Decode, ReadsUtf16And32WhateverIsSaid) {
  const std::string xml = "<?xml version='1.0' encoding='utf-8'?><a>e";
  const std::string plain = "<a>e";
  const Case kCases[] = {
      {Wide(plain, 2, true), "", "<a>e", "utf-16le", false},
      {Wide(plain, 2, false), "", "<a>e", "utf-16be", false},
      {"\xFF\xFE" + Wide(plain, 2, true), "", "<a>e", "utf-16le", false},
      {"\xFE\xFF" + Wide(plain, 2, false), "", "<a>e", "utf-16be", false},
      {Wide(plain, 4, true), "", "<a>e", "utf-32le", false},
      {Wide(plain, 4, false), "", "<a>e", "utf-32be", false},
      {std::string("\xFF\xFE\0\0", 4) + Wide(plain, 4, true), "", "<a>e", "utf-32le", false},
      {std::string("\0\0\xFE\xFF", 4) + Wide(plain, 4, false), "", "<a>e", "utf-32be", false},
      {Wide("\r\n  <a>e", 2, true), "", "<a>e", "utf-16le", false},
      {Wide("{\"a\":1}", 2, false), "", "1}", "utf-16be", false},
      // Declared in what cannot be read as UTF-8.
      {Wide(xml, 2, true), "", "<a>e", "utf-16le", true},
      {"\xFE\xFF" + Wide(xml, 2, false), "text/xml; charset=utf-8", "<a>e", "utf-16be", true},
      {Wide(plain, 2, true), "text/xml; charset=utf-16", "<a>e", "utf-16le", false},
      {Wide(plain, 2, false), "text/xml; charset=utf-16", "<a>e", "utf-16be", false},
      // A mark of the other order, or of no UTF-16 at all.
      {"\xFF\xFE" + Wide(plain, 2, false), "", "<a>e", "utf-16be", true},
      {"\xFF\xFE<a>\xC3\xA9", "", "\xC3\xA9", "utf-8", true},
      {"\xEF\xBB\xBF" + Wide(plain, 2, true), "", "<a>e", "utf-16le", true},
      // Declared UTF-16 that is none.
      {Xml("utf-16", "\xC3\xA9"), "", "\xC3\xA9", "utf-8", true},
      {Xml("UTF-16LE", "e"), "", "<a>e", "utf-8", true},
      {Xml("windows-1251", "\xE4"), "text/xml; charset=utf-16", "\xD0\xB4", "windows-1251", true},
      // An odd byte at the end, halves of surrogate pairs.
      {Wide(plain, 2, true) + "x", "", "e\xEF\xBF\xBD", "utf-16le", false},
      {Wide(plain, 2, true) + "\x3D\xD8x" + std::string(1, '\0'), "", "e\xEF\xBF\xBDx", "utf-16le",
       false},
      {Wide(plain, 2, true) + std::string("\x3D\xD8\x00\xDE", 4), "", "e\xF0\x9F\x98\x80",
       "utf-16le", false},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(Decode, RepairsBytesOfTwoEncodings) {
  const Case kCases[] = {
      {"<a>\xC3\xA9 \xE9", "", "\xC3\xA9 \xC3\xA9", "utf-8", true},
      {Xml("utf-8", "\xC3\xA9\xC3\xA8 \x93quoted\x94"), "",
       "\xC3\xA9\xC3\xA8 \xE2\x80\x9Cquoted\xE2\x80\x9D", "utf-8", true},
      {"<a>\xE2\x80\x94\xE9\xE2\x80\x94", "", "\xE2\x80\x94\xC3\xA9\xE2\x80\x94", "utf-8", true},
      // Words of windows-1251 in a document of UTF-8, which its header names.
      {"<a>\xD0\xB4\xD0\xB0 \xD0\xBD\xD0\xB5\xD1\x82 \xD0\xB4\xD0\xB0 \xE4\xE0 \xD0\xB4",
       "text/xml; charset=windows-1251", "\xD0\xB4\xD0\xB0 \xD0\xB4", "utf-8", true},
      // A text cut off within a character.
      {"<a>\xC3\xA9\xC3\xA9 \xE2\x82 x", "", "\xEF\xBF\xBD x", "utf-8", true},
      {"<a>\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 \xF0\x9F\x98", "", " \xEF\xBF\xBD", "utf-8", true},
      {"<a>\xC3\xA9\xC3\xA9 \xC3", "", " \xC3\x83", "utf-8", true},
      // Overlong forms and surrogates are none of UTF-8.
      {"<a>\xC3\xA9\xC3\xA9 \xC0\xAF", "", "\xC3\x80\xC2\xAF", "utf-8", true},
      {"<a>\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 \xED\xA0\x80", "", " \xEF\xBF\xBD", "utf-8", true},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(Decode, KnowsTheEncodingsOfFeeds) {
  const Case kCases[] = {
      {Xml("gb2312", "\xC4\xE3"), "", "\xE4\xBD\xA0", "gbk", false},
      {Xml("GBK", "\xC4\xE3\x80"), "", "\xE4\xBD\xA0\xE2\x82\xAC", "gbk", false},
      {Xml("gb18030", "\x82\x35\x8F\x33"), "", "\xE9\xBE\xA6", "gb18030", false},
      {Xml("big5", "\xA4\xA4\xA4\xE5"), "", "\xE4\xB8\xAD\xE6\x96\x87", "big5", false},
      {Xml("Shift_JIS", "\x93\xFA\x96\x7B"), "", "\xE6\x97\xA5\xE6\x9C\xAC", "shift_jis", false},
      {Xml("x-sjis", "\x93\xFA\x96\x7B"), "", "\xE6\x97\xA5\xE6\x9C\xAC", "shift_jis", false},
      {Xml("EUC-JP", "\xC6\xFC\xCB\xDC"), "", "\xE6\x97\xA5\xE6\x9C\xAC", "euc-jp", false},
      {Xml("iso-2022-jp", "\x1B$BF|K\\\x1B(B"), "", "\xE6\x97\xA5\xE6\x9C\xAC", "iso-2022-jp",
       false},
      {Xml("euc-kr", "\xC7\xD1\xB1\xDB"), "", "\xED\x95\x9C\xEA\xB8\x80", "euc-kr", false},
      {Xml("ks_c_5601-1987", "\x8C\x63"), "", "\xEB\x98\xA0", "euc-kr", false},
      {Xml("koi8-r", "\xC4\xC1"), "", "\xD0\xB4\xD0\xB0", "koi8-r", false},
      {Xml("koi8-u", "\xA4\xA6"), "", "\xD1\x94\xD1\x96", "koi8-u", false},
      {Xml("windows-1250", "\xB9\x9C"), "", "\xC4\x85\xC5\x9B", "windows-1250", false},
      {Xml("windows-1253", "\xE1\xE2"), "", "\xCE\xB1\xCE\xB2", "windows-1253", false},
      {Xml("iso-8859-9", "\xFD\xFE"), "", "\xC4\xB1\xC5\x9F", "windows-1254", false},
      {Xml("windows-1255", "\xF9\xEC"), "", "\xD7\xA9\xD7\x9C", "windows-1255", false},
      {Xml("windows-1256", "\xC7\xE1"), "", "\xD8\xA7\xD9\x84", "windows-1256", false},
      {Xml("windows-1257", "\xE0\xFE"), "", "\xC4\x85\xC5\xBE", "windows-1257", false},
      {Xml("windows-1258", "\xF0\xFE"), "", "\xC4\x91\xE2\x82\xAB", "windows-1258", false},
      {Xml("tis-620", "\xA1\xA2"), "", "\xE0\xB8\x81\xE0\xB8\x82", "windows-874", false},
      {Xml("macintosh", "\x8E\xD5"), "", "\xC3\xA9\xE2\x80\x99", "macintosh", false},
      {Xml("x-mac-cyrillic", "\x84"), "", "\xD0\x94", "x-mac-cyrillic", false},
      {Xml("ibm866", "\xA4\xA0"), "", "\xD0\xB4\xD0\xB0", "ibm866", false},
      {Xml("iso-8859-2", "\xB1\xB6"), "", "\xC4\x85\xC5\x9B", "iso-8859-2", false},
      {Xml("iso-8859-5", "\xD4\xD0"), "", "\xD0\xB4\xD0\xB0", "iso-8859-5", false},
      {Xml("iso-8859-7", "\xE1\xE2"), "", "\xCE\xB1\xCE\xB2", "iso-8859-7", false},
      {Xml("iso-8859-15", "\xA4\xE9"), "", "\xE2\x82\xAC\xC3\xA9", "iso-8859-15", false},
      {Xml("iso-8859-16", "\xA4\xE9"), "", "\xE2\x82\xAC\xC3\xA9", "iso-8859-16", false},
      {Xml("iso-8859-8-i", "\xF9"), "", "\xD7\xA9", "iso-8859-8-i", false},
      // What an encoding does not know becomes U+FFFD, and ASCII behind it stays.
      {Xml("iso-8859-7", "\xD2<b>"), "", "\xEF\xBF\xBD<b>", "iso-8859-7", false},
      {Xml("shift_jis", "\x93\xFA\x96\x7B\x93\xFA\x81<b>"), "", "\xEF\xBF\xBD<b>", "shift_jis",
       false},
      {Xml("gbk", "\xC4\xE3\xBA\xC3\xC4\xE3\xBA\xC3\xFF<b>"), "", "\xEF\xBF\xBD<b>", "gbk", false},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(Decode, GuessesByLettersWhereNothingIsDeclared) {
  // "Правительство договорилось построить железную дорогу за три года" in windows-1251.
  const std::string russian =
      "\xCF\xF0\xE0\xE2\xE8\xF2\xE5\xEB\xFC\xF1\xF2\xE2\xEE "
      "\xE4\xEE\xE3\xEE\xE2\xEE\xF0\xE8\xEB\xEE\xF1\xFC \xEF\xEE\xF1\xF2\xF0\xEE\xE8\xF2\xFC "
      "\xE6\xE5\xEB\xE5\xE7\xED\xF3\xFE \xE4\xEE\xF0\xEE\xE3\xF3 \xE7\xE0 \xF2\xF0\xE8 "
      "\xE3\xEE\xE4\xE0";
  const Case kCases[] = {
      {"<a>" + russian, "", "\xD0\xB3\xD0\xBE\xD0\xB4\xD0\xB0", "windows-1251", true},
      {Xml("utf-8", russian), "", "\xD0\xB3\xD0\xBE\xD0\xB4\xD0\xB0", "windows-1251", true},
      {"<a>L\x92\xE9t\xE9 \x96 o\xF9 \xE7"
       "a",
       "",
       "\xC3\xB9 \xC3\xA7"
       "a",
       "windows-1252", true},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(Decode, ReadsMetaInHtmlAndUtf8InJson) {
  const Case kCases[] = {
      {"<!DOCTYPE html><html><meta charset='windows-1251'>\xE4", "", "\xD0\xB4", "windows-1251",
       false},
      {"<html><head><meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">\xE4",
       "", "\xD0\xB4", "windows-1251", false},
      {"<html><head><meta charset='windows-1251'>\xE4", "text/html; charset=koi8-r", "\xD0\x94",
       "koi8-r", false},
      {"<rss><meta charset='windows-1251'>\xE9", "", "\xC3\xA9", "windows-1252", true},
      {"{\"a\":\"\xC3\xA9\"}", "application/json; charset=iso-8859-1", "\xC3\xA9\"}", "utf-8",
       false},
      {"\xEF\xBB\xBF[\"\xC3\xA9\"]", "", "\xC3\xA9\"]", "utf-8", false},
      {"{\"a\":\"\xE9t\xE9\"}", "application/json; charset=iso-8859-1", "t\xC3\xA9\"}",
       "windows-1252", true},
      {"{\"a\":\"\xE9t\xE9\"}", "", "t\xC3\xA9\"}", "windows-1252", true},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(Decode, SaysWhetherAnythingWasReplaced) {
  EXPECT_FALSE(Decode("<a>\xC3\xA9", "").replaced);
  EXPECT_FALSE(Decode("<a>\xEF\xBF\xBD", "").replaced);
  EXPECT_TRUE(Decode(Xml("iso-8859-7", "\xD2"), "").replaced);
}

TEST(EncodingOfLabel, KnowsTheStandardsLabels) {
  constexpr struct {
    const char* label;
    const char* name;
  } kCases[] = {
      {"UTF-8", "utf-8"},
      {" utf8\n", "utf-8"},
      {"unicode-1-1-utf-8", "utf-8"},
      {"ISO-8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {"us-ascii", "windows-1252"},
      {"ansi_x3.4-1968", "windows-1252"},
      {"iso_8859-1:1987", "windows-1252"},
      {"iso-ir-100", "windows-1252"},
      {"l5", "windows-1254"},
      {"iso-8859-11", "windows-874"},
      {"dos-874", "windows-874"},
      {"csiso88596e", "iso-8859-6"},
      {"sun_eu_greek", "iso-8859-7"},
      {"logical", "iso-8859-8-i"},
      {"visual", "iso-8859-8"},
      {"koi", "koi8-r"},
      {"koi8-ru", "koi8-u"},
      {"mac", "macintosh"},
      {"x-mac-ukrainian", "x-mac-cyrillic"},
      {"csisolatin6", "iso-8859-10"},
      {"csgb2312", "gbk"},
      {"gb18030", "gb18030"},
      {"cn-big5", "big5"},
      {"big5-hkscs", "big5"},
      {"csiso2022jp", "iso-2022-jp"},
      {"ms932", "shift_jis"},
      {"windows-31j", "shift_jis"},
      {"windows-949", "euc-kr"},
      {"iso-2022-kr", "replacement"},
      {"utf-16", "utf-16le"},
      {"unicodefffe", "utf-16be"},
      {"x-user-defined", "x-user-defined"},
      // Not the standard's.
      {"win-1251", "windows-1251"},
      {"iso_8859_15", "iso-8859-15"},
      {"utf_8", "utf-8"},
      {"cp936", "gbk"},
      {"utf-7", ""},
      {"utf-9", ""},
      {"", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(EncodingOfLabel(c.label), c.name) << c.label;
}

}  // namespace
}  // namespace dateline::ingestion::decode
