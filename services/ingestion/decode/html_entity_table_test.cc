#include "services/ingestion/decode/html_entity_table.h"

#include <gtest/gtest.h>

namespace dateline::ingestion::decode {
namespace {

TEST(FindEntity, KnowsTheNamesOfHtml) {
  struct Row {
    const char* name;
    char32_t first;
    char16_t second;
    bool needs_no_semicolon;
  };
  constexpr Row kRows[] = {
      {"AElig", 0xC6, 0, true},
      {"amp", '&', 0, true},
      {"AMP", '&', 0, true},
      {"nbsp", 0xA0, 0, true},
      {"apos", '\'', 0, false},
      {"hellip", 0x2026, 0, false},
      {"Afr", 0x1D504, 0, false},
      {"NotEqualTilde", 0x2242, 0x338, false},
      {"bne", '=', 0x20E5, false},
      {"fjlig", 'f', 'j', false},
      {"zwnj", 0x200C, 0, false},
      {"Tab", '\t', 0, false},
      {"CounterClockwiseContourIntegral", 0x2233, 0, false},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const HtmlEntity* const entity = FindEntity(row.name);
    ASSERT_NE(entity, nullptr);
    EXPECT_EQ(entity->name, row.name);
    EXPECT_EQ(entity->first, row.first);
    EXPECT_EQ(entity->second, row.second);
    EXPECT_EQ(entity->needs_no_semicolon, row.needs_no_semicolon);
  }
  for (const char* name : {"", "A", "amp;", "aMP", "zzz", "NBSP"}) {
    EXPECT_EQ(FindEntity(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace dateline::ingestion::decode
