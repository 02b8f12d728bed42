// AUTO topics added to articles in bulk: what becomes of each, and what is left alone.
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/position/position.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_store_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog::store {
namespace {

using catalog::testing::UpsertBuilder;
using dateline::testing::IsOk;

class ArticleTopicsTest : public PostgresStoreTest {
 protected:
  void SetUp() override {
    PostgresStoreTest::SetUp();
    MakeTopic("rail");
    MakeTopic("ports");
  }

  void MakeTopic(const std::string& id) {
    content::v1::Topic topic;
    topic.set_name(api::MakeName(api::kTopics, id));
    topic.set_display_name(id);
    topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
    ASSERT_THAT(topics_->CreateTopic(call_, {}, topic), IsOk());
  }

  std::string MakeArticle(const std::string& entry, const std::string& topic = "topics/energy") {
    UpsertBuilder batch;
    batch.Item(entry, absl::StrCat("Title ", entry), absl::StrCat("text ", entry)).Topic(topic);
    const auto response = articles_->UpsertArticles(call_, batch.request());
    EXPECT_THAT(response, IsOk());
    return response->results(0).article();
  }

  using Items = std::vector<std::pair<std::string, std::vector<std::string>>>;

  v1::BatchAddArticleTopicsResponse Add(const Items& items, bool validate_only = false) {
    v1::BatchAddArticleTopicsRequest request;
    request.set_validate_only(validate_only);
    for (const auto& [article, topics] : items) {
      auto* item = request.add_items();
      item->set_article(article);
      for (const std::string& topic : topics) item->add_topics(topic);
    }
    const auto response = articles_->AddArticleTopics(call_, request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *response : v1::BatchAddArticleTopicsResponse();
  }

  // Outcomes without prefix, with what was added.
  static std::string Outcomes(const v1::BatchAddArticleTopicsResponse& response) {
    std::vector<std::string> outcomes;
    for (const auto& result : response.results()) {
      outcomes.push_back(absl::StrCat(v1::ArticleTopicsOutcome_Name(result.outcome()).substr(23),
                                      result.added().empty() ? "" : ":",
                                      absl::StrJoin(result.added(), ",")));
    }
    return absl::StrJoin(outcomes, " ");
  }

  v1::ArticleRecord GetRecord(const std::string& name,
                              v1::RevisionSelector revision = v1::REVISION_SELECTOR_LIVE) {
    auto found = articles_->GetArticle(call_, api::IdInName(api::kArticles, name),
                                       content::v1::ARTICLE_VIEW_FULL, revision);
    EXPECT_THAT(found, IsOk());
    return found.ok() ? found->message : v1::ArticleRecord();
  }
  content::v1::Article Get(const std::string& name,
                           v1::RevisionSelector revision = v1::REVISION_SELECTOR_LIVE) {
    return GetRecord(name, revision).article();
  }
  static std::string TopicsOf(const content::v1::Article& article) {
    std::vector<std::string> topics;
    for (const auto& topic : article.topics()) {
      topics.push_back(absl::StrCat(topic.topic().substr(7), ":", topic.origin()));
    }
    return absl::StrJoin(topics, " ");
  }
  std::string LinkedTopics(const std::string& name, int slot = 1) {
    return Sql(
        absl::StrCat("SELECT string_agg(t.id || ':' || x.origin, ' ' ORDER BY x.position) "
                     "FROM catalog.article_topics x JOIN catalog.topics t ON t.key = "
                     "x.topic_key JOIN catalog.articles a ON a.key = x.article_key "
                     "WHERE a.id = '",
                     api::IdInName(api::kArticles, name), "' AND slot = ", slot));
  }
};

TEST_F(ArticleTopicsTest, AddsBehindTheOthersAndRaisesTheVersion) {
  const std::string name = MakeArticle("1");
  const int commits = commits_;
  const auto response = Add({{name, {"topics/rail", "topics/energy", "topics/ports"}}});
  EXPECT_EQ(Outcomes(response), "ADDED:topics/rail,topics/ports");
  EXPECT_EQ(response.results(0).version(), 2);
  EXPECT_EQ(commits_, commits + 1);
  const content::v1::Article article = Get(name);
  EXPECT_EQ(TopicsOf(article), "energy:2 rail:3 ports:3");
  EXPECT_EQ(LinkedTopics(name), "energy:2 rail:3 ports:3");
  EXPECT_EQ(GetRecord(name).version(), 2);
  EXPECT_EQ(GetRecord(name).live_revision(), 2);
  EXPECT_EQ(article.title(), "Title 1");
  EXPECT_EQ(article.body_text(), "text 1");
  EXPECT_EQ(Sql("SELECT kind || '/' || version || '/' || change_kind FROM catalog.changes "
                "ORDER BY xid DESC, seq DESC LIMIT 1"),
            "60/2/2");
  EXPECT_EQ(Sql("SELECT editor FROM catalog.article_revisions WHERE number = 2"), "tagging");
  EXPECT_EQ(Sql("SELECT editor_revised FROM catalog.articles"), "f");
  EXPECT_EQ(Sql("SELECT (SELECT change_xid::text FROM catalog.articles) = "
                "(SELECT max(xid::text::bigint)::text FROM catalog.changes)"),
            "t");
}

TEST_F(ArticleTopicsTest, WritesNothingWhereThereIsNothingToAdd) {
  const std::string name = MakeArticle("1");
  Add({{name, {"topics/rail"}}});
  const std::string before = Sql("SELECT count(*) || '/' || max(seq) FROM catalog.changes");
  const int commits = commits_;
  const auto response = Add({{name, {"topics/rail", "topics/energy"}}, {name, {}}});
  EXPECT_EQ(Outcomes(response), "UNCHANGED UNCHANGED");
  EXPECT_EQ(response.results(0).version(), 2);
  EXPECT_FALSE(response.position().empty());
  EXPECT_EQ(Sql("SELECT count(*) || '/' || max(seq) FROM catalog.changes"), before);
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.article_revisions"), "2");
  EXPECT_EQ(commits_, commits);
}

TEST_F(ArticleTopicsTest, OnlyValidatesIfAsked) {
  const std::string name = MakeArticle("1");
  const auto response = Add({{name, {"topics/rail"}}}, /*validate_only=*/true);
  EXPECT_EQ(Outcomes(response), "ADDED:topics/rail");
  EXPECT_EQ(TopicsOf(Get(name)), "energy:2");
  EXPECT_EQ(GetRecord(name).version(), 1);
}

TEST_F(ArticleTopicsTest, PassesOverWhatIsGoneAndFollowsMerges) {
  MakeTopic("old");
  MakeTopic("older");
  MakeTopic("gone");
  Sql("UPDATE catalog.topics SET state = 3, merged_into = (SELECT key FROM catalog.topics WHERE "
      "id = 'rail') WHERE id = 'old'");
  Sql("UPDATE catalog.topics SET state = 3, merged_into = (SELECT key FROM catalog.topics WHERE "
      "id = 'old') WHERE id = 'older'");
  Sql("UPDATE catalog.topics SET state = 4 WHERE id = 'gone'");
  const std::string name = MakeArticle("1");
  EXPECT_EQ(
      Outcomes(Add({{name, {"topics/gone", "topics/nowhere", "topics/older", "topics/old"}}})),
      "ADDED:topics/rail");
  EXPECT_EQ(TopicsOf(Get(name)), "energy:2 rail:3");
  EXPECT_EQ(Outcomes(Add({{name, {"topics/gone", "topics/old"}}})), "UNCHANGED");
}

TEST_F(ArticleTopicsTest, DoesNotBringBackWhatAnEditorRemoved) {
  const std::string name = MakeArticle("1");
  Sql("UPDATE catalog.articles SET suppressed_topics = ARRAY(SELECT key FROM catalog.topics WHERE "
      "id = 'rail')");
  EXPECT_EQ(Outcomes(Add({{name, {"topics/rail"}}})), "UNCHANGED");
  EXPECT_EQ(Outcomes(Add({{name, {"topics/rail", "topics/ports"}}})), "ADDED:topics/ports");
  EXPECT_EQ(TopicsOf(Get(name)), "energy:2 ports:3");
}

TEST_F(ArticleTopicsTest, AnswersItemByItem) {
  const std::string taken_down = MakeArticle("1"), deleted = MakeArticle("2"),
                    withdrawn = MakeArticle("3"), name = MakeArticle("4");
  const auto set_state = [&](const std::string& article, int state) {
    Sql(absl::StrCat("UPDATE catalog.articles SET state = ", state, " WHERE id = '",
                     api::IdInName(api::kArticles, article), "'"));
  };
  set_state(taken_down, content::v1::ARTICLE_STATE_TAKEN_DOWN);
  set_state(deleted, content::v1::ARTICLE_STATE_DELETED);
  set_state(withdrawn, content::v1::ARTICLE_STATE_WITHDRAWN);
  const auto response = Add({{taken_down, {"topics/rail"}},
                             {deleted, {"topics/rail"}},
                             {"articles/nowhere", {"topics/rail"}},
                             {withdrawn, {"topics/rail"}},
                             {name, {"topics/rail"}},
                             {name, {"topics/ports", "topics/rail"}}});
  EXPECT_EQ(Outcomes(response),
            "REJECTED REJECTED REJECTED ADDED:topics/rail ADDED:topics/rail "
            "ADDED:topics/rail,topics/ports");
  const auto reason = [&](int i) {
    return error::ReasonOf(error::FromProto(response.results(i).error()));
  };
  EXPECT_EQ(reason(0), errors::v1::ERROR_REASON_TAKEN_DOWN);
  EXPECT_EQ(reason(1), errors::v1::ERROR_REASON_STATE_CONFLICT);
  EXPECT_EQ(reason(2), errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(TopicsOf(Get(name)), "energy:2 rail:3 ports:3");
  EXPECT_EQ(GetRecord(name).version(), 2);
}

TEST_F(ArticleTopicsTest, KeepsDraftAndScheduledRevisionsInTheirOrder) {
  const std::string name = MakeArticle("1");
  // Revision 2 is scheduled, revision 3 an editor's draft.
  content::v1::Article scheduled = Get(name), draft = scheduled;
  scheduled.set_title("Scheduled");
  draft.set_title("Draft");
  draft.add_topics()->set_topic("topics/rail");
  const auto insert = [&](int number, const content::v1::Article& article) {
    const std::string snapshot = EncodeSnapshot(article);
    std::string hex;
    for (const char c : snapshot) {
      absl::StrAppend(&hex, absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
    Sql(
        absl::StrCat("INSERT INTO catalog.article_revisions (article_key, number, editor, snapshot)"
                     " SELECT key, ",
                     number, ", 'editor', '\\x", hex, "' FROM catalog.articles"));
  };
  insert(2, scheduled);
  insert(3, draft);
  Sql("UPDATE catalog.articles SET revision = 3, scheduled_revision = 2, "
      "schedule_time = clock_timestamp() + interval '1 day'");
  EXPECT_EQ(Outcomes(Add({{name, {"topics/rail"}}})), "ADDED:topics/rail");
  EXPECT_EQ(Sql("SELECT live_revision || '/' || scheduled_revision || '/' || revision "
                "FROM catalog.articles"),
            "4/5/6");
  EXPECT_EQ(Get(name).title(), "Title 1");
  EXPECT_EQ(TopicsOf(Get(name)), "energy:2 rail:3");
  EXPECT_EQ(Get(name, v1::REVISION_SELECTOR_LATEST).title(), "Draft");
  EXPECT_EQ(Get(name, v1::REVISION_SELECTOR_LATEST).topics_size(), 2);
  EXPECT_EQ(Get(name, v1::REVISION_SELECTOR_SCHEDULED).title(), "Scheduled");
  EXPECT_EQ(GetRecord(name).draft_revision(), 6);
  EXPECT_EQ(LinkedTopics(name), "energy:2 rail:3");
  EXPECT_EQ(LinkedTopics(name, /*slot=*/2), "energy:2 rail:3");
  // A feed's next change still finds the latest revision.
  UpsertBuilder changed;
  changed.Item("1", "Second title");
  ASSERT_THAT(articles_->UpsertArticles(call_, changed.request()), IsOk());
  EXPECT_EQ(GetRecord(name).live_revision(), 7);
}

TEST_F(ArticleTopicsTest, DoesNotWriteReferencesAgainThatStay) {
  const std::string name = MakeArticle("1");
  const std::string rows =
      "SELECT string_agg(ctid || '/' || xmin, ' ') FROM catalog.article_topics WHERE position = 0";
  const std::string before = Sql(rows);
  Add({{name, {"topics/rail"}}});
  EXPECT_EQ(Sql(rows), before);
  // A feed that brings other topics replaces those in their places, and takes the rest away.
  UpsertBuilder changed;
  changed.Item("1", "Title 1", "other text").Topic("topics/ports");
  ASSERT_THAT(articles_->UpsertArticles(call_, changed.request()), IsOk());
  EXPECT_EQ(LinkedTopics(name), "ports:2");
}

TEST_F(ArticleTopicsTest, WritersAtOnceAddEachTopicOnce) {
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back(MakeArticle(absl::StrCat(i)));
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      Items items;
      // Each in another order.
      for (size_t i = 0; i < names.size(); ++i) {
        items.push_back({names[(i * 7 + static_cast<size_t>(writer) * 11) % names.size()],
                         {writer % 2 == 0 ? "topics/rail" : "topics/ports"}});
      }
      Add(items);
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.article_topics"), "90");
  EXPECT_EQ(Sql("SELECT min(version) || '/' || max(version) FROM catalog.articles"), "3/3");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.changes WHERE kind = 60"), "90");
}

TEST_F(ArticleTopicsTest, TakesAThousandItems) {
  std::vector<std::string> names;
  for (int i = 0; i < 250; ++i) names.push_back(MakeArticle(absl::StrCat(i)));
  Items items;
  for (int i = 0; i < 1'000; ++i) {
    items.push_back(
        {names[static_cast<size_t>(i) / 4], {i % 2 == 0 ? "topics/rail" : "topics/ports"}});
  }
  const auto response = Add(items);
  EXPECT_EQ(response.results_size(), 1'000);
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.article_topics"), "750");
}

}  // namespace
}  // namespace dateline::catalog::store
