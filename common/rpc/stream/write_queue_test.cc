#include "common/rpc/stream/write_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "google/protobuf/wrappers.pb.h"

namespace dateline::rpc {
namespace {

using google::protobuf::StringValue;
using Queue = WriteQueue<StringValue>;

StringValue Text(const std::string& text) {
  StringValue value;
  value.set_value(text);
  return value;
}

// A transport that writes when the test says so.
class WriteQueueTest : public ::testing::Test {
 protected:
  Queue& Make(WriteBounds bounds) {
    queue_ = std::make_unique<Queue>(
        bounds,
        Queue::Transport{
            [this](const StringValue* message) { written_.push_back(message->value()); },
            [this](const absl::Status& status) { ends_.push_back(status); }, [this] { ++ready_; }});
    return *queue_;
  }

  std::unique_ptr<Queue> queue_;
  std::vector<std::string> written_;
  std::vector<absl::Status> ends_;
  int ready_ = 0;
};

TEST_F(WriteQueueTest, WritesOneAtATimeInOrder) {
  Queue& queue = Make({3, 1'000});
  EXPECT_EQ(queue.TryWrite(Text("a")), Offer::kTaken);
  EXPECT_EQ(queue.TryWrite(Text("b")), Offer::kTaken);
  EXPECT_EQ(written_, std::vector<std::string>({"a"}));
  queue.WriteDone(true);
  EXPECT_EQ(written_, std::vector<std::string>({"a", "b"}));
  EXPECT_EQ(ready_, 0);
}

TEST_F(WriteQueueTest, IsBoundedInMessages) {
  Queue& queue = Make({2, 1'000});
  EXPECT_EQ(queue.TryWrite(Text("a")), Offer::kTaken);
  EXPECT_EQ(queue.TryWrite(Text("b")), Offer::kTaken);
  EXPECT_EQ(queue.TryWrite(Text("c")), Offer::kFull);
  queue.WriteDone(true);
  EXPECT_EQ(ready_, 1);
  EXPECT_EQ(queue.TryWrite(Text("c")), Offer::kTaken);
}

TEST_F(WriteQueueTest, IsBoundedInBytesButForASingleMessage) {
  Queue& queue = Make({10, 100});
  EXPECT_EQ(queue.TryWrite(Text(std::string(1'000, 'a'))), Offer::kTaken);
  EXPECT_EQ(queue.TryWrite(Text("b")), Offer::kFull);
  queue.WriteDone(true);
  EXPECT_EQ(ready_, 1);
  EXPECT_EQ(queue.TryWrite(Text(std::string(60, 'b'))), Offer::kTaken);
  EXPECT_EQ(queue.TryWrite(Text(std::string(60, 'c'))), Offer::kFull);
}

TEST_F(WriteQueueTest, EndsOnceWhatWasTakenIsWritten) {
  Queue& queue = Make({3, 1'000});
  EXPECT_EQ(queue.TryWrite(Text("a")), Offer::kTaken);
  queue.End(absl::OkStatus());
  queue.End(error::Overloaded());
  EXPECT_EQ(queue.TryWrite(Text("b")), Offer::kClosed);
  EXPECT_TRUE(ends_.empty());
  queue.WriteDone(true);
  ASSERT_EQ(ends_.size(), 1u);
  EXPECT_TRUE(ends_[0].ok());
  EXPECT_TRUE(queue.closed());
}

TEST_F(WriteQueueTest, ACancelledStreamEndsWhenItsWriteIsOver) {
  Queue& queue = Make({3, 1'000});
  EXPECT_EQ(queue.TryWrite(Text("a")), Offer::kTaken);
  EXPECT_EQ(queue.TryWrite(Text("b")), Offer::kTaken);
  queue.Cancel();
  EXPECT_TRUE(ends_.empty());
  queue.WriteDone(false);
  ASSERT_EQ(ends_.size(), 1u);
  EXPECT_EQ(ends_[0].code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(written_.size(), 1u);
  queue.End(absl::OkStatus());
  EXPECT_EQ(ends_.size(), 1u);
}

TEST(WriteQueueThreadsTest, EndsOnceWhoeverEndsIt) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> ends{0};
    std::atomic<int> writes{0};
    Queue queue({2, 1'000},
                {[&](const StringValue*) { ++writes; }, [&](const absl::Status&) { ++ends; }, {}});
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
      int taken = 0;
      while (taken < 50) {
        const Offer offer = queue.TryWrite(Text("a"));
        if (offer == Offer::kClosed) return;
        taken += offer == Offer::kTaken ? 1 : 0;
      }
    });
    // The transport: every write that was begun is done once.
    std::atomic<bool> stop{false};
    threads.emplace_back([&] {
      int done = 0;
      while (!stop || done < writes) {
        if (done < writes) queue.WriteDone(++done > 0);
      }
    });
    threads.emplace_back([&] { queue.End(absl::OkStatus()); });
    threads.emplace_back([&] { queue.Cancel(); });
    for (const int i : {0, 2, 3}) threads[i].join();
    stop = true;
    threads[1].join();
    EXPECT_EQ(ends, 1);
  }
}

}  // namespace
}  // namespace dateline::rpc
