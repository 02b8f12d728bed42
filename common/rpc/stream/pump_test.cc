#include "common/rpc/stream/pump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/base/mutex.h"
#include "common/testing/status_matchers.h"
#include "google/protobuf/wrappers.pb.h"

namespace dateline::rpc {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using google::protobuf::StringValue;
using ::testing::ElementsAre;
using TextPump = Pump<StringValue>;

// What there is to read, and a transport that writes when the test says so.
class PumpTest : public ::testing::Test {
 protected:
  void Make(WhenEmpty when_empty) {
    pump_ = std::make_shared<TextPump>(
        executor_, [this](const RequestContext&) { return Pull(); }, when_empty,
        WriteQueue<StringValue>::Transport{
            [this](const StringValue* message) { Note(message->value(), nullptr); },
            [this](const absl::Status& status) { Note("end", &status); },
            {}});
  }
  absl::StatusOr<std::optional<StringValue>> Pull() {
    MutexLock lock(mutex_);
    ++pulls_;
    if (source_.empty()) return std::optional<StringValue>();
    const std::string text = source_.front();
    source_.pop_front();
    if (text == "throw") throw std::runtime_error("no");
    if (text == "fail") return error::PositionExpired("no");
    StringValue value;
    value.set_value(text);
    return std::make_optional(value);
  }
  void Note(const std::string& what, const absl::Status* end) {
    MutexLock lock(mutex_);
    told_.push_back(what);
    if (end != nullptr) end_ = *end;
  }
  void Add(std::vector<std::string> texts) {
    MutexLock lock(mutex_);
    source_.insert(source_.end(), texts.begin(), texts.end());
  }
  // What was written, once `pump_` has done what it can.
  std::vector<std::string> Told() {
    std::promise<void> idle;
    if (executor_.TrySubmit([&] { idle.set_value(); })) idle.get_future().wait();
    MutexLock lock(mutex_);
    return told_;
  }

  Mutex mutex_;
  std::deque<std::string> source_;
  std::vector<std::string> told_;
  absl::Status end_ = absl::UnknownError("not ended");
  int pulls_ = 0;
  BoundedExecutor executor_{1, 10};
  std::shared_ptr<TextPump> pump_;
};

TEST_F(PumpTest, EndsBehindTheLastAnswer) {
  Make(WhenEmpty::kEnd);
  Add({"a"});
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre("a"));
  pump_->WriteDone(true);
  EXPECT_THAT(Told(), ElementsAre("a", "end"));
  EXPECT_THAT(end_, IsOk());
}

TEST_F(PumpTest, WaitsForMoreUntilItIsPoked) {
  Make(WhenEmpty::kWait);
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre());
  EXPECT_EQ(pulls_, 1);
  Add({"a"});
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre("a"));
}

TEST_F(PumpTest, ReadsOnlyWhatASlowReaderHasRoomFor) {
  Make(WhenEmpty::kWait);
  Add({"a", "b", "c", "d", "e"});
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre("a"));
  // One is being written, one waits in the queue, and one for room in it.
  EXPECT_EQ(pulls_, 3);
  pump_->WriteDone(true);
  EXPECT_THAT(Told(), ElementsAre("a", "b"));
  EXPECT_EQ(pulls_, 4);
}

TEST_F(PumpTest, EndsWithTheErrorOfWhatItReads) {
  Make(WhenEmpty::kWait);
  Add({"a", "fail", "b"});
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre("a"));
  pump_->WriteDone(true);
  EXPECT_THAT(Told(), ElementsAre("a", "end"));
  EXPECT_THAT(end_, HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
}

TEST_F(PumpTest, EndsWhenReadingThrows) {
  Make(WhenEmpty::kWait);
  Add({"throw"});
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre("end"));
  EXPECT_THAT(end_, HasReason(errors::v1::ERROR_REASON_INTERNAL));
}

TEST_F(PumpTest, EndsWhenItsWorkIsRefused) {
  Make(WhenEmpty::kWait);
  executor_.Shutdown();
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre("end"));
  EXPECT_THAT(end_, HasReason(errors::v1::ERROR_REASON_OVERLOADED));
}

TEST_F(PumpTest, ReadsNoMoreForAReaderWhoHasGone) {
  Make(WhenEmpty::kWait);
  Add({"a"});
  pump_->Cancel();
  pump_->Poke();
  EXPECT_THAT(Told(), ElementsAre("end"));
  EXPECT_THAT(end_, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(pulls_, 0);
}

// However pokes, writes and the executor's threads cross: one pull at a time, all in order, none
// lost.
TEST(PumpThreadsTest, WritesAllInOrderWhoeverPokes) {
  constexpr int kCount = 200;
  for (int round = 0; round < 20; ++round) {
    Mutex mutex;
    CondVar changed;
    std::atomic<bool> pulling{false};
    std::atomic<int> there{0};
    int next = 0;
    int begun = 0;
    int done = 0;
    bool ended = false;
    std::vector<std::string> written;
    BoundedExecutor executor(3, 100);
    const auto pump = std::make_shared<TextPump>(
        executor,
        [&](const RequestContext&) -> absl::StatusOr<std::optional<StringValue>> {
          EXPECT_FALSE(pulling.exchange(true));
          std::optional<StringValue> value;
          if (next < there) value.emplace().set_value(std::to_string(next++));
          pulling = false;
          return value;
        },
        WhenEmpty::kWait,
        WriteQueue<StringValue>::Transport{[&](const StringValue* message) {
                                             MutexLock lock(mutex);
                                             written.push_back(message->value());
                                             ++begun;
                                             changed.SignalAll();
                                           },
                                           [&](const absl::Status&) {
                                             MutexLock lock(mutex);
                                             ended = true;
                                             changed.SignalAll();
                                           },
                                           {}});
    std::thread writer([&] {
      for (; done < kCount; ++done) {
        {
          MutexLock lock(mutex);
          while (begun == done) changed.Wait(mutex);
        }
        pump->WriteDone(true);
      }
    });
    for (int i = 0; i < kCount; ++i) {
      ++there;
      pump->Poke();
    }
    writer.join();
    pump->End(absl::OkStatus());
    executor.Shutdown();
    ASSERT_EQ(written.size(), size_t{kCount});
    for (int i = 0; i < kCount; ++i) EXPECT_EQ(written[static_cast<size_t>(i)], std::to_string(i));
    EXPECT_TRUE(ended);
  }
}

}  // namespace
}  // namespace dateline::rpc
