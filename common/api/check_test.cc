#include "common/api/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/testdata/check_test.pb.h"
#include "common/errors/errors.h"
#include "google/protobuf/text_format.h"

namespace dateline::api {
namespace {

using testdata::Demanding;
using testdata::Everything;

template <typename Message = Everything>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

std::string Text(int length) { return std::string(length, 'a'); }

struct Case {
  std::string message;  // as text
  std::string field;    // that is named; empty if nothing is wrong
  std::string why;      // part of what is said
};

void ExpectCases(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    SCOPED_TRACE(test.message);
    const absl::Status status = Check(Parse(test.message));
    if (test.field.empty()) {
      EXPECT_TRUE(status.ok()) << status;
      continue;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(error::ReasonOf(status), errors::v1::ERROR_REASON_INVALID_FIELD);
    const auto violations = error::FieldViolationsOf(status);
    ASSERT_EQ(violations.field_violations_size(), 1) << status;
    EXPECT_EQ(violations.field_violations(0).field(), test.field);
    EXPECT_TRUE(absl::StrContains(violations.field_violations(0).description(), test.why))
        << violations.field_violations(0).description();
  }
}

TEST(CheckTest, HoldsFieldsWithoutRulesToWhatHoldsForAll) {
  ExpectCases({
      {"", "", ""},
      {R"(plain: "a\tb\r\nc" kind: KIND_ONE real: -1e300)", "", ""},
      {R"(plain: "a\000b")", "plain", "U+0000 stands at byte 1"},
      {R"(plain: "\033[0m")", "plain", "U+001b"},
      {R"(texts: "a" texts: "\001")", "texts[1]", "control characters"},
      {R"(names {key: "en" value: "\001"})", R"(names["en"])", "control characters"},
      {R"(names {key: "\001" value: "a"})", R"(names["\x01"])", "control characters"},
      {R"(data: "\000\377")", "", ""},
      {"kind: 99", "kind", "99 is no value of Kind"},
      {"kinds: KIND_ONE kinds: -1", "kinds[1]", "no value of Kind"},
      {"real: nan", "real", "finite"},
      {"real: inf", "real", "finite"},
      {"time {seconds: 253402300799 nanos: 999999999}", "", ""},
      {"time {seconds: 253402300800}", "time", "years 1 to 9999"},
      {"time {nanos: -1}", "time", "nanos"},
      {"duration {seconds: -5 nanos: -1}", "", ""},
      {"duration {seconds: 5 nanos: -1}", "duration", "same sign"},
      {"duration {seconds: -9223372036854775808}", "duration", "10,000 years"},
      {R"(mask {paths: "a.b"})", "", ""},
      {R"(mask {paths: "a b"})", "mask", "each path"},
      {absl::StrCat("mask {paths: '", Text(257), "'}"), "mask", "at most 256 bytes"},
      {R"(inner {children {name: "a"} children {children {name: "\002"}}})",
       "inner.children[1].children[0].name", "control characters"},
  });
}

TEST(CheckTest, SaysThatBytesAreNoUtf8) {
  Everything message;
  message.set_plain("ab\xFF");
  const absl::Status status = Check(message);
  EXPECT_EQ(status.message(), "plain: must be UTF-8");
}

TEST(CheckTest, HoldsTextsToTheirRules) {
  ExpectCases({
      {R"(max_len: "жжж")", "", ""},
      {R"(max_len: "жжжж")", "max_len", "at most 3 code points and has 4"},
      {R"(max_bytes: "жж")", "max_bytes", "at most 3 bytes and has 4"},
      {R"(min_len: "")", "", ""},
      {R"(min_len: "a")", "min_len", "at least 2 code points and has 1"},
      {R"(line: "Füße – 漢字")", "", ""},
      {R"(line: "a\nb")", "line", "one line"},
      {R"(line: "a\177")", "line", "one line"},
      {R"(line: "a\302\205")", "line", "one line"},
      {R"(line: "a\342\200\250b")", "line", "one line"},
      {R"(multiline: "a\nb\302\240")", "", ""},
      {R"(multiline: "a\013b")", "multiline", "control"},
      {R"(token: "AZ=_+/")", "", ""},
      {R"(token: "a b")", "token", "printable ASCII"},
      {R"(identifier: "a.B:c-1_")", "", ""},
      {R"(identifier: "a/b")", "identifier", "ASCII letters"},
      {R"(slug: "a-1")", "", ""},
      {R"(slug: "a--1")", "slug", "single hyphens"},
      {R"(slug: "-")", "slug", "single hyphens"},
      {R"(hex: "09af")", "", ""},
      {R"(hex: "0G")", "hex", "hexadecimal"},
      {R"(one_of: "b")", "", ""},
      {R"(one_of: "c")", "one_of", "one of a, b"},
  });
}

TEST(CheckTest, SaysHowResourcesAreNamed) {
  ExpectCases({
      {R"(topic: "topics/harbour")", "", ""},
      {R"(topic: "harbour")", "topic", "topics are named topics/{id}, for example topics/harbour"},
      {R"(topic: "Harbour!")", "topic", "for example topics/harbour"},
      {R"(topic: "topics/Harbour")", "topic", "lower-case"},
      {R"(topic: "topics/-")", "topic", "topics/{id}"},
      {R"(topic: "topics/")", "topic", "topics/{id}"},
      {absl::StrCat("topic: 'topics/", Text(64), "'"), "topic", "1 to 63"},
      {R"(revision: "articles/a/revisions/12")", "", ""},
      {R"(revision: "articles/a")", "revision", "articles/{article}/revisions/{revision}"},
      {R"(revision: "articles/a/revisions/1/2")", "revision", "form"},
      {R"(either: "authors/a")", "", ""},
      {R"(either: "a")", "either", "topics/{id} or authors/{id}"},
  });
}

TEST(CheckTest, KnowsTheFormsThatHaveNames) {
  ExpectCases({
      {R"(uri: "HTTPS://example.org/ж?q=1")", "", ""},
      {R"(uri: "javascript://alert")", "uri", "http or https"},
      {R"(uri: "https:///x")", "uri", "http or https"},
      {R"(uri: "https://a b")", "uri", "http or https"},
      {R"(uri: "/x")", "uri", "http or https"},
      {absl::StrCat("uri: 'https://", Text(2'048), "'"), "uri", "2048"},
      {R"(language: "zh-Hant-TW")", "", ""},
      {R"(language: "de_DE")", "language", "BCP 47"},
      {R"(language: "en-")", "language", "BCP 47"},
      {R"(time_zone: "America/Argentina/Buenos_Aires")", "", ""},
      {R"(time_zone: "Etc/GMT+5")", "", ""},
      {R"(time_zone: "/proc/self/fd/./2")", "time_zone", "IANA"},
      {R"(time_zone: "../zoneinfo/UTC")", "time_zone", "IANA"},
      {R"(time_zone: "file:x")", "time_zone", "IANA"},
      {R"(path: "/2022/11/ж")", "", ""},
      {R"(path: "a")", "path", "begins with /"},
      {absl::StrCat("path: '/", Text(1'024), "'"), "path", "1024"},
      {R"(media_type: "text/html; charset=utf-8")", "", ""},
      {R"(media_type: "html")", "media_type", "media type"},
  });
}

TEST(CheckTest, HoldsNumbersTimesAndOthersToTheirRules) {
  ExpectCases({
      {R"(few_bytes: "abc")", "", ""},
      {R"(few_bytes: "abcd")", "few_bytes", "at most 3 bytes and has 4"},
      {R"(few_bytes: "a")", "few_bytes", "at least 2 bytes"},
      {"small: -1", "", ""},
      {"small: 6", "small", "must be -1 to 5 and is 6"},
      {"large: -1", "large", "at least 0 and is -1"},
      {"unsigned: 6", "unsigned", "at most 5"},
      {"huge: 18446744073709551615", "huge", "at most 5"},
      {"share: 1.5", "share", "0 to 1"},
      {"share: nan", "share", "finite"},
      {"not_two: KIND_TWO", "not_two", "KIND_TWO is not allowed here"},
      {"any_kind: 99", "", ""},
      {"since_1970 {seconds: -1}", "since_1970", "at least 1970-01-01T00:00:00"},
      {"wait {seconds: 60}", "", ""},
      {"wait {seconds: 60 nanos: 1}", "wait", "at most 1m"},
      {"wait {nanos: -1}", "wait", "at least 0"},
      {R"(short_mask {paths: "a" paths: "b"})", "short_mask", "at most 1 paths and has 2"},
      {R"(small_inner {name: "12345678"})", "", ""},
      {R"(small_inner {name: "123456789"})", "small_inner", "at most 10 bytes encoded and has 11"},
  });
}

TEST(CheckTest, HoldsListsAndMapsToTheirRules) {
  ExpectCases({
      {R"(topics: "topics/a" topics: "topics/b")", "", ""},
      {R"(topics: "topics/a" topics: "topics/a")", "topics[1]", "stands twice"},
      {R"(topics: "topics/a" topics: "b")", "topics[1]", "topics/b"},
      {R"(topics: "a" topics: "b" topics: "c")", "topics", "at most 2 items and has 3"},
      {"kinds: KIND_ONE kinds: KIND_ONE", "kinds[1]", "stands twice"},
      {R"(apart {name: "\001"})", "", ""},
      {R"(by_language {key: "en" value: "abc"})", "", ""},
      {R"(by_language {key: "e n" value: "abc"})", R"(by_language["e n"])", "BCP 47"},
      {R"(by_language {key: "en" value: "abcd"})", R"(by_language["en"])", "at most 3"},
      {R"(by_language {key: "en" value: "abcd"} by_language {key: "de" value: "a"})", "by_language",
       "at most 1 pairs and has 2"},
  });
}

TEST(CheckTest, AsksForWhatIsRequired) {
  const auto violations = error::FieldViolationsOf(Check(Demanding()));
  ASSERT_EQ(violations.field_violations_size(), 4);
  EXPECT_EQ(violations.field_violations(0).field(), "text");
  EXPECT_EQ(violations.field_violations(3).description(), "must not be empty");
  EXPECT_TRUE(Check(Parse<Demanding>(R"(text: "a" kind: KIND_ONE inner {} list: "")")).ok());
}

TEST(CheckTest, PutsAPrefixBeforeItsFields) {
  const absl::Status status = Check(Parse("kind: 99"), "requests[3].article");
  EXPECT_EQ(error::FieldViolationsOf(status).field_violations(0).field(),
            "requests[3].article.kind");
}

TEST(CheckTest, RefusesOrCountsUnknownFieldsWhereverTheyStand) {
  Everything message = Parse(R"(time {seconds: 1} wait {seconds: 1} mask {paths: "a"}
                                inner {children {name: "a"} children {name: "b"}} apart {})");
  EXPECT_TRUE(Check(message, "", UnknownFields::kRefused).ok());
  EXPECT_EQ(CountUnknownFields(message), 0);

  const auto add = [](google::protobuf::Message* to) {
    to->GetReflection()->MutableUnknownFields(to)->AddVarint(99, 1);
  };
  add(&message);
  add(message.mutable_time());
  add(message.mutable_wait());
  add(message.mutable_mask());
  add(message.mutable_inner()->mutable_children(1));
  EXPECT_TRUE(Check(message).ok());
  const auto violations =
      error::FieldViolationsOf(Check(message, "requests[3]", UnknownFields::kRefused));
  std::vector<std::string> fields;
  for (const auto& violation : violations.field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, testing::UnorderedElementsAre("requests[3].99", "requests[3].time.99",
                                                    "requests[3].wait.99", "requests[3].mask.99",
                                                    "requests[3].inner.children[1].99"));
  EXPECT_EQ(violations.field_violations(0).description(), "there is no field of this number");

  // What is checked item by item is counted with the rest.
  Everything apart;
  add(apart.add_apart());
  EXPECT_TRUE(Check(apart, "", UnknownFields::kRefused).ok());
  EXPECT_EQ(CountUnknownFields(apart), 1);
  add(apart.mutable_inner()->add_children());
  EXPECT_EQ(CountUnknownFields(apart), 2);
}

TEST(CheckTest, StopsWhenAnErrorCanHoldNoMore) {
  Everything message;
  for (int i = 0; i < 100'000; ++i) message.add_texts("\x01");
  const auto violations = error::FieldViolationsOf(Check(message));
  EXPECT_GT(violations.field_violations_size(), 4);
  EXPECT_LE(violations.field_violations_size(), 16);
}

TEST(CheckTest, MayBeCalledByManyThreads) {
  const Everything message = Parse(R"(names {key: "en" value: "a"} inner {children {name: "a"}})");
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&message] {
      for (int j = 0; j < 1'000; ++j) EXPECT_TRUE(Check(message).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace dateline::api
