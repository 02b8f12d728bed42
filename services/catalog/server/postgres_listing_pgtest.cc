#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::CatalogService::Stub;
using Names = std::vector<std::string>;

// An editor who asks a catalog for lists. Articles have ids of their own, so that lists are read
// without their text.
class ListingTest : public ::testing::Test {
 protected:
  ListingTest() : database_(NewDatabase()), catalog_(ConnInfo("dateline_catalog")) {
    EXPECT_THAT(catalog_.CreatePublication(), IsOk());
    for (const char* topic : {"asia", "harbour", "ports"}) {
      EXPECT_THAT(catalog_.CreateTopic(topic), IsOk());
    }
  }

  static std::string NewDatabase() {
    return dateline::testing::PostgresCluster::Shared().NewDatabase();
  }
  std::string ConnInfo(const std::string& role) const {
    return dateline::testing::PostgresCluster::Shared().ConnInfo(database_, role);
  }

  // Makes a published article that `change` may change before.
  void Create(
      const std::string& id,
      const std::function<void(v1::CreateArticleRequest*)>& change = [](auto*) {}) {
    v1::CreateArticleRequest request;
    request.set_article_id(id);
    request.set_publish(true);
    request.mutable_article()->set_publication("publications/daily");
    request.mutable_article()->set_title(id);
    request.mutable_article()->set_language("en");
    change(&request);
    v1::CreateArticleResponse response;
    EXPECT_THAT(catalog_.Call(&Stub::CreateArticle, request, &response), IsOk());
  }

  // The ids of all pages of a list, and how many pages there were.
  Names List(const std::string& filter, const std::string& order = "", int* pages = nullptr,
             int page_size = 2) {
    v1::ListArticlesRequest request;
    request.set_page_size(page_size);
    request.set_filter(filter);
    request.set_order_by(order);
    Names ids;
    do {
      v1::ListArticlesResponse page;
      const absl::Status status = catalog_.Call(&Stub::ListArticles, request, &page);
      EXPECT_THAT(status, IsOk()) << filter << ": " << status;
      for (const auto& record : page.records()) ids.push_back(record.name().substr(9));
      request.set_page_token(page.next_page_token());
      if (pages != nullptr) ++*pages;
    } while (!request.page_token().empty());
    return ids;
  }

  absl::Status Refused(const std::string& filter, const std::string& order = "") {
    v1::ListArticlesRequest request;
    v1::ListArticlesResponse page;
    request.set_filter(filter);
    request.set_order_by(order);
    return catalog_.Call(&Stub::ListArticles, request, &page);
  }

  void Sql(const std::string& sql) {
    pqxx::connection connection(ConnInfo("dateline"));
    pqxx::nontransaction direct(connection);
    direct.exec(sql);
  }

  const std::string database_;
  Catalog catalog_;
};

TEST_F(ListingTest, AFilterAsksForStates) {
  Create("live");
  Create("draft", [](auto* request) { request->set_publish(false); });
  const auto in_an_hour = TimeToProto(absl::Now() + absl::Hours(1));
  const auto an_hour_ago = TimeToProto(absl::Now() - absl::Hours(1));
  Create("later",
         [&](auto* request) { *request->mutable_article()->mutable_publish_time() = in_an_hour; });
  Create("held",
         [&](auto* request) { *request->mutable_article()->mutable_embargo_time() = in_an_hour; });
  Create("over");
  Sql("UPDATE catalog.articles SET expire_time = now() - interval '1 hour' WHERE id = 'over'");
  Create("planned", [](auto* request) { request->set_publish(false); });
  v1::ScheduleArticleRequest schedule;
  v1::ScheduleArticleResponse scheduled;
  schedule.set_name("articles/planned");
  *schedule.mutable_schedule_time() = in_an_hour;
  ASSERT_THAT(catalog_.Call(&Stub::ScheduleArticle, schedule, &scheduled), IsOk());
  Create("away");
  v1::WithdrawArticleRequest withdraw;
  v1::WithdrawArticleResponse withdrawn;
  withdraw.set_name("articles/away");
  withdraw.mutable_withdrawal()->set_kind(v1::WITHDRAWAL_KIND_GONE);
  ASSERT_THAT(catalog_.Call(&Stub::WithdrawArticle, withdraw, &withdrawn), IsOk());
  Create("gone");
  v1::DeleteArticleRequest remove;
  v1::DeleteArticleResponse removed;
  remove.set_name("articles/gone");
  ASSERT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());

  EXPECT_THAT(List(""), ElementsAre("away", "planned", "over", "held", "later", "draft", "live"));
  const std::pair<const char*, const char*> states[] = {
      {"DRAFT", "draft"},  {"PUBLISHED", "live"}, {"EMBARGOED", "held"},
      {"EXPIRED", "over"}, {"WITHDRAWN", "away"}, {"DELETED", "gone"},
  };
  for (const auto& [state, id] : states) {
    EXPECT_THAT(List(absl::StrCat("state = ", state)), ElementsAre(id)) << state;
  }
  EXPECT_THAT(List("state = SCHEDULED"), ElementsAre("planned", "later"));
  EXPECT_THAT(List("state = TAKEN_DOWN"), IsEmpty());
  EXPECT_THAT(List("state:DRAFT OR state = EXPIRED", "create_time"), ElementsAre("draft", "over"));
  EXPECT_THAT(List("state = DRAFT OR language = en AND state = DRAFT"), ElementsAre("draft"));
  EXPECT_THAT(List("state != PUBLISHED AND -state = DRAFT AND NOT state = SCHEDULED"),
              ElementsAre("gone", "away", "over", "held"));
  v1::ListArticlesRequest request;
  v1::ListArticlesResponse page;
  request.add_states(content::v1::ARTICLE_STATE_DRAFT);
  request.add_states(content::v1::ARTICLE_STATE_PUBLISHED);
  request.set_filter("state = PUBLISHED OR state = EXPIRED");
  ASSERT_THAT(catalog_.Call(&Stub::ListArticles, request, &page), IsOk());
  ASSERT_EQ(page.records_size(), 1);
  EXPECT_EQ(page.records(0).name(), "articles/live");
}

TEST_F(ListingTest, AFilterAsksForWhatArticlesCarry) {
  v1::UpdateTopicRequest below;
  v1::UpdateTopicResponse updated;
  below.mutable_topic()->set_name("topics/harbour");
  below.mutable_topic()->add_parents("topics/asia");
  below.mutable_update_mask()->add_paths("parents");
  ASSERT_THAT(catalog_.Call(&Stub::UpdateTopic, below, &updated), IsOk());
  v1::CreateAuthorRequest author;
  v1::CreateAuthorResponse made;
  author.set_author_id("reporter");
  author.mutable_author()->set_display_name("A Reporter");
  ASSERT_THAT(catalog_.Call(&Stub::CreateAuthor, author, &made), IsOk());
  const auto about = [](const char* topic) {
    return [topic](auto* request) { request->mutable_article()->add_topics()->set_topic(topic); };
  };
  Create("a", about("topics/asia"));
  Create("b", about("topics/harbour"));
  Create("c", about("topics/ports"));
  Create("d", [](auto* request) {
    request->mutable_article()->set_language("de");
    request->mutable_article()->add_bylines()->set_author("authors/reporter");
  });
  EXPECT_THAT(List("topic = topics/asia"), ElementsAre("a"));
  EXPECT_THAT(List("topic:topics/asia"), ElementsAre("b", "a"));
  EXPECT_THAT(List("topic != topics/asia"), ElementsAre("d", "c", "b"));
  EXPECT_THAT(List("author = authors/reporter"), ElementsAre("d"));
  EXPECT_THAT(List("language = de"), ElementsAre("d"));
  EXPECT_THAT(List("publication = publications/daily AND -language = de"),
              ElementsAre("c", "b", "a"));
  // A merged topic means its target, and what carries it is found by either.
  v1::MergeTopicsRequest merge;
  v1::MergeTopicsResponse merged;
  merge.set_target("topics/harbour");
  merge.add_merged("topics/ports");
  ASSERT_THAT(catalog_.Call(&Stub::MergeTopics, merge, &merged), IsOk());
  for (const char* topic : {"harbour", "ports"}) {
    EXPECT_THAT(List(absl::StrCat("topic = topics/", topic)), ElementsAre("c", "b")) << topic;
  }
  EXPECT_THAT(List("topic:topics/asia"), ElementsAre("c", "b", "a"));
}

TEST_F(ListingTest, AFilterAsksForWhatFeedsBrought) {
  v1::BatchUpsertArticlesResponse response;
  const auto deliver = [&](const testing::UpsertBuilder& batch) {
    ASSERT_THAT(
        catalog_.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &response),
        IsOk());
  };
  deliver(testing::UpsertBuilder("wire").Item("1", "One"));
  const std::string one = response.results(0).article();
  Create("own");
  EXPECT_THAT(List("source = sources/wire"), ElementsAre(one.substr(9)));
  EXPECT_THAT(List("source != sources/wire"), ElementsAre("own"));
  EXPECT_THAT(List("has_proposal"), IsEmpty());
  // Once an editor has written, what the feed brings waits.
  v1::UpdateArticleRequest update;
  v1::UpdateArticleResponse updated;
  update.mutable_article()->set_name(one);
  update.mutable_article()->set_title("Mine");
  update.set_publish(true);
  ASSERT_THAT(catalog_.Call(&Stub::UpdateArticle, update, &updated), IsOk());
  deliver(testing::UpsertBuilder("wire").Item("1", "Another one"));
  EXPECT_THAT(List("has_proposal"), ElementsAre(one.substr(9)));
  EXPECT_THAT(List("has_proposal = true AND source = sources/wire"), ElementsAre(one.substr(9)));
  EXPECT_THAT(List("-has_proposal"), ElementsAre("own"));
  EXPECT_THAT(List("has_proposal = false"), ElementsAre("own"));
}

TEST_F(ListingTest, AnOrderFollowsAnInstant) {
  const auto published = [](int day) {
    return [day](auto* request) {
      *request->mutable_article()->mutable_publish_time() =
          TimeToProto(absl::FromUnixSeconds(1'600'000'000) + absl::Hours(24 * day));
    };
  };
  Create("a", published(2));
  Create("b", published(3));
  Create("c", published(1));
  v1::UpdateArticleRequest update;
  v1::UpdateArticleResponse updated;
  update.mutable_article()->set_name("articles/a");
  update.mutable_article()->set_title("A draft of a");
  ASSERT_THAT(catalog_.Call(&Stub::UpdateArticle, update, &updated), IsOk());
  const std::pair<const char*, Names> orders[] = {
      {"", {"c", "b", "a"}},
      {"create_time desc", {"c", "b", "a"}},
      {"create_time", {"a", "b", "c"}},
      {"publish_time desc", {"b", "a", "c"}},
      {"  publish_time  ", {"c", "a", "b"}},
      {"modify_time desc", {"a", "c", "b"}},
      {"modify_time", {"b", "c", "a"}},
  };
  // The second filter is answered from a set, the third by a walk.
  for (const auto& [order, ids] : orders) {
    for (const char* filter : {"", "publication = publications/daily", "language = en"}) {
      EXPECT_EQ(List(filter, order), ids) << order << ": " << filter;
    }
  }
  const std::string second = "2020-09-15T12:26:40Z";  // of `a`
  for (const char* order : {"", "publish_time", "modify_time desc"}) {
    EXPECT_THAT(List(absl::StrCat("publish_time = ", second), order), ElementsAre("a")) << order;
    EXPECT_THAT(List(absl::StrCat("publish_time > ", second), order), ElementsAre("b")) << order;
    EXPECT_THAT(List(absl::StrCat("publish_time < \"", second, "\""), order), ElementsAre("c"));
  }
  EXPECT_THAT(List("publish_time >= 2020-09-15 AND publish_time <= 2020-09-17", "publish_time"),
              ElementsAre("a", "b"));
  EXPECT_THAT(List("publish_time != 2020-09-15T12:26:40Z"), ElementsAre("c", "b"));
  EXPECT_THAT(List("create_time > 2020-01-01 AND modify_time > 2020-01-01 AND language = en"),
              ElementsAre("c", "b", "a"));
  EXPECT_THAT(List("create_time > 2100-01-01"), IsEmpty());
  EXPECT_THAT(List("modify_time < 2020-01-01", "modify_time desc"), IsEmpty());
}

TEST_F(ListingTest, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char *filter, *order, *field, *why;
  };
  const Case cases[] = {
      {"state = draft", "", "filter", "column 9: is no state"},
      {"state = UNSPECIFIED", "", "filter", "column 9: is no state"},
      {"language = en AND topic = harbour", "", "filter", "column 27: is no name such as topics/"},
      {"topic:topics/none", "", "filter", "column 7: there is no topics/none"},
      {"author = authors/none", "", "filter", "column 10: there is no authors/none"},
      {"publication = publications/none", "", "filter", "column 15: there is no"},
      {"source = wire", "", "filter", "column 10: is no name such as sources/"},
      {"publish_time > yesterday", "", "filter", "column 16: is no instant"},
      {"has_proposal = yes", "", "filter", "column 16: is neither true nor false"},
      {"label = a", "", "filter", "column 1: expected one of state, publication"},
      {"state < DRAFT", "", "filter", "has no order"},
      {"state = DRAFT AND", "", "filter", "column 18: expected one of"},
      {"", "title", "order_by", "column 1: expected create_time"},
      {"", "create_time asc", "order_by", "column 13: expected desc"},
      {"", "create_time desc, key", "order_by", "column 13: expected desc"},
      {"", "create_time desc key", "order_by", "column 18: expected the end"},
  };
  for (const Case& one : cases) {
    const absl::Status status = Refused(one.filter, one.order);
    ASSERT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD)) << one.why;
    const auto violations = error::FieldViolationsOf(status);
    ASSERT_EQ(violations.field_violations_size(), 1) << one.why;
    EXPECT_EQ(violations.field_violations(0).field(), one.field);
    EXPECT_TRUE(absl::StrContains(violations.field_violations(0).description(), one.why))
        << one.why << ": " << violations.field_violations(0).description();
  }
  EXPECT_THAT(Refused(std::string(5'000, ' ')), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  // Text that looks like SQL is a value.
  EXPECT_THAT(List("language = \"en' OR true --\""), IsEmpty());
}

TEST_F(ListingTest, ATokenBelongsToItsFilterAndOrder) {
  for (const char* id : {"a", "b", "c"}) Create(id);
  v1::ListArticlesRequest request;
  v1::ListArticlesResponse page;
  request.set_page_size(1);
  request.set_filter("language = en");
  request.set_order_by("publish_time");
  ASSERT_THAT(catalog_.Call(&Stub::ListArticles, request, &page), IsOk());
  request.set_page_token(page.next_page_token());
  request.set_page_size(2);
  ASSERT_THAT(catalog_.Call(&Stub::ListArticles, request, &page), IsOk());
  EXPECT_EQ(page.records_size(), 2);
  v1::ListArticlesRequest other = request;
  other.set_filter("language = de");
  EXPECT_THAT(catalog_.Call(&Stub::ListArticles, other, &page),
              HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
  other = request;
  other.set_order_by("publish_time desc");
  EXPECT_THAT(catalog_.Call(&Stub::ListArticles, other, &page),
              HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
}

// Among 50,000 articles the oldest is of a kind that no index knows: each call looks at 20,000.
TEST_F(ListingTest, WhatIsRareCostsShortCallsAndNoLongOne) {
  Create("rare", [](auto* request) { request->mutable_article()->set_language("de"); });
  Create("draft", [](auto* request) { request->set_publish(false); });
  Sql("INSERT INTO catalog.articles (id, publication_key, state, language, publish_time, revision, "
      "live_revision, version, digest) SELECT 'g' || n, p.key, 2, 'en', now() - n * interval '1 "
      "minute', 1, 1, 1, 0 FROM generate_series(1, 50000) n, catalog.publications p");
  Sql("INSERT INTO catalog.article_revisions (article_key, number, editor, snapshot) SELECT key, "
      "1, "
      "'test', '' FROM catalog.articles WHERE id LIKE 'g%'");
  Sql("ANALYZE catalog.articles, catalog.article_revisions");
  for (const char* order : {"create_time desc", "modify_time desc", "publish_time"}) {
    int pages = 0;
    EXPECT_THAT(List("language = de", order, &pages), ElementsAre("rare")) << order;
    EXPECT_EQ(pages, 3) << order;
    // One call, as drafts have an index of their own.
    pages = 0;
    EXPECT_THAT(List("state = DRAFT", order, &pages), ElementsAre("draft")) << order;
    EXPECT_EQ(pages, 1) << order;
  }
  // What the oldest 5,000 carry lies behind the 20,000 of a walk, and is one call all the same; so
  // is what every tenth carries, which a walk finds.
  Sql("INSERT INTO catalog.article_topics (article_key, slot, position, topic_key, origin) SELECT "
      "a.key, 1, 0, t.key, 1 FROM catalog.articles a JOIN catalog.topics t ON t.id = CASE WHEN "
      "a.key <= (SELECT min(key) + 4999 FROM catalog.articles WHERE id LIKE 'g%') THEN 'asia' WHEN "
      "a.key % 10 = 0 THEN 'ports' END WHERE a.id LIKE 'g%'");
  for (const auto& [topic, carried] : {std::pair("asia", 5'000u), std::pair("ports", 4'500u)}) {
    for (const char* order : {"create_time desc", "create_time", "modify_time desc"}) {
      int pages = 0;
      const Names ids = List(absl::StrCat("topic = topics/", topic), order, &pages, 200);
      EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), carried) << topic << order;
      EXPECT_EQ(ids.size(), carried) << topic << order;
      EXPECT_EQ(static_cast<size_t>(pages), (carried + 199) / 200) << topic << order;
    }
  }
  // Where all fit, a page is full.
  v1::ListArticlesRequest request;
  v1::ListArticlesResponse page;
  request.set_page_size(200);
  request.set_filter("publication = publications/daily AND state = PUBLISHED");
  ASSERT_THAT(catalog_.Call(&Stub::ListArticles, request, &page), IsOk());
  EXPECT_EQ(page.records_size(), 200);
  EXPECT_EQ(page.records(0).name(), "articles/g50000");
  EXPECT_EQ(page.records(199).name(), "articles/g49801");
}

}  // namespace
}  // namespace dateline::catalog
