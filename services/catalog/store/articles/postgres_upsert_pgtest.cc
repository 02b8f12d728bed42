#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/position/position.h"
#include "services/catalog/store/postgres_store_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog::store {
namespace {

using catalog::testing::UpsertBuilder;
using dateline::testing::IsOk;
using v1::BatchUpsertArticlesResponse;

class UpsertTest : public PostgresStoreTest {
 protected:
  BatchUpsertArticlesResponse Upsert(UpsertBuilder& batch) {
    auto response = articles_->UpsertArticles(call_, batch.request());
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *std::move(response) : BatchUpsertArticlesResponse();
  }

  // Delivers and expects these outcomes, by their names without prefix.
  BatchUpsertArticlesResponse ExpectOutcomes(UpsertBuilder& batch,
                                             const std::vector<std::string>& outcomes) {
    BatchUpsertArticlesResponse response = Upsert(batch);
    std::vector<std::string> got;
    for (const auto& result : response.results()) {
      got.push_back(v1::UpsertOutcome_Name(result.outcome()).substr(15));
    }
    EXPECT_EQ(got, outcomes) << response.ShortDebugString();
    return response;
  }

  v1::ArticleRecord GetRecord(const std::string& name) {
    auto found = articles_->GetArticle(call_, api::IdInName(api::kArticles, name),
                                       content::v1::ARTICLE_VIEW_FULL, v1::REVISION_SELECTOR_LIVE);
    EXPECT_THAT(found, IsOk());
    return found.ok() ? found->message : v1::ArticleRecord();
  }
  content::v1::Article Get(const std::string& name) { return GetRecord(name).article(); }
};

TEST_F(UpsertTest, NewArticleIsPublishedWithPathTeaserAndOrigin) {
  UpsertBuilder batch;
  batch.Item("1", "Russia Looks East", "one two three").Topic("topics/kazakhstan");
  // 22:00 UTC on the last day of October is November in Almaty.
  batch.Published(absl::FromCivil(absl::CivilSecond(2022, 10, 31, 22, 0, 0), absl::UTCTimeZone()));
  const auto response = ExpectOutcomes(batch, {"CREATED"});
  const v1::ArticleRecord record = GetRecord(response.results(0).article());
  const content::v1::Article& article = record.article();
  EXPECT_EQ(article.path(), "/2022/11/russia-looks-east");
  EXPECT_EQ(article.state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_EQ(article.teaser().text(), "one two three");
  EXPECT_EQ(article.teaser().source(), content::v1::TEASER_SOURCE_BODY);
  EXPECT_EQ(article.language(), "en");
  EXPECT_EQ(article.word_count(), 3);
  EXPECT_EQ(record.version(), 1);
  EXPECT_EQ(article.revision(), 1);
  EXPECT_EQ(record.live_revision(), 1);
  EXPECT_EQ(record.draft_revision(), 0);
  EXPECT_EQ(record.state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_EQ(article.publication(), "publications/daily");
  EXPECT_FALSE(record.etag().empty());
  ASSERT_EQ(record.origins_size(), 1);
  EXPECT_EQ(record.origins(0).source(), "sources/wire");
  EXPECT_EQ(record.origins(0).rank(), 100);
}

TEST_F(UpsertTest, SameDeliveryAgainWritesNothing) {
  UpsertBuilder batch;
  batch.Item("1", "A").Item("2", "B");
  const auto first = ExpectOutcomes(batch, {"CREATED", "CREATED"});
  const std::string before = Sql("SELECT count(*) || '/' || max(seq) FROM catalog.changes");
  const int commits = commits_;
  const auto second = ExpectOutcomes(batch, {"UNCHANGED", "UNCHANGED"});
  EXPECT_EQ(second.results(0).article(), first.results(0).article());
  EXPECT_EQ(second.results(0).version(), 1);
  EXPECT_EQ(Sql("SELECT count(*) || '/' || max(seq) FROM catalog.changes"), before);
  EXPECT_EQ(commits_, commits);
  // The answer's position is at or behind that of the articles' last change.
  const auto position = DecodePosition(second.position(), "position");
  EXPECT_TRUE(ComparePositions(*position, *DecodePosition(first.position(), "position")) >= 0);
}

TEST_F(UpsertTest, ChangedEntryMakesANewRevisionAndKeepsThePath) {
  UpsertBuilder batch, changed;
  batch.Item("1", "First title");
  const std::string name = ExpectOutcomes(batch, {"CREATED"}).results(0).article();
  changed.Item("1", "Second title").Published(absl::FromUnixSeconds(1'650'000'000));
  const auto response = ExpectOutcomes(changed, {"REVISED"});
  EXPECT_EQ(response.results(0).version(), 2);
  const auto article = Get(name);
  EXPECT_EQ(article.title(), "Second title");
  EXPECT_EQ(article.path(), "/2020/09/first-title");
  EXPECT_EQ(GetRecord(name).live_revision(), 2);
  // Without a date of the feed's own the article stays where it is.
  EXPECT_EQ(article.publish_time().seconds(), 1'600'000'000);
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.article_revisions"), "2");
}

TEST_F(UpsertTest, OlderObservationIsUnchanged) {
  UpsertBuilder batch, older;
  batch.Item("1", "New").Observed(absl::FromUnixSeconds(2000));
  older.Item("1", "Old").Observed(absl::FromUnixSeconds(1000));
  ExpectOutcomes(batch, {"CREATED"});
  ExpectOutcomes(older, {"UNCHANGED"});
}

TEST_F(UpsertTest, SameAddressOrTextFromAnotherSourceIsTheSameArticle) {
  UpsertBuilder first("a"), second("b"), third("c"), late("d"), same_source("a");
  first.Item("1", "T").Key(v1::IDENTITY_KIND_URL, "u").Key(v1::IDENTITY_KIND_CONTENT, "c");
  const std::string name = ExpectOutcomes(first, {"CREATED"}).results(0).article();
  second.Item("x", "Other title").Key(v1::IDENTITY_KIND_URL, "u");
  EXPECT_EQ(ExpectOutcomes(second, {"MERGED"}).results(0).article(), name);
  third.Item("y", "T").Key(v1::IDENTITY_KIND_CONTENT, "c");
  EXPECT_EQ(ExpectOutcomes(third, {"MERGED"}).results(0).article(), name);
  EXPECT_EQ(GetRecord(name).origins_size(), 3);
  EXPECT_EQ(Get(name).title(), "T") << "ties go to the earliest";
  // The same text from the same source, or more than a week later, is another article.
  same_source.Item("2", "T").Key(v1::IDENTITY_KIND_CONTENT, "c");
  ExpectOutcomes(same_source, {"CREATED"});
  late.Item("z", "T").Key(v1::IDENTITY_KIND_CONTENT, "c");
  late.Published(absl::FromUnixSeconds(1'600'000'000) + absl::Hours(24 * 8));
  ExpectOutcomes(late, {"CREATED"});
}

TEST_F(UpsertTest, SourceMayRenameItsEntry) {
  UpsertBuilder first("a"), renamed("a"), again("a");
  first.Item("1", "Old").Key(v1::IDENTITY_KIND_URL, "u").Observed(absl::FromUnixSeconds(1000));
  renamed.Item("2", "New").Key(v1::IDENTITY_KIND_URL, "u").Observed(absl::FromUnixSeconds(2000));
  again.Item("3", "New").Key(v1::IDENTITY_KIND_URL, "u").Observed(absl::FromUnixSeconds(3000));
  const std::string name = ExpectOutcomes(first, {"CREATED"}).results(0).article();
  EXPECT_EQ(ExpectOutcomes(renamed, {"MERGED"}).results(0).article(), name);
  EXPECT_EQ(Get(name).title(), "New");
  EXPECT_EQ(Get(name).revision(), 2);
  // Nothing but the id is new: no revision, and nothing at all the next time.
  EXPECT_EQ(ExpectOutcomes(again, {"MERGED"}).results(0).article(), name);
  EXPECT_EQ(Get(name).revision(), 2);
  ExpectOutcomes(again, {"UNCHANGED"});
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles"), "1");
}

TEST_F(UpsertTest, BodyOfTheLowestRankWins) {
  UpsertBuilder first("a"), better("b"), worse("c"), changed("a");
  first.Item("1", "From a").Key(v1::IDENTITY_KIND_URL, "u");
  better.Rank(10).Item("1", "From b").Key(v1::IDENTITY_KIND_URL, "u");
  worse.Rank(200).Item("1", "From c").Key(v1::IDENTITY_KIND_URL, "u");
  const std::string name = ExpectOutcomes(first, {"CREATED"}).results(0).article();
  ExpectOutcomes(better, {"MERGED"});
  EXPECT_EQ(Get(name).title(), "From b");
  ExpectOutcomes(worse, {"MERGED"});
  changed.Item("1", "From a, changed").Key(v1::IDENTITY_KIND_URL, "u");
  ExpectOutcomes(changed, {"MERGED"});
  EXPECT_EQ(Get(name).title(), "From b");
  EXPECT_EQ(GetRecord(name).version(), 4);
  EXPECT_EQ(Get(name).revision(), 2);
}

TEST_F(UpsertTest, TwoEntriesOfOneBatchMayBeOneArticle) {
  UpsertBuilder batch;
  batch.Item("1", "A").Key(v1::IDENTITY_KIND_URL, "u");
  batch.Item("2", "A again").Key(v1::IDENTITY_KIND_URL, "u").Item("1", "A");
  const auto response = ExpectOutcomes(batch, {"CREATED", "MERGED", "UNCHANGED"});
  EXPECT_EQ(response.results(0).article(), response.results(1).article());
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles"), "1");
  ExpectOutcomes(batch, {"UNCHANGED", "UNCHANGED", "UNCHANGED"});
}

TEST_F(UpsertTest, EditorsHandIsProtected) {
  UpsertBuilder batch, changed, forced;
  batch.Item("1", "A").Topic("topics/energy");
  const std::string name = ExpectOutcomes(batch, {"CREATED"}).results(0).article();
  Sql("UPDATE catalog.articles SET editor_revised = true, suppressed_topics = ARRAY[(SELECT key "
      "FROM catalog.topics WHERE id = 'energy')] RETURNING 1");
  changed.Item("1", "B").Topic("topics/energy");
  ExpectOutcomes(changed, {"PROPOSED"});
  EXPECT_EQ(Get(name).title(), "A");
  EXPECT_EQ(GetRecord(name).origins(0).feed_proposal().title(), "B");
  ExpectOutcomes(changed, {"UNCHANGED"});
  forced.Item("1", "C").Topic("topics/energy").Topic("topics/kazakhstan");
  forced.request().set_feed_wins(true);
  ExpectOutcomes(forced, {"REVISED"});
  const auto article = Get(name);
  EXPECT_EQ(article.title(), "C");
  ASSERT_EQ(article.topics_size(), 1) << "an editor took topics/energy away";
  EXPECT_EQ(article.topics(0).topic(), "topics/kazakhstan");
  EXPECT_FALSE(GetRecord(name).origins(0).has_feed_proposal());
}

TEST_F(UpsertTest, FeedRevivesNothing) {
  UpsertBuilder batch, changed;
  batch.Item("1", "A").Item("2", "B").Item("3", "C");
  const auto created = ExpectOutcomes(batch, {"CREATED", "CREATED", "CREATED"});
  const auto set_state = [&](int i, int state) {
    Sql(absl::StrCat("UPDATE catalog.articles SET state = ", state, " WHERE id = '",
                     api::IdInName(api::kArticles, created.results(i).article()), "' RETURNING 1"));
  };
  set_state(0, content::v1::ARTICLE_STATE_WITHDRAWN);
  set_state(1, content::v1::ARTICLE_STATE_DELETED);
  set_state(2, content::v1::ARTICLE_STATE_TAKEN_DOWN);
  changed.Item("1", "AA").Item("2", "BB").Item("3", "CC").Item("3", "C");
  const auto response = ExpectOutcomes(changed, {"REVISED", "REVISED", "REJECTED", "REJECTED"});
  EXPECT_EQ(Get(created.results(0).article()).state(), content::v1::ARTICLE_STATE_WITHDRAWN);
  EXPECT_EQ(Get(created.results(1).article()).state(), content::v1::ARTICLE_STATE_DELETED);
  EXPECT_EQ(Get(created.results(2).article()).title(), "C");
  EXPECT_EQ(error::ReasonOf(error::FromProto(response.results(2).error())),
            errors::v1::ERROR_REASON_TAKEN_DOWN);
}

TEST_F(UpsertTest, BadItemsAreRejectedAndTheOthersTaken) {
  UpsertBuilder batch;
  batch.Item("1", "").Item("2", "B").Topic("topics/unknown").Item("3", "C");
  batch.Item("4", std::string(1001, 'x'));
  const auto response = ExpectOutcomes(batch, {"REJECTED", "REJECTED", "CREATED", "REJECTED"});
  const auto reason = [&](int i) {
    return error::ReasonOf(error::FromProto(response.results(i).error()));
  };
  EXPECT_EQ(reason(0), errors::v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_EQ(reason(1), errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_THAT(response.results(1).error().message(), ::testing::HasSubstr("topics/unknown"));
  EXPECT_EQ(error::FieldViolationsOf(error::FromProto(response.results(3).error()))
                .field_violations(0)
                .field(),
            "article.title");
}

TEST_F(UpsertTest, ValidateOnlyDecidesAndWritesNothing) {
  UpsertBuilder batch;
  batch.Item("1", "A").request().set_validate_only(true);
  ExpectOutcomes(batch, {"CREATED"});
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles"), "0");
  EXPECT_EQ(commits_, 3) << "only the resources of the set-up";
}

TEST_F(UpsertTest, TakenPathGetsASuffix) {
  UpsertBuilder batch, more;
  batch.Item("1", "Same").Item("2", "Same");
  more.Item("3", "Same");
  ExpectOutcomes(batch, {"CREATED", "CREATED"});
  ExpectOutcomes(more, {"CREATED"});
  EXPECT_EQ(Sql("SELECT count(DISTINCT path) FROM catalog.articles WHERE path LIKE "
                "'/2020/09/same%'"),
            "3");
}

TEST_F(UpsertTest, LargeBatchIsSplitAndStaysInOrder) {
  UpsertBuilder batch;
  for (int i = 0; i < 700; ++i) batch.Item(absl::StrCat(i), absl::StrCat("Title ", i));
  const auto response = Upsert(batch);
  ASSERT_EQ(response.results_size(), 700);
  for (const auto& result : response.results()) {
    EXPECT_EQ(result.outcome(), v1::UPSERT_OUTCOME_CREATED);
  }
  EXPECT_EQ(Get(response.results(699).article()).title(), "Title 699");
  EXPECT_GT(std::stoi(Sql("SELECT count(DISTINCT xid) FROM catalog.changes WHERE kind = 60")), 1);
}

TEST_F(UpsertTest, RacingSourcesAgreeOnOneArticle) {
  constexpr int kWriters = 6;
  constexpr int kEntries = 40;
  std::vector<std::set<std::string>> names(kWriters);
  std::vector<std::thread> threads;
  threads.reserve(kWriters);
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kEntries; i += 8) {
        UpsertBuilder batch(absl::StrCat("s", w));
        for (int n = 0; n < 8; ++n) {
          // Every writer in another order.
          const int entry = i + (n * (2 * w + 1)) % 8;
          batch.Item(absl::StrCat(w, "-", entry), absl::StrCat("T", entry));
          batch.Key(v1::IDENTITY_KIND_URL, absl::StrCat("url", entry));
        }
        const auto response = Upsert(batch);
        for (const auto& result : response.results()) names[w].insert(result.article());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles"), absl::StrCat(kEntries));
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.origins"), absl::StrCat(kEntries * kWriters));
  for (const auto& seen : names) EXPECT_EQ(seen, names[0]);
}

TEST_F(UpsertTest, AnEditorsTopicKeepsItsLinkThroughAFeedsUpdate) {
  UpsertBuilder first;
  first.Item("1", "First").Topic("topics/energy");
  first.last()->mutable_article()->mutable_topics(0)->set_origin(content::v1::TOPIC_ORIGIN_EDITOR);
  ASSERT_THAT(articles_->UpsertArticles(call_, first.request()), IsOk());
  UpsertBuilder second;
  second.Item("1", "Second").Topic("topics/kazakhstan");
  ASSERT_THAT(articles_->UpsertArticles(call_, second.request()), IsOk());
  EXPECT_EQ(Sql("SELECT string_agg(t.id, ' ' ORDER BY x.position) FROM catalog.article_topics x "
                "JOIN catalog.topics t ON t.key = x.topic_key WHERE x.slot = 1"),
            "energy kazakhstan");
}

TEST_F(UpsertTest, AnArticleUnderEmbargoSaysSoAndWasNotPublishedYet) {
  UpsertBuilder batch;
  batch.Item("1", "Tomorrow");
  *batch.last()->mutable_article()->mutable_embargo_time() =
      TimeToProto(absl::FromCivil(absl::CivilDay(9000, 1, 1), absl::UTCTimeZone()));
  const auto response = articles_->UpsertArticles(call_, batch.request());
  ASSERT_THAT(response, IsOk());
  const std::string id(api::IdInName(api::kArticles, response->results(0).article()));
  const auto got = articles_->GetArticle(call_, id, content::v1::ARTICLE_VIEW_FULL,
                                         v1::REVISION_SELECTOR_UNSPECIFIED);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->message.article().state(), content::v1::ARTICLE_STATE_EMBARGOED);
  EXPECT_FALSE(got->message.article().has_first_publish_time());
  const auto several = articles_->BatchGetArticles(call_, {id}, content::v1::ARTICLE_VIEW_BASIC,
                                                   v1::REVISION_SELECTOR_UNSPECIFIED);
  ASSERT_THAT(several, IsOk());
  EXPECT_EQ(several->message[0].article().state(), content::v1::ARTICLE_STATE_EMBARGOED);
}

TEST_F(UpsertTest, EveryArticleThatIsWrittenIsInTheAudit) {
  UpsertBuilder batch, again;
  batch.Item("1", "A").Item("2", "B");
  const auto response = ExpectOutcomes(batch, {"CREATED", "CREATED"});
  again.Item("1", "A").Item("2", "Other title");
  ExpectOutcomes(again, {"UNCHANGED", "REVISED"});
  EXPECT_EQ(Sql("SELECT string_agg(resource || ' ' || version, ' ' ORDER BY seq) "
                "FROM catalog.audit WHERE method = 'BatchUpsertArticles' AND caller = '" +
                call_.caller() + "'"),
            absl::StrCat(response.results(0).article(), " 1 ", response.results(1).article(), " 1 ",
                         response.results(1).article(), " 2"));
}

// As fast as PostgreSQL takes rows is only what costs a few statements a batch, whatever its size.
TEST_F(UpsertTest, ABatchTakesAFewStatementsForEachTransaction) {
  Sql("CREATE EXTENSION pg_stat_statements");
  UpsertBuilder batch, again;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = std::to_string(i);
    for (UpsertBuilder* each : {&batch, &again}) {
      each->Item(id, absl::StrCat("Title ", each == &again && i % 2 == 0 ? "new " : "", id))
          .Key(v1::IDENTITY_KIND_URL, "u" + id)
          .Key(v1::IDENTITY_KIND_CONTENT, "c" + id)
          .Topic("topics/energy")
          .Topic("topics/kazakhstan")
          // Ten years, so that hardly two were published at about the same time.
          .Published(absl::FromUnixSeconds(1'200'000'000) + i * absl::Hours(88));
      each->last()->set_simhash(0x9E3779B97F4A7C15u * static_cast<uint64_t>(i + 1));
    }
  }
  // Of this test's own transactions nothing counts.
  constexpr char kOfCatalog[] =
      " FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = "
      "current_database() AND s.userid = 'dateline_catalog'::regrole AND ";
  for (UpsertBuilder* each : {&batch, &again}) {
    Sql("SELECT pg_stat_statements_reset()");
    Upsert(*each);
    const int transactions =
        std::stoi(Sql(absl::StrCat("SELECT sum(calls)::int", kOfCatalog, "query = 'COMMIT'")));
    EXPECT_GE(transactions, 2);
    EXPECT_LE(transactions, 2 * 1'000 / 64 + 2);
    EXPECT_EQ(Sql(absl::StrCat("SELECT string_agg(calls || ' of ' || query, E'\\n')", kOfCatalog,
                               "calls > ", transactions)),
              "");
  }
}

}  // namespace
}  // namespace dateline::catalog::store
