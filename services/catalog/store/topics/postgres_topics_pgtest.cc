// Changes, merges and deletions of topics, and their pins, on a real PostgreSQL.

#include <gmock/gmock.h>

#include <thread>

#include "common/errors/errors.h"
#include "services/catalog/store/postgres_vocabulary_test_base.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Topic;
using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using TopicStoreTest = VocabularyStoreTest;

TEST_F(TopicStoreTest, ACycleOfParentsIsNamed) {
  Put("asia");
  Put("central", {"topics/asia"});
  Put("almaty", {"topics/central", "topics/kazakhstan"});
  const auto refused = SetParents("asia", {"topics/energy", "topics/almaty"});
  EXPECT_THAT(refused, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("topics/asia > topics/almaty > topics/central > topics/asia"));
  EXPECT_THAT(SetParents("asia", {"topics/asia"}),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_EQ(Get("asia").version(), 1);
}

TEST_F(TopicStoreTest, AParentThatWasDeletedHoldsUpNoOtherChange) {
  Put("asia");
  Put("central", {"topics/asia"});
  ASSERT_THAT(Delete("asia", /*force=*/true), IsOk());
  EXPECT_THAT(topics_->UpdateTopic(call_, {}, "central",
                                   [](Topic* topic) {
                                     topic->set_description("Steppe");
                                     return absl::OkStatus();
                                   }),
              IsOk());
  EXPECT_THAT(SetParents("central", {"topics/asia", "topics/energy"}),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  // Nor is a way through one that was deleted a cycle.
  Put("almaty", {"topics/central"});
  ASSERT_THAT(Delete("central", /*force=*/true), IsOk());
  EXPECT_THAT(SetParents("energy", {"topics/almaty"}), IsOk());
}

TEST_F(TopicStoreTest, AMergeWritesTheMergedTopicsAndNothingElse) {
  Put("persia", {"topics/kazakhstan"});
  Put("tehran", {"topics/persia"});
  const Topic iran = Put("iran");
  catalog::testing::UpsertBuilder delivery;
  delivery.Item("1", "One").Topic("topics/persia");
  const std::string article = Upsert(delivery);
  const auto before = Head();
  const auto merged = Merge("iran", {"persia"});
  ASSERT_THAT(merged, IsOk());
  EXPECT_EQ(merged->message.etag(), iran.etag());
  EXPECT_THAT(ChangesBehind(before), ElementsAre("20 topics/persia 2"));
  const Topic persia = Get("persia");
  EXPECT_EQ(persia.state(), content::v1::TOPIC_STATE_MERGED);
  EXPECT_EQ(persia.merged_into(), "topics/iran");
  EXPECT_THAT(persia.parents(), IsEmpty());
  EXPECT_EQ(Article(article).revision(), 1);
  EXPECT_EQ(Sql("SELECT string_agg(resource, ' ' ORDER BY resource) FROM catalog.audit "
                "WHERE method = 'MergeTopics'"),
            "topics/iran topics/persia");
  // What stood below the merged one stands below the target.
  TopicFilter below;
  below.states = {content::v1::TOPIC_STATE_ACTIVE};
  for (const char* parent : {"iran", "persia"}) {
    below.parent_id = parent;
    const auto children = topics_->ListTopics(call_, below, "", 10);
    ASSERT_THAT(children, IsOk());
    ASSERT_EQ(children->items.size(), 1u) << parent;
    EXPECT_EQ(children->items[0].name(), "topics/tehran");
  }
  // A child that names the merged one gets the target.
  ASSERT_THAT(SetParents("tehran", {"topics/persia", "topics/iran", "topics/energy"}), IsOk());
  EXPECT_THAT(Get("tehran").parents(), ElementsAre("topics/iran", "topics/energy"));
}

TEST_F(TopicStoreTest, MergesOfMergesLeadStraightToTheTarget) {
  for (const char* id : {"a", "b", "c", "d"}) Put(id);
  ASSERT_THAT(Merge("b", {"a"}), IsOk());
  const auto before = Head();
  ASSERT_THAT(Merge("c", {"d", "b"}), IsOk());
  EXPECT_THAT(ChangesBehind(before),
              ElementsAre("20 topics/d 2", "20 topics/b 2", "20 topics/a 3"));
  for (const char* id : {"a", "b", "d"}) EXPECT_EQ(Get(id).merged_into(), "topics/c");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.topics t JOIN catalog.topics r ON r.key = "
                "t.merged_into WHERE r.id = 'c'"),
            "3");
}

TEST_F(TopicStoreTest, AMergeIsRefusedWhereItCannotBe) {
  for (const char* id : {"a", "b", "c"}) Put(id);
  Put("below", {"topics/a"});
  Put("far-below", {"topics/below"});
  ASSERT_THAT(Merge("b", {"c"}), IsOk());
  EXPECT_THAT(Merge("c", {"a"}), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  EXPECT_THAT(Merge("a", {"c"}), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  EXPECT_THAT(Merge("a", {"none"}), HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  ASSERT_THAT(Delete("b", /*force=*/false), IsOk());
  EXPECT_THAT(Merge("b", {"a"}), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  const auto cycle = Merge("far-below", {"energy", "a"});
  EXPECT_THAT(cycle, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(std::string(cycle.status().message()),
              HasSubstr("topics/far-below > topics/below > topics/a"));
  EXPECT_EQ(Get("energy").version(), 1) << "all or nothing";
  EXPECT_THAT(topics_->MergeTopics(call_, {"MergeTopics", "", "", false, "stale"}, "energy", {"a"}),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  EXPECT_THAT(topics_->MergeTopics(call_, {"MergeTopics", "", "", true}, "energy", {"a"}), IsOk());
  EXPECT_EQ(Get("a").version(), 1) << "only validated";
}

TEST_F(TopicStoreTest, ARepeatedMergeAnswersTheTargetAgain) {
  for (const char* id : {"a", "b"}) Put(id);
  const WriteOptions options{"MergeTopics", "r1", "print"};
  const auto first = topics_->MergeTopics(call_, options, "a", {"b"});
  const auto again = topics_->MergeTopics(call_, options, "a", {"b"});
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->message.name(), "topics/a");
  EXPECT_EQ(again->position.xid(), first->position.xid());
}

TEST_F(TopicStoreTest, DeliveriesNameWhatAMergedTopicStandsFor) {
  Put("persia");
  Put("iran");
  catalog::testing::UpsertBuilder first;
  first.Item("1", "One").Topic("topics/persia");
  const std::string name = Upsert(first);
  ASSERT_THAT(Merge("iran", {"persia"}), IsOk());
  catalog::testing::UpsertBuilder second;
  second.Item("2", "Two").Topic("topics/persia").Topic("topics/iran");
  const content::v1::Article article = Article(Upsert(second));
  ASSERT_EQ(article.topics_size(), 1);
  EXPECT_EQ(article.topics(0).topic(), "topics/iran");
  // An article that carries the merged one has the target already; so has one for which an editor
  // removed it.
  v1::BatchAddArticleTopicsRequest add;
  add.add_items()->set_article(name);
  add.mutable_items(0)->add_topics("topics/iran");
  auto added = articles_->AddArticleTopics(call_, add);
  ASSERT_THAT(added, IsOk());
  EXPECT_EQ(added->results(0).outcome(), v1::ARTICLE_TOPICS_OUTCOME_UNCHANGED);
  Sql("UPDATE catalog.articles a SET suppressed_topics = ARRAY[t.key] FROM catalog.topics t "
      "WHERE t.id = 'persia' AND a.id = '" +
      std::string(api::IdInName(api::kArticles, name)) + "' RETURNING 1");
  catalog::testing::UpsertBuilder revised;
  revised.Item("1", "One, corrected").Topic("topics/iran").Topic("topics/energy");
  const content::v1::Article corrected = Article(Upsert(revised));
  ASSERT_EQ(corrected.topics_size(), 1);
  EXPECT_EQ(corrected.topics(0).topic(), "topics/energy");
}

TEST_F(TopicStoreTest, ATopicInUseSaysByHowMany) {
  Put("persia");
  Put("iran");
  Put("tehran", {"topics/persia"});
  catalog::testing::UpsertBuilder delivery;
  delivery.Item("1", "One").Topic("topics/persia").Item("2", "Two").Topic("topics/iran");
  Upsert(delivery);
  ASSERT_THAT(Merge("iran", {"persia"}), IsOk());
  const auto refused = Delete("iran", /*force=*/false);
  EXPECT_THAT(refused, HasReason(errors::v1::ERROR_REASON_RESOURCE_IN_USE));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("2 articles, 1 topics below it"));
  EXPECT_THAT(Delete("persia", /*force=*/true), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  const auto before = Head();
  ASSERT_THAT(Delete("iran", /*force=*/true), IsOk());
  EXPECT_THAT(ChangesBehind(before),
              ElementsAre("20 topics/persia 3 gone", "20 topics/iran 2 gone"));
  EXPECT_THAT(Delete("iran", /*force=*/true), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
}

TEST_F(TopicStoreTest, ADeletedTopicIsTakenOffItsArticles) {
  Put("persia");
  Put("iran");
  catalog::testing::UpsertBuilder delivery;
  for (int i = 0; i < 250; ++i) {
    delivery.Item(absl::StrCat(i), absl::StrCat("Title ", i)).Topic("topics/energy");
    if (i % 2 == 0) delivery.Topic(i % 4 == 0 ? "topics/iran" : "topics/persia");
  }
  const std::string name = Upsert(delivery);
  ASSERT_THAT(Merge("iran", {"persia"}), IsOk());
  EXPECT_FALSE(articles_->RemoveTopic(call_, "iran")->has_value()) << "it is not deleted";
  const auto deleted = Delete("iran", /*force=*/true);
  ASSERT_THAT(deleted, IsOk());
  const auto removed = articles_->RemoveTopic(call_, "iran");
  ASSERT_THAT(removed, IsOk());
  ASSERT_TRUE(removed->has_value());
  EXPECT_GT((*removed)->xid(), deleted->position.xid());
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.article_topics"), "250");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles WHERE version = 2 AND revision = 2"), "125");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.article_revisions WHERE editor = 'test' "
                "AND reason = 'a topic was deleted'"),
            "125");
  const content::v1::Article article = Article(name);
  ASSERT_EQ(article.topics_size(), 1);
  EXPECT_EQ(article.topics(0).topic(), "topics/energy");
  EXPECT_FALSE(articles_->RemoveTopic(call_, "iran")->has_value()) << "there is nothing left to do";
}

TEST_F(TopicStoreTest, WhatWasDeletedIsNotProposedAgain) {
  Put("oil", {}, content::v1::TOPIC_STATE_PROPOSED);
  ASSERT_THAT(Delete("oil", /*force=*/true), IsOk());
  Topic same, other, fresh;
  same.set_name("topics/oil");
  same.set_display_name("Oil");
  other.set_name("topics/oil-2");
  other.set_display_name("THE OIL");
  fresh.set_name("topics/gas");
  fresh.set_display_name("Gas");
  for (Topic* topic : {&same, &other, &fresh}) topic->set_state(content::v1::TOPIC_STATE_PROPOSED);
  const auto ensured = topics_->EnsureTopics(call_, {same, other, fresh});
  ASSERT_THAT(ensured, IsOk());
  ASSERT_EQ(ensured->message.size(), 3u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ensured->message[i].topic.name(), "topics/oil");
    EXPECT_EQ(ensured->message[i].topic.state(), content::v1::TOPIC_STATE_DELETED);
    EXPECT_FALSE(ensured->message[i].created);
  }
  EXPECT_TRUE(ensured->message[2].created);
}

TEST_F(TopicStoreTest, PinsKeepTheEditorsOrderAndHaveAnEtagOfTheirOwn) {
  catalog::testing::UpsertBuilder delivery;
  delivery.Item("1", "One").Item("2", "Two").Item("3", "Three");
  const auto upserted = articles_->UpsertArticles(call_, delivery.request());
  ASSERT_THAT(upserted, IsOk());
  std::vector<std::string> ids;
  for (const auto& result : upserted->results()) {
    ids.emplace_back(api::IdInName(api::kArticles, result.article()));
  }
  const auto none = topics_->GetPins(call_, "energy");
  ASSERT_THAT(none, IsOk());
  EXPECT_THAT(none->message.articles, IsEmpty());
  const auto before = Head();
  const auto pinned = topics_->SetPins(
      call_, {"SetPinnedArticles", "", "", false, none->message.etag}, "energy", {ids[2], ids[0]});
  ASSERT_THAT(pinned, IsOk());
  EXPECT_THAT(pinned->message.articles,
              ElementsAre(upserted->results(2).article(), upserted->results(0).article()));
  EXPECT_THAT(ChangesBehind(before), ElementsAre("50 topics/energy 1"));
  EXPECT_EQ(topics_->GetPins(call_, "energy")->message.etag, pinned->message.etag);
  EXPECT_THAT(topics_->SetPins(call_, {"SetPinnedArticles", "", "", false, none->message.etag},
                               "energy", {}),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  EXPECT_THAT(topics_->SetPins(call_, {}, "energy", {"none"}),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(topics_->SetPins(call_, {}, "none", {}),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  // The same again is no change, and a merge takes the merged one's away.
  const auto same = topics_->SetPins(call_, {}, "energy", {ids[2], ids[0]});
  EXPECT_EQ(same->message.etag, pinned->message.etag);
  const auto between = Head();
  ASSERT_THAT(Merge("kazakhstan", {"energy"}), IsOk());
  EXPECT_THAT(ChangesBehind(between), ElementsAre("20 topics/energy 2", "50 topics/energy 2"));
  EXPECT_THAT(topics_->GetPins(call_, "energy")->message.articles, IsEmpty());
  EXPECT_THAT(topics_->SetPins(call_, {}, "energy", {ids[0]}),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  Sql("UPDATE catalog.articles SET state = 7 WHERE id = '" + ids[1] + "' RETURNING 1");
  EXPECT_THAT(topics_->SetPins(call_, {}, "kazakhstan", {ids[1]}),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
}

// Deliveries, merges and changes of the tree at once: none waits for ever, no delivery is lost, and
// in the end every merge leads straight to a living topic.
TEST_F(TopicStoreTest, MergesAndDeliveriesAtOnceLoseNothing) {
  constexpr int kTopics = 24;
  for (int i = 0; i < kTopics; ++i) Put(absl::StrCat("t", i));
  std::vector<std::thread> threads;
  std::atomic<int> delivered{0};
  for (int worker = 0; worker < 2; ++worker) {
    threads.emplace_back([&, worker] {
      for (int round = 0; round < 12; ++round) {
        catalog::testing::UpsertBuilder delivery;
        for (int i = 0; i < kTopics; ++i) {
          const int topic = worker == 0 ? i : kTopics - 1 - i;
          delivery.Item(absl::StrCat(worker, "-", round, "-", i), absl::StrCat("Title ", i))
              .Topic(absl::StrCat("topics/t", topic));
        }
        const auto response = articles_->UpsertArticles(call_, delivery.request());
        ASSERT_THAT(response, IsOk());
        for (const auto& result : response->results()) {
          EXPECT_EQ(result.outcome(), v1::UPSERT_OUTCOME_CREATED) << result.error().message();
          ++delivered;
        }
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i + 1 < kTopics; i += 2) {
      EXPECT_THAT(Merge(absl::StrCat("t", i + 1), {absl::StrCat("t", i)}), IsOk());
      const int next = (i + 3) % kTopics;
      EXPECT_THAT(Merge(absl::StrCat("t", next), {absl::StrCat("t", i + 1)}),
                  ::testing::AnyOf(IsOk(), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT)));
    }
  });
  threads.emplace_back([&] {
    for (int i = 0; i + 4 < kTopics; ++i) {
      // The other one may have been merged meanwhile.
      SetParents(absl::StrCat("t", i), {absl::StrCat("topics/t", i + 4)}).IgnoreError();
    }
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(delivered.load(), 2 * 12 * kTopics);
  EXPECT_EQ(Sql("SELECT count(DISTINCT article_key) FROM catalog.article_topics"),
            absl::StrCat(delivered.load()));
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.topics t JOIN catalog.topics r "
                "ON r.key = t.merged_into WHERE r.state NOT IN (1, 2)"),
            "0");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.topics WHERE (state = 3) <> "
                "(merged_into IS NOT NULL)"),
            "0");
  // Versions have no hole: as many changes as the versions say.
  EXPECT_EQ(Sql("SELECT count(*) FROM (SELECT t.key FROM catalog.topics t JOIN catalog.changes c "
                "ON c.kind = 20 AND c.key = t.key GROUP BY t.key, t.version "
                "HAVING count(*) <> t.version OR count(DISTINCT c.version) <> t.version) AS holes"),
            "0");
}

}  // namespace
}  // namespace dateline::catalog::store
