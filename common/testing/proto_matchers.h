#ifndef DATELINE_COMMON_TESTING_PROTO_MATCHERS_H_
#define DATELINE_COMMON_TESTING_PROTO_MATCHERS_H_

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <string>

namespace dateline::testing {

// Parses a text proto; ends the test program if it does not parse.
template <typename Message>
Message ParseProto(const std::string& text) {
  Message message;
  if (!google::protobuf::TextFormat::ParseFromString(text, &message)) abort();
  return message;
}

// EXPECT_THAT(message, EqualsProto(other)): equal field by field; tells the differences.
MATCHER_P(EqualsProto, expected, "equals the message") {
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  const bool same = differencer.Compare(expected, arg);
  *result_listener << differences;
  return same;
}

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_PROTO_MATCHERS_H_
