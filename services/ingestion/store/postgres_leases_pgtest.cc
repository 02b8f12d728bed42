// Who fetches what when, on a real PostgreSQL.

#include <atomic>
#include <map>
#include <thread>

#include "absl/time/clock.h"
#include "common/api/proto_time.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "services/ingestion/store/postgres_store_test_base.h"

namespace dateline::ingestion::store {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;

constexpr absl::Duration kLong = absl::Minutes(2);

FetchRecord Taken(absl::Time next) {
  FetchRecord record;
  record.fetch.set_outcome(v1::FETCH_OUTCOME_TAKEN);
  *record.fetch.mutable_start_time() = TimeToProto(absl::Now());
  record.next_fetch_time = next;
  return record;
}

const WriteOptions kState = {"PauseSource", "", "", false};

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
    Sql("UPDATE ingestion.hosts SET not_before = not_before - interval '" + interval +
        "', busy_until = busy_until - interval '" + interval +
        "', patience_until = patience_until - interval '" + interval + "'");
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
  ASSERT_THAT(store_->SetState(call_, "sources/paused", "", kState, v1::SOURCE_STATE_PAUSED, ""),
              IsOk());
  Make("future", "https://four.example.org/");
  Sql("UPDATE ingestion.sources SET next_fetch_time = now() + interval '1 hour'"
      " WHERE id = 'future'");
  Lease late;
  EXPECT_EQ(TakeDue(&late), "late");
  EXPECT_EQ(TakeDue(), "other");
  EXPECT_EQ(TakeDue(), "");
  FetchRecord record = Taken(absl::Now() + absl::Hours(1));
  record.patient_host = "one.example.org";
  record.patient_until = absl::Now() + absl::Minutes(10);
  ASSERT_THAT(store_->EndFetch(call_, late, record), IsOk());
  // The host wants to be left alone, whichever source it is, and whoever asks.
  const auto asked = store_->TakeLease(call_, "sources/later", kLong);
  EXPECT_THAT(asked, HasReason(errors::v1::ERROR_REASON_FETCH_FAILED));
  EXPECT_GT(error::RetryDelayOf(asked.status()), absl::Minutes(9));
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
  record.skip_times.add_skip_hours(3);
  record.document_digest = std::string("\0digest", 7);
  StoredSource stored = fetch(record);
  EXPECT_EQ(stored.skip_times.skip_hours(0), 3);
  EXPECT_EQ(stored.document_digest, record.document_digest);
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
  gone.pause_reason = "gone";
  stored = fetch(gone);
  EXPECT_EQ(stored.source.state(), v1::SOURCE_STATE_PAUSED);
  EXPECT_EQ(stored.source.pause().reason(), "gone");
  EXPECT_EQ(stored.source.pause().caller(), "");
  EXPECT_TRUE(stored.source.pause().has_time());
}

TEST_F(LeasesTest, AHostIsForOneFetchAtATimeWhoeverAsks) {
  Make("a", "http://one.example.org/a");
  Make("b", "http://ONE.example.org:80/b");
  Make("c", "http://one.example.org:8080/c");
  Lease a;
  ASSERT_EQ(TakeDue(&a), "a");
  EXPECT_THAT(store_->TakeLease(call_, "sources/b", kLong),
              HasReason(errors::v1::ERROR_REASON_OVERLOADED));
  // Another port is another server.
  EXPECT_THAT(store_->TakeLease(call_, "sources/c", kLong), IsOk());
  ASSERT_THAT(store_->EndFetch(call_, a, Taken(absl::Now() + absl::Hours(1))), IsOk());
  const auto b = store_->TakeLease(call_, "sources/b", kLong);
  ASSERT_THAT(b, IsOk());
  LetPass("3 minutes");
  // The lease of b has expired, and so has its hold on the host.
  const auto again = store_->TakeLease(call_, "sources/a", kLong);
  ASSERT_THAT(again, IsOk());
  // Nobody took b meanwhile, so its fetch is recorded; but the host is no longer its own to free.
  ASSERT_THAT(store_->EndFetch(call_, *b, Taken(absl::Now() + absl::Hours(1))), IsOk());
  EXPECT_THAT(store_->TakeLease(call_, "sources/b", kLong),
              HasReason(errors::v1::ERROR_REASON_OVERLOADED));
}

TEST_F(LeasesTest, RenewsOnlyWhatIsStillHeld) {
  Make("a", "https://a.example.org/");
  Make("b", "https://b.example.org/");
  const auto a = store_->TakeLease(call_, "sources/a", kLong);
  const auto b = store_->TakeLease(call_, "sources/b", kLong);
  ASSERT_THAT(a, IsOk());
  ASSERT_THAT(b, IsOk());
  const auto key = [](const Lease& lease) {
    return LeaseKey{lease.source.key, lease.epoch, lease.host};
  };
  ASSERT_THAT(store_->EndFetch(call_, *b, Taken(absl::Now() + absl::Hours(1))), IsOk());
  LetPass("119 seconds");
  ASSERT_THAT(store_->RenewLeases(call_, {key(*a), key(*b)}, kLong), IsOk());
  LetPass("60 seconds");
  EXPECT_THAT(store_->TakeLease(call_, "sources/a", kLong),
              HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
  // What has ended does not come back.
  EXPECT_THAT(store_->TakeLease(call_, "sources/b", kLong), IsOk());
  LetPass("180 seconds");
  const auto taken_over = store_->TakeLease(call_, "sources/a", kLong);
  ASSERT_THAT(taken_over, IsOk());
  // A process that comes back from the dead does not prolong another's lease.
  LetPass("100 seconds");
  ASSERT_THAT(store_->RenewLeases(call_, {key(*a)}, absl::Hours(1)), IsOk());
  LetPass("30 seconds");
  EXPECT_THAT(store_->TakeLease(call_, "sources/a", kLong), IsOk());
}

TEST_F(LeasesTest, ResumingASourceMakesItDueAndForgetsWhyItWasPaused) {
  Make("a", "https://a.example.org/");
  Sql("UPDATE ingestion.sources SET next_fetch_time = now() + interval '1 day'");
  const auto paused =
      store_->SetState(call_, "sources/a", "", kState, v1::SOURCE_STATE_PAUSED, "why");
  ASSERT_THAT(paused, IsOk());
  EXPECT_EQ(paused->pause().reason(), "why");
  EXPECT_EQ(paused->pause().caller(), "test");
  EXPECT_EQ(TakeDue(), "");
  // Pausing it again changes nothing.
  EXPECT_EQ(store_->SetState(call_, "sources/a", "", kState, v1::SOURCE_STATE_PAUSED, "x")
                ->pause()
                .reason(),
            "why");
  const auto resumed =
      store_->SetState(call_, "sources/a", "", kState, v1::SOURCE_STATE_ACTIVE, "");
  ASSERT_THAT(resumed, IsOk());
  EXPECT_FALSE(resumed->has_pause());
  EXPECT_EQ(TakeDue(), "a");
}

TEST_F(LeasesTest, KeepsACrawlDelayPerHost) {
  Make("a", "https://a.example.org/1");
  const CrawlDelay delay{absl::Seconds(30), absl::FromUnixSeconds(2'000'000'000)};
  ASSERT_THAT(store_->SetCrawlDelay(call_, "a.example.org", delay), IsOk());
  const auto lease = store_->TakeLease(call_, "sources/a", kLong);
  ASSERT_THAT(lease, IsOk());
  EXPECT_EQ(lease->crawl_delay.delay, delay.delay);
  EXPECT_EQ(lease->crawl_delay.believed_until, delay.believed_until);
}

TEST_F(LeasesTest, SweepsWhatNobodyNeedsAnyMore) {
  Make("a", "https://a.example.org/");
  Lease lease;
  ASSERT_EQ(TakeDue(&lease), "a");
  ASSERT_THAT(store_->EndFetch(call_, lease, Taken(absl::Now())), IsOk());
  Sql("UPDATE ingestion.fetches SET start_time = start_time - interval '31 days'");
  Sql("INSERT INTO ingestion.hosts (host, not_before) VALUES ('old', now() - interval '2 days'),"
      " ('new', now())");
  ASSERT_THAT(store_->Sweep(call_), IsOk());
  EXPECT_EQ(Sql("SELECT string_agg(host, ',' ORDER BY host) FROM ingestion.hosts"),
            "a.example.org,new");
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.fetches"), "0");
}

TEST_F(LeasesTest, TheLogIsBoundedInNumberToo) {
  Make("a", "https://a.example.org/");
  Sql("INSERT INTO ingestion.fetches (source_key, start_time, message)"
      " SELECT key, now(), '' FROM ingestion.sources, generate_series(1, 10100)");
  // It is looked at every 64 fetches.
  for (int i = 0; i < 64; ++i) {
    const auto lease = store_->TakeLease(call_, "sources/a", kLong);
    ASSERT_THAT(lease, IsOk());
    ASSERT_THAT(store_->EndFetch(call_, *lease, Taken(absl::Now())), IsOk());
  }
  EXPECT_LE(std::stoi(Sql("SELECT count(*) FROM ingestion.fetches")), 10'064);
}

TEST_F(LeasesTest, AChangeOfTheSourceWinsOverAFetchUnderWay) {
  Make("a", "https://a.example.org/");
  Lease lease;
  ASSERT_EQ(TakeDue(&lease), "a");
  ASSERT_THAT(store_->Update(call_, "sources/a", "", {},
                             [](const v1::Source& present) {
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
