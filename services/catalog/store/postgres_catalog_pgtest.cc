#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/store/postgres_store_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog::store {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;

content::v1::Topic Topic(const std::string& id, const std::string& display_name = "Name") {
  content::v1::Topic topic;
  topic.set_name(api::MakeName(api::kTopics, id));
  topic.set_display_name(display_name);
  topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  return topic;
}

using CatalogStoreTest = PostgresStoreTest;

TEST_F(CatalogStoreTest, CreateIsRefusedForANameInUse) {
  ASSERT_THAT(topics_->CreateTopic(call_, {}, Topic("a")), IsOk());
  EXPECT_THAT(topics_->CreateTopic(call_, {}, Topic("a")),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
  EXPECT_THAT(topics_->GetTopic(call_, "b"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(CatalogStoreTest, RequestIdMakesACreateIdempotent) {
  const WriteOptions options{"CreateTopic", "r1", "print", false};
  const auto first = topics_->CreateTopic(call_, options, Topic("a"));
  const auto again = topics_->CreateTopic(call_, options, Topic("a"));
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->message.etag(), first->message.etag());
  EXPECT_EQ(again->position.xid(), first->position.xid());
  EXPECT_THAT(topics_->CreateTopic(call_, {"CreateTopic", "r1", "other", false}, Topic("b")),
              HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
}

TEST_F(CatalogStoreTest, TwoCreatesAtOnceWithOneRequestIdGiveOneResult) {
  const WriteOptions options{"CreateTopic", "r2", "print", false};
  std::string etags[2];
  std::vector<std::thread> threads;
  for (std::string& etag : etags) {
    threads.emplace_back([&] {
      const auto written = topics_->CreateTopic(call_, options, Topic("both"));
      ASSERT_THAT(written, IsOk());
      etag = written->message.etag();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(etags[0], etags[1]);
}

TEST_F(CatalogStoreTest, ValidateOnlyWritesNothing) {
  ASSERT_THAT(topics_->CreateTopic(call_, {"CreateTopic", "", "", true}, Topic("a")), IsOk());
  EXPECT_THAT(topics_->GetTopic(call_, "a"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(CatalogStoreTest, ParentsMustExistAndFormNoCycle) {
  content::v1::Topic child = Topic("child");
  child.add_parents("topics/none");
  EXPECT_THAT(topics_->CreateTopic(call_, {}, child),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  child.set_parents(0, "topics/kazakhstan");
  ASSERT_THAT(topics_->CreateTopic(call_, {}, child), IsOk());
  EXPECT_THAT(topics_->UpdateTopic(call_, {}, "kazakhstan",
                                   [](content::v1::Topic* stored) {
                                     stored->add_parents("topics/child");
                                     return absl::OkStatus();
                                   }),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(CatalogStoreTest, UpdateRaisesVersionAndEtag) {
  const auto before = topics_->GetTopic(call_, "energy");
  const auto written = topics_->UpdateTopic(call_, {}, "energy", [](content::v1::Topic* stored) {
    stored->set_display_name("Energy and Power");
    return absl::OkStatus();
  });
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(written->message.version(), before->version() + 1);
  EXPECT_NE(written->message.etag(), before->etag());
  EXPECT_EQ(Sql("SELECT n.folded FROM catalog.topic_names n JOIN catalog.topics t ON t.key = "
                "n.topic_key WHERE t.id = 'energy'"),
            "energy and power");
}

TEST_F(CatalogStoreTest, ListsByIdAndState) {
  content::v1::Topic proposed = Topic("aa");
  proposed.set_state(content::v1::TOPIC_STATE_PROPOSED);
  ASSERT_THAT(topics_->CreateTopic(call_, {}, proposed), IsOk());
  TopicFilter filter;
  filter.states = {content::v1::TOPIC_STATE_ACTIVE};
  const auto active = topics_->ListTopics(call_, filter, "", 10);
  ASSERT_THAT(active, IsOk());
  ASSERT_EQ(active->items.size(), 2u);
  EXPECT_EQ(active->items[0].name(), "topics/energy");
  const auto rest = topics_->ListTopics(call_, filter, "energy", 10);
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_EQ(rest->items[0].name(), "topics/kazakhstan");
}

TEST_F(CatalogStoreTest, WhoeverAsksForTopicsAtOnceGetsTheSame) {
  std::vector<content::v1::Topic> wanted;
  wanted.reserve(40);
  for (int i = 0; i < 40; ++i) wanted.push_back(Topic(absl::StrCat("t", i)));
  std::atomic<int> created{0};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int worker = 0; worker < 4; ++worker) {
    threads.emplace_back([&, worker] {
      std::vector<content::v1::Topic> mine = wanted;
      if (worker % 2 == 1) std::reverse(mine.begin(), mine.end());
      const auto ensured = topics_->EnsureTopics(call_, mine);
      ASSERT_THAT(ensured, IsOk());
      for (const EnsuredTopic& topic : ensured->message) created += topic.created;
      // Whoever has not made them answers a position that includes them, too.
      EXPECT_GT(ensured->position.xid(), 0u);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(created.load(), 40);
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.topics WHERE id LIKE 't%'"), "40");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.topic_names n JOIN catalog.topics t "
                "ON t.key = n.topic_key WHERE t.id LIKE 't%'"),
            "40");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.audit WHERE method = 'EnsureTopics'"), "40");
}

TEST_F(CatalogStoreTest, OtherServicesRolesCannotTouchTheCatalogsTables) {
  pg::Pool ingestion(OptionsFor("dateline_ingestion"));
  for (const char* sql :
       {"SELECT 1 FROM catalog.articles", "DELETE FROM catalog.topics",
        "INSERT INTO catalog.changes (kind, key, version, change_kind) VALUES (10, 1, 1, 1)"}) {
    EXPECT_FALSE(pg::RunTransaction(ingestion, call_, {},
                                    [&](pqxx::transaction_base& transaction) {
                                      transaction.exec(sql);
                                      return absl::OkStatus();
                                    })
                     .ok())
        << sql;
  }
  // The catalog itself may neither rewrite its log nor change tables.
  for (const char* sql : {"UPDATE catalog.changes SET key = 0", "DELETE FROM catalog.audit",
                          "DROP TABLE catalog.articles", "SELECT catalog.renew_log()"}) {
    EXPECT_FALSE(pg::RunTransaction(*pool_, call_, {},
                                    [&](pqxx::transaction_base& transaction) {
                                      transaction.exec(sql);
                                      return absl::OkStatus();
                                    })
                     .ok())
        << sql;
  }
}

TEST_F(CatalogStoreTest, PositionsOfAnotherLogOrBelowTheFloorExpire) {
  const auto head = log_->ReadHead(call_);
  ASSERT_THAT(head, IsOk());
  content::v1::LogPosition old = head->position;
  ASSERT_THAT(log_->ReadChanges(call_, old, 1 << 20, AllKinds()), IsOk());
  // A day of the log ends ten days ago; its rows go, and positions below them with it.
  Sql("CREATE TABLE catalog.changes_20200101 PARTITION OF catalog.changes FOR VALUES FROM "
      "('2020-01-01 00:00+00') TO ('2020-01-02 00:00+00')");
  Sql("INSERT INTO catalog.changes (kind, key, version, change_kind, at) VALUES "
      "(10, 1, 1, 2, '2020-01-01 12:00+00') RETURNING 1");
  ASSERT_THAT(log_->MaintainPartitions(call_, absl::Hours(168)), IsOk());
  EXPECT_EQ(Sql("SELECT to_regclass('catalog.changes_20200101')"), "");
  EXPECT_THAT(log_->ReadChanges(call_, old, 1 << 20, AllKinds()),
              HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  const auto now = log_->ReadHead(call_);
  ASSERT_THAT(log_->ReadChanges(call_, now->position, 1 << 20, AllKinds()), IsOk());
  for (int i = 0; i < 3; ++i) {
    content::v1::LogPosition other = now->position;
    if (i == 0) other.set_log_id("other");
    if (i == 1) other.set_timeline(other.timeline() + 1);
    if (i == 2) other.set_xid(other.xid() + 1'000'000);
    EXPECT_THAT(log_->ReadChanges(call_, other, 1 << 20, AllKinds()),
                HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  }
  Sql("SELECT catalog.renew_log()");
  EXPECT_THAT(log_->ReadChanges(call_, now->position, 1 << 20, AllKinds()),
              HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
}

TEST_F(CatalogStoreTest, OpenWriterAnywhereHoldsTheLogBackAndIsReported) {
  const auto before = log_->ReadHead(call_);
  pg::PoolOptions options = OptionsFor("dateline");
  options.conninfo = dateline::testing::PostgresCluster::Shared().ConnInfo("postgres", "dateline");
  pg::Pool elsewhere(options);
  const auto status =
      pg::RunTransaction(elsewhere, call_, {}, [&](pqxx::transaction_base& transaction) {
        transaction.exec("SELECT pg_current_xact_id()");
        EXPECT_THAT(topics_->CreateTopic(call_, {}, Topic("late")), IsOk());
        const auto page = log_->ReadChanges(call_, before->position, 1 << 20, AllKinds());
        EXPECT_TRUE(page->changes.empty());
        EXPECT_GT(log_->ReadStatus(call_)->oldest_writer_age, absl::ZeroDuration());
        return absl::OkStatus();
      });
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(log_->ReadChanges(call_, before->position, 1 << 20, AllKinds())->changes.size(), 1u);
}

TEST_F(CatalogStoreTest, StatesHoldWhatReadersNeedAndTombstonesForTheRest) {
  catalog::testing::UpsertBuilder batch;
  batch.Item("1", "A").Topic("topics/kazakhstan").Topic("topics/energy").Item("2", "B");
  const auto response = articles_->UpsertArticles(call_, batch.request());
  ASSERT_THAT(response, IsOk());
  const auto id = [&](int i) {
    return std::string(api::IdInName(api::kArticles, response->results(i).article()));
  };
  Sql("UPDATE catalog.articles SET state = 8 WHERE id = '" + id(1) + "' RETURNING 1");
  const auto states = log_->ReadArticleStates(call_, {id(0), id(1)}, v1::EXPORT_VIEW_FULL);
  ASSERT_THAT(states, IsOk());
  ASSERT_EQ(states->size(), 2u);
  content::v1::Article live;
  ASSERT_TRUE(live.ParseFromString((*states)[0].article().live()));
  EXPECT_EQ(live.title(), "A");
  EXPECT_EQ((*states)[0].version(), 1);
  EXPECT_EQ(live.name(), response->results(0).article());
  EXPECT_EQ(live.revision(), 1);
  ASSERT_EQ((*states)[0].article().topic_keys_size(), 2);
  EXPECT_EQ((*states)[0].article().topic_keys(0), 2) << "in the article's order";
  EXPECT_EQ((*states)[1].tombstone().reason(), v1::TOMBSTONE_REASON_TAKEN_DOWN);
  const auto keys = log_->ReadArticleStates(call_, {id(0)}, v1::EXPORT_VIEW_KEYS);
  EXPECT_FALSE((*keys)[0].has_article());
  EXPECT_EQ((*keys)[0].digest(), (*states)[0].digest());
}

}  // namespace
}  // namespace dateline::catalog::store
