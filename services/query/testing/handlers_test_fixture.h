#ifndef DATELINE_SERVICES_QUERY_TESTING_HANDLERS_TEST_FIXTURE_H_
#define DATELINE_SERVICES_QUERY_TESTING_HANDLERS_TEST_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "common/api/roles.h"
#include "common/testing/fake_clock.h"
#include "common/tokens/page_token.h"
#include "services/query/replica/replica.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/service/article_handlers.h"
#include "services/query/service/list_handlers.h"

namespace dateline::query::testing {

// The handlers of lists and articles on a replica that serves, whose time stands still until it is
// moved. No gRPC, no catalog.
class HandlersFixture {
 public:
  HandlersFixture()
      : replica_(*replica::Replica::Open(folder_.path(), &clock_)),
        codec_("a key for tests"),
        lists_(*replica_, codec_),
        articles_(*replica_) {
    const auto copy = replica_->BeginCopy();
    EXPECT_TRUE(copy.ok() && replica::Apply(**copy, replica::testing::BatchOf({}, xid_)).ok());
    EXPECT_TRUE(replica_->Swap(*copy).ok());
  }

  // Applies states at the present instant.
  void Apply(std::vector<catalog::v1::ResourceState> states) {
    replica::Batch batch{std::move(states), replica::testing::PositionAt(++xid_), clock_.Now()};
    const absl::Status status = replica_->ApplyAndPublish(batch);
    EXPECT_TRUE(status.ok()) << status;
  }

  // A call of one who has a role.
  RequestContext Call(options::v1::Role role = options::v1::ROLE_READER) {
    return RequestContext(
        &clock_, absl::InfiniteDuration(), [] { return false; },
        Caller{"test", api::WithIncluded(role)});
  }

  absl::StatusOr<v1::ListArticlesResponse> List(const v1::ListArticlesRequest& request,
                                                options::v1::Role role = options::v1::ROLE_READER) {
    return Raw<v1::ListArticlesResponse>(
        [&](std::string* bytes) { return lists_.ListArticles(request, Call(role), bytes); });
  }
  absl::StatusOr<v1::GetTopicPageResponse> TopicPage(const v1::GetTopicPageRequest& request) {
    return Raw<v1::GetTopicPageResponse>(
        [&](std::string* bytes) { return lists_.GetTopicPage(request, Call(), bytes); });
  }

  dateline::testing::FakeClock& clock() { return clock_; }
  replica::Replica& replica() { return *replica_; }
  const service::ArticleHandlers& articles() const { return articles_; }
  const service::ListHandlers& lists() const { return lists_; }

 private:
  template <typename Response, typename Handle>
  static absl::StatusOr<Response> Raw(Handle handle) {
    std::string bytes;
    const absl::Status status = handle(&bytes);
    if (!status.ok()) return status;
    Response response;
    if (!response.ParseFromString(bytes)) return absl::InternalError("the answer cannot be read");
    return response;
  }

  dateline::testing::FakeClock clock_;
  replica::testing::TemporaryFolder folder_;
  std::unique_ptr<replica::Replica> replica_;
  const tokens::PageTokenCodec codec_;
  const service::ListHandlers lists_;
  const service::ArticleHandlers articles_;
  uint64_t xid_ = 1;
};

// The names of the articles of an answer, without `articles/`.
template <typename Articles>
std::vector<std::string> IdsOf(const Articles& articles) {
  std::vector<std::string> ids;
  for (const auto& article : articles)
    ids.emplace_back(absl::StripPrefix(article.name(), "articles/"));
  return ids;
}

}  // namespace dateline::query::testing

#endif  // DATELINE_SERVICES_QUERY_TESTING_HANDLERS_TEST_FIXTURE_H_
