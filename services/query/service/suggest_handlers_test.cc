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
using ::testing::Not;
using ::testing::StartsWith;

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
  EXPECT_THAT(Names(" "), IsEmpty());
  // Renamed: nothing of the old name is left.
  dateline_.Apply({Named(4, "Ireland", 2)});
  EXPECT_THAT(Names("eire"), IsEmpty());
}

TEST_F(SuggestHandlersTest, CountsWhatReadersSeeAndWhatIsBelow) {
  catalog::v1::ResourceState below = TopicState(3, 1, {2});
  below.mutable_topic()->set_display_name("Elsewhere");
  const std::vector<catalog::v1::ResourceState> visible = {
      Named(1, "Rain a"), Named(2, "Rain b"), below, StateOf({.key = 1, .topics = {3}})};
  dateline_.Apply(visible);
  EXPECT_THAT(Names("rain"), ElementsAre("topics/t2", "topics/t1"));
  // What nobody sees yet raises no topic; once it is seen, it does.
  dateline_.Apply({StateOf({.key = 2, .embargo = 10, .topics = {1}}),
                   StateOf({.key = 3, .embargo = 10, .topics = {1}})});
  EXPECT_THAT(Names("rain"), ElementsAre("topics/t2", "topics/t1"));
  dateline_.clock().Advance(absl::Seconds(10));
  dateline_.Apply({});
  EXPECT_THAT(Names("rain"), ElementsAre("topics/t1", "topics/t2"));
}

TEST_F(SuggestHandlersTest, LeadsFromWhatWasMergedToWhatIsThere) {
  dateline_.Apply({Named(1, "Iran"), Named(2, "Persia", 1, 1), Named(3, "Parthia", 1, 2)});
  EXPECT_THAT(Names("pers"), ElementsAre("topics/t1"));
  EXPECT_THAT(Names("parthia"), ElementsAre("topics/t1"));
  EXPECT_THAT(Names("p"), ElementsAre("topics/t1"));  // once
  auto deleted = Named(1, "Iran", 2);
  deleted.mutable_topic()->set_state(content::v1::TOPIC_STATE_DELETED);
  dateline_.Apply({deleted});
  EXPECT_THAT(Names("p"), IsEmpty());
  // No longer merged.
  dateline_.Apply({Named(2, "Persia", 2)});
  EXPECT_THAT(Names("p"), ElementsAre("topics/t2"));
}

TEST_F(SuggestHandlersTest, EndsWithTheCall) {
  dateline_.Apply({Named(1, "Rain")});
  v1::SuggestTopicsRequest request;
  request.set_prefix("r");
  v1::SuggestTopicsResponse response;
  const RequestContext cancelled(
      &dateline_.clock(), absl::InfiniteDuration(), [] { return true; },
      dateline_.Call().identity());
  EXPECT_THAT(suggest_.SuggestTopics(request, cancelled, &response),
              StatusIs(absl::StatusCode::kCancelled));
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

  request.mutable_filter()->set_expression(
      "publish_time >= 1999-01-01 AND NOT (topic = topics/t2)");
  explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_FALSE(explained->listed());
  const auto& conditions = explained->conditions();
  ASSERT_EQ(conditions.size(), 7);
  EXPECT_EQ(conditions[4].condition(), "has topics/t1 or a topic below it");
  EXPECT_EQ(conditions[5].condition(), "matches publish_time >= 1999-01-01");
  EXPECT_TRUE(conditions[5].holds());
  EXPECT_EQ(conditions[6].condition(), "matches NOT (topic = topics/t2)");
  EXPECT_FALSE(conditions[6].holds());

  request.set_article("articles/none");
  EXPECT_THAT(Explain(request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(SuggestHandlersTest, ExplainsThatAStateCannotBeUsed) {
  auto broken = StateOf({.key = 1, .version = 2});
  broken.mutable_article()->set_live("\xff\xff");
  dateline_.Apply({StateOf({.key = 1}), StateOf({.key = 2}), broken});
  v1::ExplainListingRequest request;
  request.set_article("articles/a1");
  const auto explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_FALSE(explained->listed());
  ASSERT_EQ(explained->conditions_size(), 1);
  EXPECT_THAT(explained->conditions(0).condition(),
              StartsWith("the replica can use what the catalog sent, not: "));
  EXPECT_FALSE(explained->conditions(0).holds());
  EXPECT_THAT(explained->position(), Not(IsEmpty()));
}

TEST_F(SuggestHandlersTest, ExplainsWhichRevisionIsInForceAndWhatItsStateIs) {
  dateline_.Apply({StateOf({.key = 1, .expire = 60, .scheduled = 20, .scheduled_publish = -5}),
                   StateOf({.key = 2, .state = content::v1::ARTICLE_STATE_WITHDRAWN})});
  v1::ExplainListingRequest request;
  request.set_article("articles/a1");
  auto explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_TRUE(explained->listed());
  EXPECT_EQ(explained->conditions(1).condition(), "a live revision is in force");
  EXPECT_EQ(TimeFromProto(explained->conditions(1).time()), At(20));
  dateline_.clock().Advance(absl::Seconds(20));
  explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_TRUE(explained->listed());
  EXPECT_EQ(explained->conditions(1).condition(), "the scheduled revision is in force");
  EXPECT_EQ(TimeFromProto(explained->conditions(1).time()), At(20));

  request.set_article("articles/a2");
  explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_FALSE(explained->listed());
  EXPECT_EQ(explained->conditions(0).condition(), "its state is PUBLISHED, not WITHDRAWN");
  EXPECT_FALSE(explained->conditions(0).holds());
}

TEST_F(SuggestHandlersTest, ExplainsWhatAListWouldTake) {
  dateline_.Apply({StateOf({.key = 1})});
  v1::ExplainListingRequest request;
  request.set_article("articles/a1");
  request.mutable_filter()->add_all_topics("topics/none");
  EXPECT_THAT(Explain(request), StatusIs(absl::StatusCode::kNotFound));
  request.mutable_filter()->clear_all_topics();
  request.mutable_filter()->set_expression("topic");
  EXPECT_THAT(Explain(request), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  request.clear_filter();
  *request.mutable_as_of() = TimeToProto(At(-10));
  EXPECT_THAT(Explain(request), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  request.clear_as_of();
  EXPECT_THAT(Explain(request), IsOk());
}

}  // namespace
}  // namespace dateline::query::service
