// Who fetches what when, on a real PostgreSQL.

#include <atomic>
#include <map>
#include <thread>

#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "services/ingestion/pipeline/time.h"
#include "services/ingestion/store/postgres_store_test_base.h"

namespace dateline::ingestion::store {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;

constexpr absl::Duration kLong = absl::Minutes(2);

FetchRecord Taken(absl::Time next) {
  FetchRecord record;
  record.fetch.set_outcome(v1::FETCH_OUTCOME_TAKEN);
  pipeline::ToProto(absl::Now(), record.fetch.mutable_start_time());
  record.next_fetch_time = next;
  return record;
}

class LeasesTest : public PostgresStoreTest {
 protected:
  // The id of the source whose lease was taken; empty if none was due.
  std::string TakeDue(Lease* lease = nullptr) {
    const auto taken = store_->TakeDueLease(call_, kLong);
    EXPECT_THAT(taken, IsOk());
    if (!taken.ok() || !taken->has_value()) return "";
    if (lease != nullptr) *lease = **taken;
    return (*taken)->source.source.name().substr(8);
  }
  // As if `interval` had passed.
  void LetPass(const std::string& interval) {
    Sql("UPDATE ingestion.sources SET lease_until = lease_until - interval '" + interval +
        "', next_fetch_time = next_fetch_time - interval '" + interval + "'");
    Sql("UPDATE ingestion.hosts SET not_before = not_before - interval '" + interval + "'");
  }
};

TEST_F(LeasesTest, OneHasTheLeaseUntilItEndsOrExpires) {
  Make("a", "https://a.example.org/");
  EXPECT_THAT(store_->TakeLease(call_, "sources/none", kLong),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  const auto first = store_->TakeLease(call_, "sources/a", kLong);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(store_->TakeLease(call_, "sources/a", kLong),
              HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
  EXPECT_EQ(TakeDue(), "");
  LetPass("3 minutes");
  const auto second = store_->TakeLease(call_, "sources/a", kLong);
  ASSERT_THAT(second, IsOk());
  EXPECT_GT(second->epoch, first->epoch);
  // Who was too late writes nothing.
  EXPECT_THAT(store_->EndFetch(call_, *first, Taken(absl::Now())),
              HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
  EXPECT_THAT(store_->EndFetch(call_, *second, Taken(absl::Now())), IsOk());
  EXPECT_EQ(store_->ListFetches(call_, "sources/a", 0, 10)->size(), 1U);
}

TEST_F(LeasesTest, TakesTheSourceThatHasBeenDueLongestAndOnePerHost) {
  Make("late", "https://one.example.org/x");
  Make("later", "https://ONE.example.org/y");
  Make("other", "https://two.example.org/");
  Make("upload");
  Make("paused", "https://three.example.org/");
  ASSERT_THAT(store_->SetState(call_, "sources/paused", content::v1::SOURCE_STATE_PAUSED), IsOk());
  Make("future", "https://four.example.org/");
  Sql("UPDATE ingestion.sources SET next_fetch_time = now() + interval '1 hour'"
      " WHERE id = 'future'");
  Lease late;
  EXPECT_EQ(TakeDue(&late), "late");
  EXPECT_EQ(TakeDue(), "other");
  EXPECT_EQ(TakeDue(), "");
  FetchRecord record = Taken(absl::Now() + absl::Hours(1));
  record.host_not_before = absl::Now() + absl::Minutes(10);
  ASSERT_THAT(store_->EndFetch(call_, late, record), IsOk());
  // The host wants to be left alone, whichever source it is.
  EXPECT_EQ(TakeDue(), "");
  LetPass("11 minutes");
  EXPECT_EQ(TakeDue(), "later");
  // Its lease has run out meanwhile.
  EXPECT_EQ(TakeDue(), "other");
}

TEST_F(LeasesTest, RacingWorkersNeverFetchASourceOrAHostAtOnce) {
  constexpr int kSources = 40;
  constexpr int kHosts = 8;
  for (int i = 0; i < kSources; ++i) {
    Make(absl::StrCat("s", i), absl::StrCat("https://h", i % kHosts, ".example.org/", i));
  }
  Mutex mutex;
  std::map<std::string, int> busy;
  std::atomic<int> fetched{0};
  const auto work = [&] {
    const absl::Time until = absl::Now() + absl::Seconds(60);
    while (fetched < kSources && absl::Now() < until) {
      const auto lease = store_->TakeDueLease(call_, kLong);
      ASSERT_THAT(lease, IsOk());
      if (!lease->has_value()) continue;
      const std::string host = (*lease)->source.source.url().substr(8, 2);
      {
        MutexLock lock(mutex);
        EXPECT_EQ(++busy[host], 1) << host;
      }
      ++fetched;
      {
        MutexLock lock(mutex);
        --busy[host];
      }
      ASSERT_THAT(store_->EndFetch(call_, **lease, Taken(absl::Now() + absl::Hours(1))), IsOk());
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < 6; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(fetched, kSources);
  EXPECT_EQ(Sql("SELECT count(DISTINCT source_key) || ' ' || count(*) FROM ingestion.fetches"),
            absl::StrCat(kSources, " ", kSources));
}

TEST_F(LeasesTest, WritesDownWhatCameOfAFetch) {
  Make("a", "https://a.example.org/");
  const auto fetch = [&](FetchRecord record) {
    Sql("UPDATE ingestion.sources SET next_fetch_time = now()");
    Sql("DELETE FROM ingestion.hosts");
    Lease lease;
    EXPECT_EQ(TakeDue(&lease), "a");
    EXPECT_THAT(store_->EndFetch(call_, lease, record), IsOk());
    return *store_->Get(call_, "sources/a");
  };
  FetchRecord record = Taken(absl::FromUnixSeconds(2'000'000'000));
  record.http_etag = "W/\"1\"";
  record.http_last_modified = "Tue, 22 Sep 2026 00:00:00 GMT";
  record.key_form = 2;
  record.interval = absl::Hours(3);
  record.moved_to = "https://b.example.org/";
  record.moved_since = absl::FromUnixSeconds(1'700'000'000);
  StoredSource stored = fetch(record);
  EXPECT_EQ(stored.http_etag, "W/\"1\"");
  EXPECT_EQ(stored.http_last_modified, "Tue, 22 Sep 2026 00:00:00 GMT");
  EXPECT_EQ(stored.key_form, 2);
  EXPECT_EQ(stored.interval, absl::Hours(3));
  EXPECT_EQ(stored.moved_to, "https://b.example.org/");
  EXPECT_EQ(stored.moved_since, record.moved_since);
  EXPECT_EQ(stored.source.health().next_fetch_time().seconds(), 2'000'000'000);
  EXPECT_TRUE(stored.source.health().has_last_success_time());

  // A failure keeps the validators, as nothing was delivered.
  FetchRecord failed;
  failed.fetch.set_outcome(v1::FETCH_OUTCOME_FAILED);
  failed.fetch.mutable_error()->set_message("no route");
  failed.http_etag = "other";
  stored = fetch(failed);
  EXPECT_EQ(stored.http_etag, "W/\"1\"");
  EXPECT_EQ(stored.interval, absl::Hours(3));
  EXPECT_EQ(stored.key_form, 2);
  EXPECT_EQ(stored.source.health().consecutive_failures(), 1);
  EXPECT_EQ(stored.source.health().last_error(), "no route");
  failed.blames_source = false;
  EXPECT_EQ(fetch(failed).source.health().consecutive_failures(), 1);

  FetchRecord adopted = Taken(absl::Now());
  adopted.adopted_url = "https://b.example.org/";
  stored = fetch(adopted);
  EXPECT_EQ(stored.source.url(), "https://b.example.org/");
  EXPECT_EQ(stored.source.version(), 2);
  EXPECT_EQ(stored.source.health().consecutive_failures(), 0);
  EXPECT_EQ(stored.moved_to, "");

  FetchRecord gone = failed;
  gone.pauses = true;
  EXPECT_EQ(fetch(gone).source.state(), content::v1::SOURCE_STATE_PAUSED);
}

TEST_F(LeasesTest, AChangeOfTheSourceWinsOverAFetchUnderWay) {
  Make("a", "https://a.example.org/");
  Lease lease;
  ASSERT_EQ(TakeDue(&lease), "a");
  ASSERT_THAT(store_->Update(call_, "sources/a", "", {},
                             [](const content::v1::Source& present) {
                               SourceChange change{present, false};
                               change.source.set_url("https://b.example.org/");
                               return absl::StatusOr<SourceChange>(change);
                             }),
              IsOk());
  FetchRecord record = Taken(absl::Now() + absl::Hours(9));
  record.http_etag = "\"of the old address\"";
  record.adopted_url = "https://c.example.org/";
  ASSERT_THAT(store_->EndFetch(call_, lease, record), IsOk());
  const auto stored = store_->Get(call_, "sources/a");
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->source.url(), "https://b.example.org/");
  EXPECT_EQ(stored->http_etag, "");
  EXPECT_EQ(TakeDue(), "a");
}

TEST_F(LeasesTest, TheLogIsListedNewestFirstAndForgetsAfterAMonth) {
  Make("a", "https://a.example.org/");
  for (int i = 0; i < 4; ++i) {
    const auto lease = store_->TakeLease(call_, "sources/a", kLong);
    ASSERT_THAT(lease, IsOk());
    FetchRecord record = Taken(absl::Now());
    record.fetch.set_bytes(i);
    ASSERT_THAT(store_->EndFetch(call_, *lease, record), IsOk());
    if (i == 0) {
      Sql("UPDATE ingestion.fetches SET start_time = start_time - interval '31 days'");
    }
  }
  const auto page = store_->ListFetches(call_, "sources/a", 0, 2);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->size(), 2U);
  EXPECT_EQ((*page)[0].bytes(), 3);
  const std::string& last = (*page)[1].name();
  const int64_t number = std::stoll(last.substr(last.rfind('/') + 1));
  const auto rest = store_->ListFetches(call_, "sources/a", number, 10);
  ASSERT_THAT(rest, IsOk());
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ((*rest)[0].bytes(), 1);
  EXPECT_THAT(store_->ListFetches(call_, "sources/none", 0, 10),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(LeasesTest, CountsWhatIsPolledAndDue) {
  Make("a", "https://a.example.org/");
  Make("b", "https://b.example.org/");
  Make("upload");
  Sql("UPDATE ingestion.sources SET next_fetch_time = now() + interval '1 hour' WHERE id = 'a'");
  Sql("UPDATE ingestion.sources SET next_fetch_time = now() - interval '1 hour' WHERE id = 'b'");
  const auto counts = store_->Count(call_);
  ASSERT_THAT(counts, IsOk());
  EXPECT_EQ(counts->polled, 2);
  EXPECT_EQ(counts->due, 1);
  EXPECT_GE(counts->oldest_due, absl::Hours(1));
}

}  // namespace
}  // namespace dateline::ingestion::store
