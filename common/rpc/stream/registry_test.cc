#include "common/rpc/stream/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "common/testing/status_matchers.h"

namespace dateline::rpc {
namespace {

using dateline::testing::HasReason;
using ::testing::ElementsAre;

// Leaves its registry when it is ended, as the streams of a server do.
class FakeStream final : public OpenStream {
 public:
  explicit FakeStream(StreamRegistry& open) : open_(open) {}

  void End(const absl::Status& status) override {
    ends_.push_back(status);
    open_.Remove(this);
  }
  const std::vector<absl::Status>& ends() const { return ends_; }

 private:
  StreamRegistry& open_;
  std::vector<absl::Status> ends_;
};

const auto kEndedAsOverloaded = ElementsAre(HasReason(errors::v1::ERROR_REASON_OVERLOADED));

TEST(StreamRegistryTest, BoundsTheNumberOfStreams) {
  StreamRegistry open(2);
  const auto first = std::make_shared<FakeStream>(open);
  const auto second = std::make_shared<FakeStream>(open);
  const auto third = std::make_shared<FakeStream>(open);
  EXPECT_TRUE(open.Add(first));
  EXPECT_TRUE(open.Add(second));
  EXPECT_FALSE(open.Add(third));
  open.Remove(third.get());
  EXPECT_EQ(open.size(), 2u);
  open.Remove(first.get());
  EXPECT_TRUE(open.Add(third));
  EXPECT_EQ(open.size(), 2u);
}

TEST(StreamRegistryTest, EndsAllAndTakesNoMore) {
  StreamRegistry open(3);
  const auto first = std::make_shared<FakeStream>(open);
  const auto second = std::make_shared<FakeStream>(open);
  const auto late = std::make_shared<FakeStream>(open);
  EXPECT_TRUE(open.Add(first));
  EXPECT_TRUE(open.Add(second));
  EXPECT_TRUE(open.Add(std::make_shared<FakeStream>(open)));  // Gone, and not removed.
  open.EndAll();
  EXPECT_THAT(first->ends(), kEndedAsOverloaded);
  EXPECT_THAT(second->ends(), kEndedAsOverloaded);
  EXPECT_FALSE(open.Add(late));
  EXPECT_TRUE(late->ends().empty());
}

// However they cross: a stream is either refused or told of the end.
TEST(StreamRegistryTest, LosesNoStreamThatComesInTheMiddleOfTheEnd) {
  for (int round = 0; round < 50; ++round) {
    StreamRegistry open(100);
    std::vector<std::shared_ptr<FakeStream>> taken;
    std::thread adder([&] {
      while (true) {
        auto stream = std::make_shared<FakeStream>(open);
        if (!open.Add(stream)) return;
        taken.push_back(std::move(stream));
      }
    });
    open.EndAll();
    adder.join();
    for (const auto& stream : taken) EXPECT_THAT(stream->ends(), kEndedAsOverloaded);
    EXPECT_EQ(open.size(), 0u);
  }
}

}  // namespace
}  // namespace dateline::rpc
