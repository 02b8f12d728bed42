#include "common/rpc/stream/two_way.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
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
using Stream = TwoWay<StringValue, StringValue>;

StringValue Text(const std::string& text) {
  StringValue value;
  value.set_value(text);
  return value;
}

// A transport and a work that write down what they are told, and do what the test says.
class TwoWayTest : public ::testing::Test {
 protected:
  void Make(InHandBounds bounds, bool begin = true) {
    stream_ = Stream::Create(
        bounds,
        {[this] { told_.push_back("read"); },
         [this](const StringValue* answer) { told_.push_back(answer->value()); },
         [this](const absl::Status& status) {
           told_.push_back("finish");
           end_ = status;
         }},
        [this](const std::weak_ptr<Stream>&) {
          return Stream::Work{
              [this](const StringValue& message) { taken_.push_back(message.value()); },
              [this] { taken_.push_back("no more"); },
              [this](const absl::Status& status) {
                taken_.push_back("end");
                asked_ = status;
              }};
        });
    if (begin) stream_->Begin();
  }
  // What the transport was told since the last call.
  std::vector<std::string> Told() { return std::exchange(told_, {}); }

  std::vector<std::string> told_;
  std::vector<std::string> taken_;
  absl::Status end_ = absl::UnknownError("not ended");
  absl::Status asked_;  // of the work
  std::shared_ptr<Stream> stream_;
};

constexpr InHandBounds kWide = {.messages = 100, .bytes = 1'000};

TEST_F(TwoWayTest, ReadsOnOnceAMessageIsTaken) {
  Make(kWide);
  EXPECT_THAT(Told(), ElementsAre("read"));
  stream_->Took(Text("a"));
  stream_->Took(Text("b"));
  EXPECT_THAT(Told(), ElementsAre("read", "read"));
  EXPECT_THAT(taken_, ElementsAre("a", "b"));
}

TEST_F(TwoWayTest, DoesNotReadOnWhileTooManyMessagesAreInHand) {
  Make({.messages = 2, .bytes = 1'000});
  stream_->Took(Text("a"));
  stream_->Took(Text("b"));
  EXPECT_THAT(Told(), ElementsAre("read", "read"));
  // An answer that is not written yet is in hand.
  stream_->Answer({Text("1"), Text("2")}, Text("a").ByteSizeLong() * 2);
  EXPECT_THAT(Told(), ElementsAre("1"));
  stream_->WriteDone(true);
  EXPECT_THAT(Told(), ElementsAre("2", "read"));
  stream_->WriteDone(true);
  // A read is under way.
  EXPECT_THAT(Told(), ElementsAre());
}

TEST_F(TwoWayTest, DoesNotReadOnWhileTooManyBytesAreInHand) {
  Make({.messages = 100, .bytes = 50});
  const StringValue large = Text(std::string(200, 'x'));
  stream_->Took(large);
  EXPECT_THAT(Told(), ElementsAre("read"));
  stream_->Answer({Text("1")}, large.ByteSizeLong());
  EXPECT_THAT(Told(), ElementsAre("1", "read"));
}

TEST_F(TwoWayTest, EndsOnceAllIsAnsweredAndWritten) {
  Make(kWide);
  stream_->Took(Text("a"));
  stream_->NoMore();
  EXPECT_THAT(taken_, ElementsAre("a", "no more"));
  stream_->Answer({Text("1")}, Text("a").ByteSizeLong());
  stream_->Finish(absl::OkStatus());
  EXPECT_THAT(Told(), ElementsAre("read", "read", "1"));
  stream_->WriteDone(true);
  EXPECT_THAT(Told(), ElementsAre("finish"));
  EXPECT_THAT(end_, IsOk());
}

TEST_F(TwoWayTest, ReadsNoMoreWhenItIsToEndAndFinishesWhenTheWorkDoes) {
  Make({.messages = 1, .bytes = 1'000});
  stream_->Took(Text("a"));
  stream_->End(error::Overloaded());
  EXPECT_THAT(asked_, HasReason(errors::v1::ERROR_REASON_OVERLOADED));
  stream_->Answer({Text("1")}, Text("a").ByteSizeLong());
  stream_->WriteDone(true);
  EXPECT_THAT(Told(), ElementsAre("read", "1"));
  stream_->Finish(asked_);
  stream_->Finish(absl::OkStatus());
  EXPECT_THAT(Told(), ElementsAre("finish"));
  EXPECT_THAT(end_, HasReason(errors::v1::ERROR_REASON_OVERLOADED));
}

TEST_F(TwoWayTest, WritesNoMoreToWhoHasGoneAndFinishesWhenTheWorkDoes) {
  Make(kWide);
  stream_->Took(Text("a"));
  stream_->Answer({Text("1"), Text("2")}, 1);
  Told();
  stream_->WriteDone(false);
  EXPECT_THAT(asked_, StatusIs(absl::StatusCode::kCancelled));
  stream_->Answer({Text("3")}, 1);
  EXPECT_THAT(Told(), ElementsAre());
  stream_->Finish(absl::OkStatus());
  EXPECT_THAT(Told(), ElementsAre("finish"));
  EXPECT_THAT(end_, StatusIs(absl::StatusCode::kCancelled));
  stream_->Cancel();
  EXPECT_THAT(Told(), ElementsAre());
}

TEST_F(TwoWayTest, DoesNotBeginAStreamThatWasEnded) {
  Make(kWide, /*begin=*/false);
  stream_->End(error::Overloaded());
  stream_->Finish(error::Overloaded());
  EXPECT_THAT(Told(), ElementsAre("finish"));
  stream_->Begin();
  EXPECT_THAT(Told(), ElementsAre());
}

// However reads, writes, the work and the end cross: what is in hand is bounded, answers keep their
// order, the end comes once and nothing behind it.
class TwoWayThreadsTest : public ::testing::Test {
 protected:
  static constexpr int kInHand = 3;

  void Make() {
    stream_ = Stream::Create({.messages = kInHand, .bytes = 1'000},
                             {[this] {
                                MutexLock lock(mutex_);
                                EXPECT_LT(taken_ - written_, kInHand);
                                Count(&reads_);
                              },
                              [this](const StringValue* answer) {
                                MutexLock lock(mutex_);
                                EXPECT_EQ(answer->value(), std::to_string(writes_));
                                Count(&writes_);
                              },
                              [this](const absl::Status&) {
                                MutexLock lock(mutex_);
                                Count(&ends_);
                              }},
                             [this](const std::weak_ptr<Stream>&) {
                               return Stream::Work{[this](const StringValue&) {
                                                     MutexLock lock(mutex_);
                                                     ++to_answer_;
                                                     changed_.SignalAll();
                                                   },
                                                   [] {},
                                                   [this](const absl::Status&) {
                                                     MutexLock lock(mutex_);
                                                     asked_ = true;
                                                     changed_.SignalAll();
                                                   }};
                             });
  }
  void Count(int* what) {
    EXPECT_EQ(ends_, 0);
    ++*what;
    changed_.SignalAll();
  }
  // Waits until `begun` is above `done`, and counts that in `done`; false if the stream ends
  // before.
  bool Next(const int& begun, int* done) {
    MutexLock lock(mutex_);
    while (begun <= *done && ends_ == 0) changed_.Wait(mutex_);
    if (begun <= *done) return false;
    ++*done;
    changed_.SignalAll();
    return true;
  }
  // Waits for a message that was taken; false when the work is to end.
  bool NextToAnswer(int answered) {
    MutexLock lock(mutex_);
    while (to_answer_ <= answered && !asked_) changed_.Wait(mutex_);
    return !asked_;
  }
  void AwaitWrites(int count) {
    MutexLock lock(mutex_);
    while (writes_ < count) changed_.Wait(mutex_);
  }

  Mutex mutex_;
  CondVar changed_;
  int reads_ = 0;  // begun
  int taken_ = 0;  // of them
  int to_answer_ = 0;
  int writes_ = 0;   // begun
  int written_ = 0;  // of them
  int ends_ = 0;
  bool asked_ = false;
  std::shared_ptr<Stream> stream_;
};

TEST_F(TwoWayThreadsTest, EndsOnceBehindAllElse) {
  for (int round = 0; round < 50; ++round) {
    reads_ = taken_ = to_answer_ = writes_ = written_ = ends_ = 0;
    asked_ = false;
    Make();
    std::vector<std::thread> threads;
    threads.emplace_back([this] {
      while (Next(reads_, &taken_)) stream_->Took(Text("a"));
    });
    threads.emplace_back([this] {
      while (Next(writes_, &written_)) stream_->WriteDone(true);
    });
    threads.emplace_back([this] {
      for (int i = 0; NextToAnswer(i); ++i) {
        stream_->Answer({Text(std::to_string(i))}, Text("a").ByteSizeLong());
      }
      stream_->Finish(absl::OkStatus());
    });
    stream_->Begin();
    AwaitWrites(round);
    threads.emplace_back([this] { stream_->Cancel(); });
    threads.emplace_back([this] { stream_->End(error::Overloaded()); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(ends_, 1);
  }
}

}  // namespace
}  // namespace dateline::rpc
