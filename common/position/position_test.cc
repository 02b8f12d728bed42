#include "common/position/position.h"

#include <gtest/gtest.h>

#include "common/errors/errors.h"

namespace dateline {
namespace {

content::v1::LogPosition Position(uint64_t xid, uint64_t seq) {
  content::v1::LogPosition position;
  position.set_log_id("log");
  position.set_timeline(1);
  position.set_xid(xid);
  position.set_seq(seq);
  return position;
}

TEST(PositionTest, DecodeGivesBackWhatWasEncoded) {
  const auto decoded = DecodePosition(EncodePosition(Position(7, 9)), "min_position");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->xid(), 7u);
  EXPECT_EQ(decoded->seq(), 9u);
  EXPECT_TRUE(SameLog(*decoded, Position(1, 1)));
}

TEST(PositionTest, RefusesWhatIsNoPosition) {
  const std::string token = EncodePosition(Position(7, 9));
  for (const std::string& bad : {std::string(), std::string("x"), std::string("!!!!"), token + "A",
                                 token.substr(0, token.size() / 2), std::string("AAAA")}) {
    const auto decoded = DecodePosition(bad, "min_position");
    ASSERT_FALSE(decoded.ok()) << bad;
    EXPECT_EQ(error::ReasonOf(decoded.status()), errors::v1::ERROR_REASON_INVALID_POSITION) << bad;
  }
}

TEST(PositionTest, OrdersByTransactionThenRow) {
  EXPECT_TRUE(ComparePositions(Position(1, 9), Position(2, 1)) < 0);
  EXPECT_TRUE(ComparePositions(Position(2, 2), Position(2, 1)) > 0);
  EXPECT_TRUE(ComparePositions(Position(2, 2), Position(2, 2)) == 0);
}

TEST(PositionTest, OtherTimelineIsAnotherLog) {
  auto other = Position(1, 1);
  other.set_timeline(2);
  EXPECT_FALSE(SameLog(Position(1, 1), other));
}

}  // namespace
}  // namespace dateline
