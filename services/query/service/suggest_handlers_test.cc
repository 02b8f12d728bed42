// SuggestTopics and ExplainListing.
#include "services/query/service/suggest_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/testing/status_matchers.h"
#include "services/query/service/explain_handlers.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using replica::testing::At;
using replica::testing::PublicationState;
using replica::testing::StateOf;
using replica::testing::TopicState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SuggestHandlersTest : public ::testing::Test {
 protected:
  SuggestHandlersTest() { dateline_.Apply({PublicationState(1)}); }

  catalog::v1::ResourceState Named(int64_t key, const std::string& name, int64_t version = 1,
                                   int64_t merged_into = 0) {
    catalog::v1::ResourceState state = TopicState(key, version, {}, merged_into);
    state.mutable_topic()->set_display_name(name);
    return state;
  }

  absl::StatusOr<v1::SuggestTopicsResponse> Suggest(const v1::SuggestTopicsRequest& request) {
    v1::SuggestTopicsResponse response;
    const absl::Status status = suggest_.SuggestTopics(request, dateline_.Call(), &response);
    if (!status.ok()) return status;
    return response;
  }
  std::vector<std::string> Names(const std::string& prefix, const std::string& language = "") {
    v1::SuggestTopicsRequest request;
    request.set_prefix(prefix);
    if (!language.empty()) request.add_languages(language);
    const auto response = Suggest(request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> names;
    for (const auto& topic : response->topics()) names.push_back(topic.name());
    return names;
  }

  absl::StatusOr<v1::ExplainListingResponse> Explain(const v1::ExplainListingRequest& request) {
    v1::ExplainListingResponse response;
    const absl::Status status =
        explain_.ExplainListing(request, dateline_.Call(options::v1::ROLE_PREVIEWER), &response);
    if (!status.ok()) return status;
    return response;
  }

  testing::HandlersFixture dateline_;
  const tokens::PageTokenCodec codec_{"a key for tests"};
  const SuggestHandlers suggest_{dateline_.replica(), codec_};
  const ExplainHandlers explain_{dateline_.replica()};
};

TEST_F(SuggestHandlersTest, SuggestsTheMostUsedFirstAndAnExactNameBeforeThem) {
  auto kazan = Named(3, "Kazan");
  (*kazan.mutable_topic()->mutable_display_names())["de"] = "Stadt Kasan";
  kazan.mutable_topic()->add_aliases("Qazan");
  dateline_.Apply({Named(1, "Kazakhstan"), Named(2, "Kaz"), kazan, Named(4, "Éire"),
                   Named(5, "Old name", 1, 1), StateOf({.key = 1, .topics = {1}}),
                   StateOf({.key = 2, .topics = {1}}), StateOf({.key = 3, .topics = {3}}),
                   StateOf({.key = 4, .embargo = 50, .topics = {2}})});
  EXPECT_THAT(Names("kAz"), ElementsAre("topics/t2", "topics/t1", "topics/t3"));
  EXPECT_THAT(Names("qa"), ElementsAre("topics/t3"));
  EXPECT_THAT(Names("kasan"), ElementsAre("topics/t3"));
  EXPECT_THAT(Names("kasan", "de"), ElementsAre("topics/t3"));
  EXPECT_THAT(Names("kasan", "fr"), IsEmpty());
  EXPECT_THAT(Names("eire"), ElementsAre("topics/t4"));
  EXPECT_THAT(Names("old n"), ElementsAre("topics/t1"));  // merged into it
  // Renamed: nothing of the old name is left.
  dateline_.Apply({Named(4, "Ireland", 2)});
  EXPECT_THAT(Names("eire"), IsEmpty());
}

TEST_F(SuggestHandlersTest, PagesThroughSuggestions) {
  for (int64_t key = 1; key <= 12; ++key) {
    dateline_.Apply({Named(key, absl::StrCat("Rain ", key))});
  }
  v1::SuggestTopicsRequest request;
  request.set_prefix("rain");
  request.set_page_size(7);
  const auto first = Suggest(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->topics_size(), 7);
  request.set_page_token(first->next_page_token());
  const auto second = Suggest(request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->topics_size(), 5);
  EXPECT_THAT(second->next_page_token(), IsEmpty());
  request.set_page_token("forged");
  EXPECT_THAT(Suggest(request), HasReason(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
}

TEST_F(SuggestHandlersTest, ExplainsEachConditionWithItsInstant) {
  dateline_.Apply({TopicState(1, 1), TopicState(2, 1, {1}),
                   StateOf({.key = 1, .publish = -5, .embargo = 30, .topics = {2}})});
  v1::ExplainListingRequest request;
  request.set_article("articles/a1");
  request.mutable_filter()->add_all_topics("topics/t1");
  request.mutable_filter()->add_labels("news");
  auto explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_FALSE(explained->listed());
  ASSERT_EQ(explained->conditions_size(), 6);
  std::vector<bool> holds;
  for (const auto& condition : explained->conditions()) holds.push_back(condition.holds());
  EXPECT_THAT(holds, ElementsAre(true, true, true, false, false, false));
  EXPECT_EQ(explained->conditions(3).condition(), "embargo_time has come");
  EXPECT_EQ(TimeFromProto(explained->conditions(3).time()), At(30));
  EXPECT_EQ(explained->conditions(4).condition(), "has topics/t1");

  request.mutable_filter()->set_include_descendants(true);
  request.mutable_filter()->clear_labels();
  *request.mutable_as_of() = TimeToProto(At(30));
  explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_TRUE(explained->listed());

  request.set_article("articles/none");
  EXPECT_THAT(Explain(request), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace dateline::query::service
