// Sources, their credentials, repeated requests and rejects on a real PostgreSQL.

#include <set>
#include <thread>

#include "common/errors/errors.h"
#include "services/ingestion/store/postgres_store_test_base.h"

namespace dateline::ingestion::store {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;

using SourcesTest = PostgresStoreTest;

TEST_F(SourcesTest, KeepsASourceAndNeverAnswersItsCredentials) {
  v1::Source source = Source("wire", "https://wire.example.org/feed");
  source.mutable_credentials()->set_value("hush");
  const auto created = store_->Create(call_, source, {});
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->state(), v1::SOURCE_STATE_ACTIVE);
  EXPECT_EQ(created->version(), 1);
  EXPECT_TRUE(created->health().has_next_fetch_time());
  EXPECT_EQ(created->DebugString().find("hush"), std::string::npos);
  const auto got = store_->Get(call_, "sources/wire");
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->source.SerializeAsString(), created->SerializeAsString());
  const auto lease = store_->TakeLease(call_, "sources/wire", absl::Minutes(1));
  ASSERT_THAT(lease, IsOk());
  EXPECT_EQ(lease->credentials.value(), "hush");
  EXPECT_EQ(lease->source.source.DebugString().find("hush"), std::string::npos);
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.sources WHERE position('hush'::bytea IN message) "
                "> 0"),
            "0");
  EXPECT_THAT(store_->Get(call_, "sources/none"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(SourcesTest, OnlyIngestionReadsItsTables) {
  for (const char* table :
       {"sources", "credentials", "fetches", "rejects", "hosts", "requests", "subscriptions"}) {
    const std::string sql = absl::StrCat("SELECT count(*) FROM ingestion.", table);
    EXPECT_THAT(SqlAs("dateline_ingestion", sql), IsOk()) << table;
    EXPECT_FALSE(SqlAs("dateline_catalog", sql).ok()) << table;
  }
  EXPECT_FALSE(SqlAs("dateline_ingestion", "SELECT count(*) FROM catalog.articles").ok());
}

TEST_F(SourcesTest, CreatesOncePerRequestId) {
  ASSERT_THAT(store_->Create(call_, Source("a"), Request("r1")), IsOk());
  const auto again = store_->Create(call_, Source("a"), Request("r1"));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->version(), 1);
  EXPECT_THAT(store_->Create(call_, Source("b"), Request("r1", "other")),
              HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  EXPECT_THAT(store_->Create(call_, Source("a"), Request("r2")),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
  EXPECT_THAT(store_->Create(call_, Source("a"), {}),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
  // A request that failed did not take its id.
  EXPECT_THAT(store_->Create(call_, Source("c"), Request("r2", "c")), IsOk());
}

TEST_F(SourcesTest, TwoCreatesAtOnceWithOneRequestIdGiveOneSource) {
  for (int round = 0; round < 10; ++round) {
    const std::string id = absl::StrCat("s", round);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, id] {
        EXPECT_THAT(store_->Create(call_, Source(id), Request(absl::StrCat("both-", id))), IsOk());
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(Sql(absl::StrCat("SELECT count(*) FROM ingestion.sources WHERE id = '", id, "'")),
              "1");
  }
}

TEST_F(SourcesTest, ValidateOnlyAnswersAndWritesNothing) {
  WriteOptions validate = Request("r1");
  validate.validate_only = true;
  const auto created = store_->Create(call_, Source("a"), validate);
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->name(), "sources/a");
  EXPECT_THAT(store_->Get(call_, "sources/a"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  Make("a");
  EXPECT_THAT(store_->Create(call_, Source("a"), validate),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
  EXPECT_THAT(store_->Delete(call_, "sources/a", "", validate), IsOk());
  EXPECT_THAT(store_->Get(call_, "sources/a"), IsOk());
}

TEST_F(SourcesTest, ListsByIdAndPublication) {
  for (const char* id : {"c", "a", "b"}) Make(id);
  v1::Source other = Source("d");
  other.set_publication("publications/other");
  ASSERT_THAT(store_->Create(call_, other, {}), IsOk());
  const auto names = [&](const std::string& after, const std::string& publication, int limit) {
    std::string text;
    const auto sources = store_->List(call_, after, publication, limit);
    EXPECT_THAT(sources, IsOk());
    for (const auto& source : *sources) absl::StrAppend(&text, source.name().substr(8));
    return text;
  };
  EXPECT_EQ(names("", "", 10), "abcd");
  EXPECT_EQ(names("a", "", 2), "bc");
  EXPECT_EQ(names("", "publications/other", 10), "d");
}

TEST_F(SourcesTest, UpdatesUnderTheEtagAndForgetsWhatAnotherAddressMakesDoubtful) {
  Make("a", "https://a.example.org/feed");
  Sql("UPDATE ingestion.sources SET http_etag = 'x', consecutive_failures = 3,"
      " next_fetch_time = now() + interval '1 day'");
  const auto rename = [](const v1::Source& present) -> absl::StatusOr<SourceChange> {
    SourceChange change{present, false};
    change.source.set_display_name("A");
    return change;
  };
  const auto renamed = store_->Update(call_, "sources/a", "\"1\"", Request("r1"), rename);
  ASSERT_THAT(renamed, IsOk());
  EXPECT_EQ(renamed->display_name(), "A");
  EXPECT_EQ(renamed->version(), 2);
  EXPECT_EQ(renamed->health().consecutive_failures(), 3);
  EXPECT_THAT(store_->Update(call_, "sources/a", "\"1\"", Request("r2"), rename),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  const auto repeated = store_->Update(call_, "sources/a", "\"1\"", Request("r1"), rename);
  ASSERT_THAT(repeated, IsOk());
  EXPECT_EQ(repeated->version(), 2);
  const auto moved = store_->Update(call_, "sources/a", "", {}, [](const v1::Source& present) {
    SourceChange change{present, true};
    change.source.set_url("https://b.example.org/feed");
    change.source.mutable_credentials()->set_value("new");
    return absl::StatusOr<SourceChange>(change);
  });
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->health().consecutive_failures(), 0);
  const auto lease = store_->TakeDueLease(call_, absl::Minutes(1));
  ASSERT_THAT(lease, IsOk());
  ASSERT_TRUE(lease->has_value());
  EXPECT_EQ((*lease)->source.http_etag, "");
  EXPECT_EQ((*lease)->credentials.value(), "new");
  EXPECT_THAT(store_->Update(call_, "sources/none", "", {}, rename),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(store_->Update(call_, "sources/a", "", {},
                             [](const v1::Source&) -> absl::StatusOr<SourceChange> {
                               return error::InvalidField("source.url", "is wrong");
                             }),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(SourcesTest, CredentialsDoNotFollowAnAddressToAnotherOrigin) {
  v1::Source source = Source("a", "https://a.example.org/feed");
  source.mutable_credentials()->set_value("hush");
  ASSERT_THAT(store_->Create(call_, source, {}), IsOk());
  const auto move_to = [&](const std::string& url, bool with_credentials) {
    return store_->Update(call_, "sources/a", "", {}, [=](const v1::Source& present) {
      SourceChange change{present, with_credentials};
      change.source.set_url(url);
      if (with_credentials) change.source.mutable_credentials()->set_value("other");
      return absl::StatusOr<SourceChange>(change);
    });
  };
  for (const char* elsewhere : {"https://b.example.org/feed", "http://a.example.org/feed",
                                "https://a.example.org:8443/feed", ""}) {
    EXPECT_THAT(move_to(elsewhere, false), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD))
        << elsewhere;
  }
  EXPECT_THAT(move_to("https://a.example.org/other", false), IsOk());
  EXPECT_THAT(move_to("https://b.example.org/feed", true), IsOk());
  EXPECT_EQ(store_->TakeLease(call_, "sources/a", absl::Minutes(1))->credentials.value(), "other");
}

TEST_F(SourcesTest, DeletesASourceWithAllThatIsItsOwn) {
  v1::Source source = Source("a", "https://a.example.org/");
  source.mutable_credentials()->set_value("hush");
  ASSERT_THAT(store_->Create(call_, source, {}), IsOk());
  const auto lease = store_->TakeLease(call_, "sources/a", absl::Minutes(1));
  ASSERT_THAT(lease, IsOk());
  ASSERT_THAT(store_->AddRejects(call_, lease->source.key, {{error::EmptyEntry(), 0, "t", "c"}}),
              IsOk());
  EXPECT_THAT(store_->Delete(call_, "sources/a", "\"7\"", {}),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  ASSERT_THAT(store_->Delete(call_, "sources/a", "\"1\"", Request("d1")), IsOk());
  EXPECT_THAT(store_->Delete(call_, "sources/a", "\"1\"", Request("d1")), IsOk());
  EXPECT_THAT(store_->Delete(call_, "sources/a", "", {}),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_EQ(Sql("SELECT (SELECT count(*) FROM ingestion.credentials)"
                " + (SELECT count(*) FROM ingestion.rejects)"),
            "0");
  // Its fetch may still be under way, so its host is not free yet.
  Sql("DELETE FROM ingestion.hosts");
  // Made again, its epochs go on, as the catalog remembers them.
  Make("a", "https://a.example.org/");
  const auto next = store_->TakeLease(call_, "sources/a", absl::Minutes(1));
  ASSERT_THAT(next, IsOk());
  EXPECT_GT(next->epoch, lease->epoch);
}

TEST_F(SourcesTest, RemembersGuidsAndNeverBettersTheFormOfKeys) {
  ASSERT_THAT(store_->Create(call_, Source("wire", "https://wire.example.org/feed"), {}), IsOk());
  auto stored = store_->Get(call_, "sources/wire");
  EXPECT_EQ(stored->guid_memory, "");
  const std::string memory("\0\xFF\\x'", 5);
  ASSERT_THAT(store_->SetEntryKeys(call_, stored->key, 2, memory), IsOk());
  ASSERT_THAT(store_->SetEntryKeys(call_, stored->key, 1, memory), IsOk());
  stored = store_->Get(call_, "sources/wire");
  EXPECT_EQ(stored->key_form, 2);
  EXPECT_EQ(stored->guid_memory, memory);
}

TEST_F(SourcesTest, KeepsRejectsOnceWithinTheirBounds) {
  Make("a");
  Make("b");
  const int64_t a = store_->Get(call_, "sources/a")->key;
  const int64_t b = store_->Get(call_, "sources/b")->key;
  const NewReject reject{error::InvalidField("article.title", "is long"), 3, "Title",
                         std::string("\0bytes", 6)};
  ASSERT_THAT(store_->AddRejects(call_, a, {reject, reject}), IsOk());
  ASSERT_THAT(store_->AddRejects(call_, a, {reject}), IsOk());
  ASSERT_THAT(store_->AddRejects(call_, b, {reject}), IsOk());
  const auto of_a = store_->ListRejects(call_, "sources/a", 0, 10);
  ASSERT_THAT(of_a, IsOk());
  ASSERT_EQ(of_a->size(), 1U);
  EXPECT_EQ(of_a->front().content(), reject.content);
  EXPECT_EQ(of_a->front().entry_position(), 3);
  EXPECT_NE(of_a->front().error().message().find("article.title"), std::string::npos);
  EXPECT_EQ(store_->ListRejects(call_, "sources/-", 0, 10)->size(), 2U);
  const std::string& name = of_a->front().name();
  EXPECT_THAT(store_->GetReject(call_, name), IsOk());
  // The number is another source's.
  EXPECT_THAT(store_->GetReject(call_, "sources/b" + name.substr(9)),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(store_->DeleteReject(call_, name), IsOk());
  EXPECT_THAT(store_->GetReject(call_, name),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));

  Sql("UPDATE ingestion.rejects SET create_time = now() - interval '31 days'");
  // 5 times 60 MiB is more than 256 MiB: the oldest of them goes too.
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(store_->AddRejects(call_, b,
                                   {{error::EmptyEntry(), i, "",
                                     std::string(60 << 20, static_cast<char>('a' + i))}}),
                IsOk());
  }
  EXPECT_EQ(Sql("SELECT string_agg(entry_position::text, ',' ORDER BY number)"
                " FROM ingestion.rejects"),
            "1,2,3,4");
}

TEST_F(SourcesTest, SaysWhenTheDatabaseIsAway) {
  pg::PoolOptions options = OptionsFor("dateline_ingestion");
  options.conninfo = "host=127.0.0.1 port=1 dbname=none";
  pg::Pool pool(options);
  PostgresSourceStore store(pool);
  EXPECT_THAT(store.Get(call_.WithTimeout(absl::Seconds(5)), "sources/a"),
              HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
}

}  // namespace
}  // namespace dateline::ingestion::store
