#ifndef DATELINE_SERVICES_QUERY_READS_READ_STORE_CONTRACT_H_
#define DATELINE_SERVICES_QUERY_READS_READ_STORE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/query/reads/read_store.h"

namespace dateline::query::reads {

// What every store of counts does. `Maker` has `static std::unique_ptr<ReadStore> Make()`, an empty
// one.
template <typename Maker>
class ReadStoreContract : public ::testing::Test {
 protected:
  static Report Of(const std::string& request_id, const std::string& id, int64_t reads,
                   absl::Duration ago = absl::ZeroDuration(), uint64_t fingerprint = 1) {
    Report report;
    report.caller = "caller";
    report.request_id = request_id;
    report.fingerprint = fingerprint;
    report.scores[id] = ScoresOf(reads, now_ - ago);
    return report;
  }
  void Add(const std::vector<Report>& reports) {
    const auto told = store_->Add(call_, reports);
    ASSERT_THAT(told, dateline::testing::IsOk());
    for (const absl::Status& one : *told) EXPECT_THAT(one, dateline::testing::IsOk());
  }
  Ranking Top(Window window, int limit = 10) {
    const auto top = store_->Top(call_, window, limit);
    EXPECT_THAT(top, dateline::testing::IsOk());
    return top.value_or(Ranking());
  }

  static inline const absl::Time now_ = absl::Now();
  const RequestContext call_ = RequestContext::Background("test");
  std::unique_ptr<ReadStore> store_ = Maker::Make();
};

TYPED_TEST_SUITE_P(ReadStoreContract);

TYPED_TEST_P(ReadStoreContract, RanksByWhatIsLeftOfReads) {
  // Of ten reads a day ago five are left after a day's window, none to speak of after an hour's.
  this->Add({this->Of("", "old", 10, absl::Hours(24)), this->Of("", "new", 4)});
  EXPECT_THAT(this->Top(Window::kHour), ::testing::ElementsAre("new", "old"));
  EXPECT_THAT(this->Top(Window::kDay), ::testing::ElementsAre("old", "new"));
  EXPECT_THAT(this->Top(Window::kWeek), ::testing::ElementsAre("old", "new"));
  // In another transaction, and twice in one.
  this->Add({this->Of("", "new", 1), this->Of("", "new", 1)});
  EXPECT_THAT(this->Top(Window::kDay), ::testing::ElementsAre("new", "old"));
  EXPECT_THAT(this->Top(Window::kWeek), ::testing::ElementsAre("old", "new"));
  EXPECT_THAT(this->Top(Window::kDay, 1), ::testing::ElementsAre("new"));
}

TYPED_TEST_P(ReadStoreContract, AddsWhatIsFarApart) {
  this->Add({this->Of("", "a", 1, absl::Hours(24 * 50))});
  this->Add({this->Of("", "a", 1), this->Of("", "b", 3)});
  this->Add({this->Of("", "a", 3, absl::Hours(24 * 50))});
  EXPECT_THAT(this->Top(Window::kHour), ::testing::ElementsAre("b", "a"));
}

TYPED_TEST_P(ReadStoreContract, CountsARequestIdOnce) {
  this->Add({this->Of("r1", "a", 2), this->Of("", "b", 3)});
  this->Add({this->Of("r1", "a", 2), this->Of("r1", "a", 2)});
  EXPECT_THAT(this->Top(Window::kDay), ::testing::ElementsAre("b", "a"));
  const auto told = this->store_->Add(
      this->call_, {this->Of("r1", "c", 9, absl::ZeroDuration(), 2), this->Of("r2", "a", 9)});
  ASSERT_THAT(told, dateline::testing::IsOk());
  EXPECT_THAT((*told)[0], dateline::testing::HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  EXPECT_THAT((*told)[1], dateline::testing::IsOk());
  EXPECT_THAT(this->Top(Window::kDay), ::testing::ElementsAre("a", "b"));
}

REGISTER_TYPED_TEST_SUITE_P(ReadStoreContract, RanksByWhatIsLeftOfReads, AddsWhatIsFarApart,
                            CountsARequestIdOnce);

}  // namespace dateline::query::reads

#endif  // DATELINE_SERVICES_QUERY_READS_READ_STORE_CONTRACT_H_
