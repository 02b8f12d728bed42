#include "services/ingestion/decode/encoding.h"

#include <string>

#include "gtest/gtest.h"

namespace dateline::ingestion::decode {
namespace {

TEST(Decode, FollowsMarkHeaderDeclarationAndBytes) {
  const struct {
    std::string bytes;
    const char* content_type;
    const char* text_end;
    const char* encoding;
    bool contradicted;
  } kCases[] = {
      {"<a>\xC3\xA9", "", "\xC3\xA9", "utf-8", false},
      {"\xEF\xBB\xBF<a>\xC3\xA9", "text/xml; charset=iso-8859-1", "\xC3\xA9", "utf-8", false},
      {"<a>\xE9", "text/xml; charset=\"ISO-8859-1\"", "\xC3\xA9", "windows-1252", false},
      {"<a>\x80", "text/xml; charset=latin1", "\xE2\x82\xAC", "windows-1252", false},
      {"<?xml version='1.0' encoding='windows-1251'?><a>\xE4", "", "\xD0\xB4", "windows-1251",
       false},
      {"<?xml version='1.0' encoding='koi8-r'?><a>\xE4", "text/xml;charset=windows-1251",
       "\xD0\xB4", "windows-1251", false},
      {"<?xml version='1.0' encoding='utf-8'?><a>\xE9", "", "\xC3\xA9", "windows-1252", true},
      {"<?xml version='1.0' encoding='iso-8859-1'?><a>\xC3\xA9", "", "\xC3\xA9", "utf-8", true},
      {"<a>\xC3\xA9 \xE9", "", "\xC3\xA9 \xC3\xA9", "utf-8", true},
      {"<?xml version='1.0' encoding='utf-16'?><a>\xC3\xA9", "", "\xC3\xA9", "utf-8", true},
      {std::string("<\0a\0>\0", 6), "", "<a>", "utf-16le", false},
      {std::string("\0<\0a\0>", 6), "", "<a>", "utf-16be", false},
      {"<?xml version='1.0' encoding='gb2312'?><a>\xC4\xE3", "", "\xE4\xBD\xA0", "gb18030", false},
  };
  for (const auto& c : kCases) {
    const Decoded d = Decode(c.bytes, c.content_type);
    const std::string end = c.text_end;
    EXPECT_EQ(d.text.substr(d.text.size() - std::min(end.size(), d.text.size())), end) << c.bytes;
    EXPECT_EQ(d.encoding, c.encoding) << c.bytes;
    EXPECT_EQ(d.contradicted, c.contradicted) << c.bytes;
  }
}

}  // namespace
}  // namespace dateline::ingestion::decode
