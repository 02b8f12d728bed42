#ifndef DATELINE_SERVICES_CATALOG_TESTING_CATALOG_CONTRACT_H_
#define DATELINE_SERVICES_CATALOG_TESTING_CATALOG_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "common/errors/status_proto.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/testing/test_service_stubs.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog::testing {

// What every catalog does for those that deliver to it and follow it, the fake like the real one.
// `Fixture` is a test fixture with `const Stubs& stubs()` of a catalog that holds
// publications/daily and nothing else.
template <typename Fixture>
class CatalogContract : public Fixture {
 protected:
  using Topics = std::vector<std::string>;

  v1::BatchUpsertArticlesResponse Upsert(const UpsertBuilder& delivery) {
    v1::BatchUpsertArticlesResponse response;
    EXPECT_THAT(TryUpsert(delivery, &response), dateline::testing::IsOk());
    return response;
  }
  absl::Status TryUpsert(const UpsertBuilder& delivery, v1::BatchUpsertArticlesResponse* response) {
    return this->stubs().Call(&v1::IntakeService::Stub::BatchUpsertArticles, delivery.request(),
                              response);
  }
  v1::EnsureTopicsResponse Ensure(const Topics& ids, const std::string& display = "The topic ") {
    v1::EnsureTopicsRequest request;
    v1::EnsureTopicsResponse response;
    for (const std::string& id : ids) {
      v1::TopicToEnsure& topic = *request.add_topics();
      topic.set_topic_id(id);
      topic.set_display_name(display + id);
      topic.set_state(content::v1::TOPIC_STATE_PROPOSED);
    }
    EXPECT_THAT(this->stubs().Call(&v1::IntakeService::Stub::EnsureTopics, request, &response),
                dateline::testing::IsOk());
    return response;
  }
  v1::BatchAddArticleTopicsResponse AddTopics(const std::string& article, const Topics& topics,
                                              bool validate_only = false) {
    v1::BatchAddArticleTopicsRequest request;
    v1::BatchAddArticleTopicsResponse response;
    v1::ArticleTopicsToAdd& item = *request.add_items();
    item.set_article(article);
    for (const std::string& topic : topics) item.add_topics(topic);
    request.set_validate_only(validate_only);
    EXPECT_THAT(
        this->stubs().Call(&v1::IntakeService::Stub::BatchAddArticleTopics, request, &response),
        dateline::testing::IsOk());
    return response;
  }

  // All pages of an export put together; `*start` is where it began.
  std::vector<v1::ResourceState> Export(std::string* start) {
    grpc::ClientContext context;
    std::vector<v1::ResourceState> states;
    std::string end;
    const auto stream =
        this->stubs().changes().ExportResources(&context, v1::ExportResourcesRequest());
    for (v1::ExportResourcesResponse page; stream->Read(&page);) {
      if (!page.start_position().empty()) *start = page.start_position();
      end = page.end_position();
      states.insert(states.end(), page.states().begin(), page.states().end());
    }
    EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), dateline::testing::IsOk());
    EXPECT_FALSE(AtLeast(*start, end) && *start != end) << "the export ends before its beginning";
    return states;
  }
  // The changes behind `from`, until all up to `until` are read.
  std::vector<v1::Change> Changes(const std::string& from, const std::string& until) {
    grpc::ClientContext context;
    v1::StreamChangesRequest request;
    request.set_position(from);
    const auto stream = this->stubs().changes().StreamChanges(&context, request);
    std::vector<v1::Change> changes;
    for (v1::StreamChangesResponse batch; stream->Read(&batch);) {
      changes.insert(changes.end(), batch.changes().begin(), batch.changes().end());
      if (AtLeast(batch.position(), until)) break;
    }
    context.TryCancel();
    stream->Finish();
    return changes;
  }
  std::string Head() {
    std::string start;
    Export(&start);
    return start;
  }
  content::v1::Article Live(const std::string& name) {
    std::string start;
    content::v1::Article article;
    for (const v1::ResourceState& state : Export(&start)) {
      if (state.name() == name) article.ParseFromString(state.article().live());
    }
    return article;
  }
  static bool AtLeast(const std::string& position, const std::string& other) {
    return ComparePositions(*DecodePosition(position, "position"),
                            *DecodePosition(other, "position")) >= 0;
  }
  static Topics Names(const std::vector<v1::Change>& changes) {
    Topics names;
    for (const v1::Change& change : changes) names.push_back(change.state().name());
    return names;
  }
};

TYPED_TEST_SUITE_P(CatalogContract);

TYPED_TEST_P(CatalogContract, CreatesThenLeavesThenRevises) {
  const auto created = this->Upsert(UpsertBuilder().Item("1", "One").Item("2", "Two"));
  ASSERT_EQ(created.results_size(), 2);
  EXPECT_EQ(created.results(0).outcome(), v1::UPSERT_OUTCOME_CREATED);
  EXPECT_EQ(created.results(0).version(), 1);
  const std::string one = created.results(0).article();
  EXPECT_NE(one, created.results(1).article());

  const auto unchanged = this->Upsert(UpsertBuilder().Item("1", "One"));
  EXPECT_EQ(unchanged.results(0).outcome(), v1::UPSERT_OUTCOME_UNCHANGED);
  EXPECT_EQ(unchanged.results(0).article(), one);
  EXPECT_EQ(unchanged.results(0).version(), 1);

  const auto revised = this->Upsert(UpsertBuilder().Item("1", "One, corrected"));
  EXPECT_EQ(revised.results(0).outcome(), v1::UPSERT_OUTCOME_REVISED);
  EXPECT_EQ(revised.results(0).article(), one);
  EXPECT_EQ(revised.results(0).version(), 2);
  const content::v1::Article live = this->Live(one);
  EXPECT_EQ(live.title(), "One, corrected");
  EXPECT_EQ(live.revision(), 2);
  EXPECT_EQ(live.publication(), "publications/daily");
}

TYPED_TEST_P(CatalogContract, KnowsAnArticleOfAnotherSourceByItsAddress) {
  UpsertBuilder first("wire"), second("blog");
  first.Item("1", "One").Key(v1::IDENTITY_KIND_URL, "https://example.org/1");
  second.Item("9", "One").Key(v1::IDENTITY_KIND_URL, "https://example.org/1");
  const auto created = this->Upsert(first);
  const auto merged = this->Upsert(second);
  EXPECT_EQ(merged.results(0).outcome(), v1::UPSERT_OUTCOME_MERGED);
  EXPECT_EQ(merged.results(0).article(), created.results(0).article());
}

TYPED_TEST_P(CatalogContract, RejectsWhatItCannotTakeAndTakesTheOthers) {
  UpsertBuilder delivery;
  delivery.Item("1", "One").Topic("topics/none").Item("2", "Two").Item("3", "Three");
  delivery.last()->clear_keys();
  const auto response = this->Upsert(delivery);
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).outcome(), v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_THAT(error::FromProto(response.results(0).error()),
              dateline::testing::HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_EQ(response.results(0).article(), "");
  EXPECT_EQ(response.results(1).outcome(), v1::UPSERT_OUTCOME_CREATED);
  EXPECT_EQ(response.results(2).outcome(), v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_THAT(error::FromProto(response.results(2).error()),
              dateline::testing::HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  // The keys of what was rejected are free.
  const auto taken = this->Upsert(UpsertBuilder().Item("1", "One"));
  EXPECT_EQ(taken.results(0).outcome(), v1::UPSERT_OUTCOME_CREATED);
}

TYPED_TEST_P(CatalogContract, RefusesDeliveriesWithoutPublicationOrLease) {
  v1::BatchUpsertArticlesResponse response;
  UpsertBuilder elsewhere;
  elsewhere.Item("1", "One").request().set_publication("publications/none");
  EXPECT_THAT(this->TryUpsert(elsewhere, &response),
              dateline::testing::HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  this->Upsert(UpsertBuilder().Item("1", "One").Epoch(5));
  EXPECT_THAT(this->TryUpsert(UpsertBuilder().Item("2", "Two").Epoch(4), &response),
              dateline::testing::HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
  this->Upsert(UpsertBuilder().Item("2", "Two").Epoch(5));
}

TYPED_TEST_P(CatalogContract, WritesNothingThatIsOnlyValidated) {
  const std::string before = this->Head();
  UpsertBuilder delivery;
  delivery.Item("1", "One").request().set_validate_only(true);
  EXPECT_EQ(this->Upsert(delivery).results(0).outcome(), v1::UPSERT_OUTCOME_CREATED);
  const auto created = this->Upsert(UpsertBuilder().Item("1", "One"));
  const std::string name = created.results(0).article();
  EXPECT_EQ(created.results(0).outcome(), v1::UPSERT_OUTCOME_CREATED);
  const std::string position = this->Ensure({"rail"}).position();
  EXPECT_THAT(this->AddTopics(name, {"topics/rail"}, /*validate_only=*/true).results(0).added(),
              ::testing::ElementsAre("topics/rail"));
  EXPECT_EQ(this->Live(name).topics_size(), 0);
  EXPECT_THAT(this->Names(this->Changes(before, position)),
              ::testing::ElementsAre(name, "topics/rail"));
}

TYPED_TEST_P(CatalogContract, MakesTopicsThatAreMissingOnce) {
  const auto made = this->Ensure({"rail", "air", "rail"});
  ASSERT_EQ(made.results_size(), 3);
  for (const auto& result : made.results()) EXPECT_TRUE(result.created());
  EXPECT_EQ(made.results(0).topic().name(), "topics/rail");
  EXPECT_EQ(made.results(2).topic().name(), "topics/rail");
  EXPECT_EQ(made.results(0).topic().state(), content::v1::TOPIC_STATE_PROPOSED);
  EXPECT_EQ(made.results(0).topic().version(), 1);
  const auto again = this->Ensure({"rail", "sea"}, "Another ");
  EXPECT_FALSE(again.results(0).created());
  EXPECT_EQ(again.results(0).topic().display_name(), "The topic rail") << "as it is stored";
  EXPECT_TRUE(again.results(1).created());
  // Both lists and the log have them.
  v1::GetTopicRequest get;
  v1::GetTopicResponse got;
  get.set_name("topics/sea");
  ASSERT_THAT(this->stubs().Call(&v1::CatalogService::Stub::GetTopic, get, &got),
              dateline::testing::IsOk());
  EXPECT_EQ(got.topic().display_name(), "Another sea");
  get.set_name("topics/none");
  EXPECT_THAT(this->stubs().Call(&v1::CatalogService::Stub::GetTopic, get, &got),
              dateline::testing::HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  v1::ListTopicsRequest list;
  list.set_page_size(2);
  list.add_states(content::v1::TOPIC_STATE_PROPOSED);
  std::vector<std::string> listed;
  do {
    v1::ListTopicsResponse page;
    ASSERT_THAT(this->stubs().Call(&v1::CatalogService::Stub::ListTopics, list, &page),
                dateline::testing::IsOk());
    EXPECT_LE(page.topics_size(), 2);
    for (const auto& topic : page.topics()) listed.push_back(topic.name());
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(listed, ::testing::ElementsAre("topics/air", "topics/rail", "topics/sea"));
  EXPECT_THAT(this->Names(this->Changes(made.position(), again.position())),
              ::testing::ElementsAre("topics/sea"));
}

TYPED_TEST_P(CatalogContract, AddsTopicsBehindTheOthersOnce) {
  this->Ensure({"rail", "air"});
  const auto created = this->Upsert(UpsertBuilder().Item("1", "One").Topic("topics/rail"));
  const std::string name = created.results(0).article();
  const std::vector<std::string> topics = {"topics/none", "topics/rail", "topics/air"};
  const auto added = this->AddTopics(name, topics);
  EXPECT_EQ(added.results(0).outcome(), v1::ARTICLE_TOPICS_OUTCOME_ADDED);
  EXPECT_THAT(added.results(0).added(), ::testing::ElementsAre("topics/air"));
  EXPECT_EQ(added.results(0).version(), 2);
  const content::v1::Article live = this->Live(name);
  ASSERT_EQ(live.topics_size(), 2);
  EXPECT_EQ(live.topics(1).topic(), "topics/air");
  EXPECT_EQ(live.topics(1).origin(), content::v1::TOPIC_ORIGIN_AUTO);
  const auto again = this->AddTopics(name, topics);
  EXPECT_EQ(again.results(0).outcome(), v1::ARTICLE_TOPICS_OUTCOME_UNCHANGED);
  EXPECT_EQ(again.results(0).version(), 2);
  EXPECT_TRUE(this->AtLeast(again.position(), added.position()));
  const auto unknown = this->AddTopics("articles/none", topics);
  EXPECT_EQ(unknown.results(0).outcome(), v1::ARTICLE_TOPICS_OUTCOME_REJECTED);
  EXPECT_THAT(error::FromProto(unknown.results(0).error()),
              dateline::testing::HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

// What was exported and what the stream brings behind it is what a later export holds.
TYPED_TEST_P(CatalogContract, ExportAndStreamAgree) {
  this->Ensure({"rail"});
  this->Upsert(UpsertBuilder().Item("1", "One").Item("2", "Two"));
  std::string start, later;
  std::map<std::string, std::string> followed, exported;
  for (const auto& state : this->Export(&start)) followed[state.name()] = state.SerializeAsString();
  EXPECT_EQ(followed.size(), 4u);
  const auto revised = this->Upsert(UpsertBuilder().Item("2", "Two, corrected"));
  this->Ensure({"air"});
  const auto last = this->Upsert(UpsertBuilder().Item("3", "Three").Topic("topics/air"));
  for (const v1::Change& change : this->Changes(start, last.position())) {
    EXPECT_EQ(change.version(), change.state().version());
    followed[change.state().name()] = change.state().SerializeAsString();
  }
  for (const auto& state : this->Export(&later)) exported[state.name()] = state.SerializeAsString();
  EXPECT_EQ(exported.size(), 6u);
  EXPECT_EQ(followed, exported);
  EXPECT_FALSE(this->AtLeast(start, later));
  EXPECT_TRUE(this->AtLeast(later, last.position()));
}

TYPED_TEST_P(CatalogContract, APositionIncludesItsWriteAndNoLaterOne) {
  const auto first = this->Upsert(UpsertBuilder().Item("1", "One"));
  const auto second = this->Upsert(UpsertBuilder().Item("2", "Two"));
  EXPECT_FALSE(this->AtLeast(first.position(), second.position()));
  EXPECT_THAT(this->Names(this->Changes(first.position(), second.position())),
              ::testing::ElementsAre(second.results(0).article()));
  // An unchanged entry answers when it was last changed, not that all is new.
  const auto unchanged = this->Upsert(UpsertBuilder().Item("1", "One"));
  EXPECT_TRUE(this->AtLeast(unchanged.position(), first.position()));
  EXPECT_FALSE(this->AtLeast(unchanged.position(), second.position()));
}

REGISTER_TYPED_TEST_SUITE_P(CatalogContract, CreatesThenLeavesThenRevises,
                            KnowsAnArticleOfAnotherSourceByItsAddress,
                            RejectsWhatItCannotTakeAndTakesTheOthers,
                            RefusesDeliveriesWithoutPublicationOrLease,
                            WritesNothingThatIsOnlyValidated, MakesTopicsThatAreMissingOnce,
                            AddsTopicsBehindTheOthersOnce, ExportAndStreamAgree,
                            APositionIncludesItsWriteAndNoLaterOne);

}  // namespace dateline::catalog::testing

#endif  // DATELINE_SERVICES_CATALOG_TESTING_CATALOG_CONTRACT_H_
