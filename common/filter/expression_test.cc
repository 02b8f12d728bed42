#include "common/filter/expression.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"

namespace dateline::filter {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;

constexpr KnownField kFields[] = {
    {"topic", 0, FieldKind::kWord},       {"author", 1, FieldKind::kWord},
    {"publication", 2, FieldKind::kWord}, {"language", 3, FieldKind::kWord},
    {"type", 4, FieldKind::kWord},        {"label", 5, FieldKind::kWord},
    {"access", 6, FieldKind::kWord},      {"rights_flag", 7, FieldKind::kWord},
    {"has_image", 8, FieldKind::kFlag},   {"publish_time", 9, FieldKind::kTime},
};

absl::StatusOr<Expression> Parse(absl::string_view text) {
  return ParseExpression(text, "filter.expression", kFields);
}

// A tree in one line, with every group in brackets.
std::string Shown(const Expression& expression) {
  static constexpr const char* kSpelled[] = {"=", "!=", ":", "<", "<=", ">", ">="};
  if (expression.kind == Expression::Kind::kRestriction) {
    return absl::StrCat(kFields[expression.field].name, kSpelled[static_cast<int>(expression.op)],
                        expression.value);
  }
  static constexpr const char* kKinds[] = {"restriction", "and", "or", "not"};
  std::string out = absl::StrCat("[", kKinds[static_cast<int>(expression.kind)]);
  for (const Expression& part : expression.parts) absl::StrAppend(&out, " ", Shown(part));
  absl::StrAppend(&out, "]");
  return out;
}

TEST(ExpressionTest, IsReadAsItsGrammarSays) {
  const std::pair<const char*, const char*> cases[] = {
      {"topic = topics/harbour", "topic=topics/harbour"},
      {"topic:topics/harbour", "topic:topics/harbour"},
      {"label=\"a \\\"b\\\" \\\\c\"", "label=a \"b\" \\c"},
      {"label = 'it\"s'", "label=it\"s"},
      {"has_image", "has_image=true"},
      {"NOT has_image", "[not has_image=true]"},
      {"-has_image AND type = VIDEO", "[and [not has_image=true] type=VIDEO]"},
      {"publish_time >= 2026-01-01T00:00:00Z AND publish_time < 2026-02-01",
       "[and publish_time>=2026-01-01T00:00:00Z publish_time<2026-02-01]"},
      // AIP-160: OR binds more strongly.
      {"language = en AND label = a OR label = b", "[and language=en [or label=a label=b]]"},
      {"(language = en AND label = a) OR label = b", "[or [and language=en label=a] label=b]"},
      {"NOT(access!=PAID)AND\trights_flag:no-ai\n", "[and [not access!=PAID] rights_flag:no-ai]"},
      {"author = authors/x AND publication = publications/y AND language=de",
       "[and author=authors/x publication=publications/y language=de]"},
      {"label = NOT", "label=NOT"},
  };
  for (const auto& [text, shown] : cases) {
    const auto parsed = Parse(text);
    ASSERT_THAT(parsed, IsOk()) << text;
    EXPECT_EQ(Shown(*parsed), shown) << text;
  }
}

TEST(ExpressionTest, SaysWhereItsPartsStand) {
  const std::string text =
      " -has_image AND (label = a AND label=b)  AND label = c OR label=\"d \" ";
  const auto parsed = Parse(text);
  ASSERT_THAT(parsed, IsOk());
  std::vector<std::string> parts;
  for (const Expression& part : parsed->parts) {
    parts.push_back(text.substr(part.begin, part.end - part.begin));
  }
  EXPECT_THAT(parts, ::testing::ElementsAre("-has_image", "(label = a AND label=b)",
                                            "label = c OR label=\"d \""));
}

TEST(ExpressionTest, SaysWhereAndWhyItIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "column 1: expected one of topic"},
      {"topics = topics/a", "column 1: expected one of topic"},
      {"topic", "column 6: expected ="},
      {"topic =", "column 8: expected a value"},
      {"topic = AND label = a", "column 13: expected AND, OR or the end"},
      {"label < a", "label has no order"},
      {"publish_time:2026", "publish_time takes"},
      {"label = a label = b", "column 11: expected AND, OR or the end"},
      {"label = a AND", "column 14: expected one of topic"},
      {"label = a and label = b", "column 11: expected AND, OR or the end"},
      {"(label = a", "column 11: expected AND, OR or )"},
      {"label = a)", "column 10: there is no parenthesis to close"},
      {"label = \"a", "column 9: the text has no closing quote"},
      {"label = \"a\\", "column 9: the text has no closing quote"},
      {"label = \"a\\n\"", "column 12: \\ stands before a quote"},
      {std::string("label = \"\0\"", 11), "column 10: a text has no control characters"},
      {std::string("label = a\0", 10), "column 10: expected AND, OR or the end"},
      {"label = \xff", "is not UTF-8"},
      {absl::StrCat(std::string(17, '('), "has_image"), "nested more than 16 deep"},
      {std::string(5'000, '('), "has 5000 bytes, more than 4096"},
      {std::string(4'096, '-'), "nested more than 16 deep"},
  };
  for (const auto& [text, why] : cases) {
    const absl::Status status = Parse(text).status();
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD)) << text;
    const auto violations = error::FieldViolationsOf(status);
    ASSERT_EQ(violations.field_violations_size(), 1) << text;
    EXPECT_EQ(violations.field_violations(0).field(), "filter.expression");
    EXPECT_TRUE(absl::StrContains(violations.field_violations(0).description(), why))
        << text << ": " << violations.field_violations(0).description();
  }
}

TEST(ExpressionTest, HasABoundedNumberOfConditions) {
  std::string text = "has_image";
  for (int i = 1; i < limits::kMaxFilterTerms; ++i) absl::StrAppend(&text, " OR has_image");
  EXPECT_THAT(Parse(text), IsOk());
  EXPECT_THAT(Parse(absl::StrCat(text, " OR has_image")),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(Parse(absl::StrCat(std::string(16, '('), "has_image", std::string(16, ')'))), IsOk());
  EXPECT_THAT(Parse(absl::StrCat(std::string(16, '-'), "has_image")), IsOk());
}

TEST(ExpressionTest, ReadsTimesAndFlags) {
  Expression restriction;
  restriction.column = 8;
  const std::pair<const char*, absl::Time> times[] = {
      {"2026-01-31", absl::FromUnixSeconds(1'769'817'600)},
      {"2026-01-31T01:00:00.5+01:00", absl::FromUnixMillis(1'769'817'600'500)}};
  for (const auto& [text, time] : times) {
    restriction.value = text;
    ASSERT_THAT(TimeIn(restriction, "filter"), IsOk()) << text;
    EXPECT_EQ(*TimeIn(restriction, "filter"), time) << text;
  }
  for (const char* text :
       {"", "today", "2026-13-01", "infinite-future", "20260131", "10000-01-01"}) {
    restriction.value = text;
    EXPECT_THAT(TimeIn(restriction, "filter").status(),
                HasReason(errors::v1::ERROR_REASON_INVALID_FIELD))
        << text;
  }
  restriction.value = "false";
  EXPECT_EQ(FlagIn(restriction, "filter").value(), false);
  restriction.value = "no";
  EXPECT_TRUE(absl::StrContains(FlagIn(restriction, "filter").status().message(), "column 8"));
}

}  // namespace
}  // namespace dateline::filter
