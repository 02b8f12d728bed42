// Streams of articles without gRPC, handlers or a database.
#include "services/ingestion/service/bulk_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/deliver/delivery.h"

namespace dateline::ingestion::service {
namespace {

using dateline::testing::HasReason;
using ::testing::ElementsAre;

// A transport that writes down what it is told, and work that waits and throws as it is told.
class BulkSessionTest : public ::testing::Test {
 protected:
  void Start() {
    session_ =
        BulkSession::Start({[this](const RequestContext&, const std::string& source,
                                   const BulkItems& items) { return Prepare(source, items); },
                            [this](const RequestContext&, PreparedItems prepared) {
                              return Deliver(std::move(prepared));
                            }},
                           executor_, RealClock(), RequestContext::Background("test"),
                           {[this](BulkAnswers answers, size_t bytes) {
                              EXPECT_GT(bytes, 0U);
                              Note("answers", answers.size());
                              MutexLock lock(mutex_);
                              sizes_.push_back(answers.size());
                            },
                            [this](const absl::Status& status) { Finish(status); },
                            [](const std::weak_ptr<BulkSession>&) {}});
  }
  absl::StatusOr<PreparedItems> Prepare(const std::string& source, const BulkItems& items) {
    if (source == "sources/throws") {
      Await(&delivering_);
      Set(&throwing_);
      throw std::runtime_error("no");
    }
    PreparedItems prepared;
    prepared.answers.resize(items.size());
    return prepared;
  }
  absl::StatusOr<BulkAnswers> Deliver(PreparedItems prepared) {
    Set(&delivering_);
    Await(prepared.answers.size() == 1 && first_waits_ ? &second_delivered_ : &go_on_);
    if (prepared.answers.size() == 2) Set(&second_delivered_);
    return std::move(prepared.answers);
  }
  void Finish(const absl::Status& status) {
    MutexLock lock(mutex_);
    told_.emplace_back("finish");
    final_ = status;
    finished_ = true;
    changed_.SignalAll();
  }
  void Note(const std::string& what, size_t count) {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < std::max<size_t>(count, 1); ++i) told_.push_back(what);
  }
  void Set(bool* flag) {
    MutexLock lock(mutex_);
    *flag = true;
    changed_.SignalAll();
  }
  void Await(const bool* flag) {
    MutexLock lock(mutex_);
    while (!*flag) changed_.Wait(mutex_);
  }
  static v1::IngestArticlesRequest Of(const std::string& source) {
    v1::IngestArticlesRequest item;
    item.set_source(source);
    return item;
  }

  Mutex mutex_;
  CondVar changed_;
  bool delivering_ = false;
  bool throwing_ = false;
  bool go_on_ = false;
  bool finished_ = false;
  bool first_waits_ = false;  // for the second batch, which has two items
  bool second_delivered_ = false;
  std::vector<std::string> told_;
  std::vector<size_t> sizes_;  // of what was acknowledged
  absl::Status final_;
  std::shared_ptr<BulkSession> session_;
  BoundedExecutor executor_{4, 100};
};

// One batch is being delivered when the preparation of the next one throws: the first is still
// acknowledged, and the stream ends behind it.
TEST_F(BulkSessionTest, APreparationThatThrowsLeavesTheBatchBeforeIt) {
  Start();
  session_->Take(Of("sources/good"));
  session_->Take(Of("sources/throws"));
  session_->NoMoreItems();
  Await(&delivering_);
  Await(&throwing_);
  Set(&go_on_);
  Await(&finished_);
  executor_.Shutdown();
  EXPECT_THAT(told_, ElementsAre("answers", "finish"));
  EXPECT_THAT(final_, HasReason(errors::v1::ERROR_REASON_INTERNAL));
}

// A batch of some size does not wait with its preparation for the end of a delivery.
TEST_F(BulkSessionTest, AHalfFullBatchIsPreparedBesideADelivery) {
  Start();
  session_->Take(Of("sources/good"));
  session_->LingerOver();
  Await(&delivering_);
  for (int i = 0; i < deliver::kMaxBatchItems / 2; ++i) session_->Take(Of("sources/throws"));
  session_->LingerOver();
  Await(&throwing_);
  session_->NoMoreItems();
  Set(&go_on_);
  Await(&finished_);
  executor_.Shutdown();
  EXPECT_THAT(told_, ElementsAre("answers", "finish"));
}

// The second batch is done first, and acknowledged behind the first.
TEST_F(BulkSessionTest, DeliversTwoBatchesAtOnceAndAcknowledgesInOrder) {
  go_on_ = true;
  first_waits_ = true;
  Start();
  session_->Take(Of("sources/a"));
  session_->Take(Of("sources/b"));
  session_->Take(Of("sources/b"));
  session_->NoMoreItems();
  Await(&finished_);
  executor_.Shutdown();
  EXPECT_EQ(sizes_, (std::vector<size_t>{1, 2}));
  EXPECT_TRUE(final_.ok());
}

// However calls cross, nothing is acknowledged once the transport was told to finish.
TEST_F(BulkSessionTest, NothingComesBehindTheEnd) {
  go_on_ = true;
  for (int round = 0; round < 200; ++round) {
    told_.clear();
    finished_ = false;
    Start();
    std::thread reader([this] {
      for (int i = 0; i < 50; ++i) session_->Take(Of(i % 2 == 0 ? "sources/a" : "sources/b"));
    });
    std::thread alarm([this] {
      for (int i = 0; i < 50; ++i) session_->LingerOver();
    });
    session_->End(error::Overloaded());
    reader.join();
    alarm.join();
    Await(&finished_);
    MutexLock lock(mutex_);
    ASSERT_EQ(told_.back(), "finish");
    ASSERT_EQ(std::count(told_.begin(), told_.end(), "finish"), 1);
  }
  executor_.Shutdown();
}

}  // namespace
}  // namespace dateline::ingestion::service
