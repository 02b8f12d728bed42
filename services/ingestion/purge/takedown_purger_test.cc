#include "services/ingestion/purge/takedown_purger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"

namespace dateline::ingestion::purge {
namespace {

using ::testing::ElementsAre;

// A catalog and a store in one, which write down what they were asked, in order.
class FakeSystem final : public TakedownPort, public store::RejectPurge {
 public:
  absl::Status Register(const RequestContext& /*context*/) override {
    return Note("register", absl::OkStatus());
  }
  absl::StatusOr<catalog::v1::ListArticlesResponse> ListTakenDown(
      const RequestContext& /*context*/, const std::string& page_token) override {
    MutexLock lock(mutex_);
    catalog::v1::ListArticlesResponse page;
    const size_t at = page_token.size();
    if (at < records_.size()) *page.add_records() = records_[at];
    if (at + 1 < records_.size()) page.set_next_page_token(std::string(at + 1, 'x'));
    return page;
  }
  absl::Status Acknowledge(const RequestContext& /*context*/, const std::string& article) override {
    return Note(absl::StrCat("acknowledge ", article), absl::OkStatus());
  }
  absl::Status Purge(const RequestContext& /*context*/, const std::string& source,
                     const std::string& entry_id) override {
    return Note(absl::StrCat("purge ", source, " ", entry_id), failure());
  }

  void TakeDown(const std::string& name, const std::vector<std::string>& entries) {
    MutexLock lock(mutex_);
    catalog::v1::ArticleRecord& record = records_.emplace_back();
    record.set_name(name);
    for (const std::string& entry : entries) {
      record.add_origins()->set_source("sources/wire");
      record.mutable_origins(record.origins_size() - 1)->set_entry_id(entry);
    }
  }
  void Fail(const absl::Status& status) {
    MutexLock lock(mutex_);
    failure_ = status;
  }

  // What was asked but for registering, once it is `count` things.
  std::vector<std::string> Await(size_t count) {
    const absl::Duration deadline = RealClock()->Elapsed() + absl::Seconds(30);
    std::vector<std::string> asked;
    while (asked.size() < count && RealClock()->Elapsed() < deadline) {
      absl::SleepFor(absl::Milliseconds(1));
      MutexLock lock(mutex_);
      asked = asked_;
    }
    return asked;
  }
  // Waits until it was begun anew `times` times; half a minute is a failure.
  void AwaitSweeps(int times) {
    const auto registered = [this] {
      MutexLock lock(mutex_);
      return registered_;
    };
    const int wanted = registered() + times;
    const absl::Duration deadline = RealClock()->Elapsed() + absl::Seconds(30);
    while (registered() < wanted && RealClock()->Elapsed() < deadline) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    EXPECT_GE(registered(), wanted);
  }

 private:
  absl::Status failure() {
    MutexLock lock(mutex_);
    return failure_;
  }
  absl::Status Note(const std::string& what, const absl::Status& status) {
    MutexLock lock(mutex_);
    if (what == "register") {
      ++registered_;
    } else {
      asked_.push_back(what);
    }
    return status;
  }

  Mutex mutex_;
  std::vector<catalog::v1::ArticleRecord> records_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> asked_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  int registered_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST(TakedownPurgerTest, PurgesEachArticleOnceAndAcknowledgesItThen) {
  FakeSystem system;
  system.TakeDown("articles/a", {"1", "2"});
  system.TakeDown("articles/b", {});
  TakedownPurger purger(system, system, absl::Milliseconds(1));
  EXPECT_THAT(system.Await(4), ElementsAre("purge sources/wire 1", "purge sources/wire 2",
                                           "acknowledge articles/a", "acknowledge articles/b"));
  system.TakeDown("articles/c", {"3"});
  EXPECT_EQ(system.Await(6).size(), 6u);
  system.AwaitSweeps(3);
  EXPECT_EQ(system.Await(6).size(), 6u);
}

TEST(TakedownPurgerTest, AcknowledgesNothingThatItCouldNotPurge) {
  FakeSystem system;
  system.Fail(error::DatabaseUnavailable());
  system.TakeDown("articles/a", {"1"});
  TakedownPurger purger(system, system, absl::Milliseconds(1));
  system.AwaitSweeps(3);
  for (const std::string& asked : system.Await(1)) EXPECT_EQ(asked, "purge sources/wire 1");
  system.Fail(absl::OkStatus());
  system.AwaitSweeps(2);
  EXPECT_EQ(system.Await(1).back(), "acknowledge articles/a");
}

}  // namespace
}  // namespace dateline::ingestion::purge
