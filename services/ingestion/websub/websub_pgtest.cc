// Subscriptions on a real PostgreSQL: what a hub is asked, and what it gets when it calls.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/http/test_client.h"
#include "common/http/test_server.h"
#include "services/ingestion/store/postgres_store_test_base.h"
#include "services/ingestion/store/postgres_subscriptions.h"
#include "services/ingestion/websub/callback.h"
#include "services/ingestion/websub/subscriber.h"

namespace dateline::ingestion::websub {
namespace {

using dateline::testing::IsOk;
using http::Answer;
using http::TestServer;

constexpr char kTopic[] = "https://a.example.org/feed?x=1&y";
constexpr char kPublicUrl[] = "https://news.example.org/base";

class WebSubTest : public store::PostgresStoreTest {
 protected:
  void SetUp() override {
    PostgresStoreTest::SetUp();
    subscriptions_ = std::make_unique<store::PostgresSubscriptionStore>(*pool_);
    callback_ = std::make_unique<Callback>(*subscriptions_, metrics_);
    Make("a", "https://a.example.org/feed");
  }

  // A fetch of source a, whose document names `hub`; empty: none.
  void Fetch(const std::string& hub, const std::string& topic = kTopic) {
    const auto lease = store_->TakeLease(call_, "sources/a", absl::Minutes(1));
    ASSERT_THAT(lease, IsOk());
    store::FetchRecord record;
    record.fetch.set_outcome(v1::FETCH_OUTCOME_TAKEN);
    *record.fetch.mutable_start_time() = TimeToProto(absl::Now());
    record.next_fetch_time = absl::Now() + absl::Hours(6);
    record.hub_offer = store::HubOffer{hub, hub.empty() ? "" : topic};
    ASSERT_THAT(store_->EndFetch(call_, *lease, record), IsOk());
  }

  absl::StatusOr<bool> Subscribe() {
    return SubscribeNextDue(call_, {*subscriptions_, *http_, metrics_, kPublicUrl});
  }

  std::string Column(const std::string& column) {
    return Sql(absl::StrCat("SELECT ", column, " FROM ingestion.subscriptions"));
  }

  int Verify(const std::string& mode, const std::string& topic, std::string* body = nullptr,
             const std::string& token = "") {
    http::ServerRequest request;
    request.method = "GET";
    request.path = absl::StrCat(kPath, token.empty() ? Column("token") : token);
    request.arguments = {{"hub.mode", mode},
                         {"hub.topic", topic},
                         {"hub.challenge", "challenge <b>"},
                         {"hub.lease_seconds", "864000"}};
    const http::ServerResponse response = callback_->Handle(request);
    EXPECT_TRUE(absl::StartsWith(response.content_type, "text/plain"));
    if (body != nullptr) *body = response.body;
    return response.status;
  }

  int Push(const std::string& signature, const std::string& token = "") {
    http::ServerRequest request;
    request.method = "POST";
    request.path = absl::StrCat(kPath, token.empty() ? Column("token") : token);
    request.body = "whatever";
    if (!signature.empty()) request.headers = {{"X-Hub-Signature", signature}};
    return callback_->Handle(request).status;
  }

  // The signature of the body that Push sends.
  std::string Signature() {
    const std::string secret = Column("secret");
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>("whatever"), 8, digest, &size);
    return absl::StrCat("sha256=", absl::BytesToHexString(absl::string_view(
                                       reinterpret_cast<const char*>(digest), size)));
  }

  bool IsDue() {
    return Sql("SELECT next_fetch_time <= clock_timestamp() FROM ingestion.sources") == "t";
  }

  obs::Metrics metrics_;
  std::unique_ptr<store::PostgresSubscriptionStore> subscriptions_;
  std::unique_ptr<Callback> callback_;
  std::unique_ptr<http::HttpClient> http_ = http::MakeClient();
};

TEST_F(WebSubTest, AsksTheHubOnceAndIsVerified) {
  TestServer hub(TestServer::Always(Answer("202 Accepted", "", "")));
  Fetch(hub.Url("/hub"));
  const auto asked = Subscribe();
  ASSERT_THAT(asked, IsOk());
  EXPECT_TRUE(*asked);
  EXPECT_FALSE(*Subscribe());
  ASSERT_EQ(hub.requests().size(), 1U);
  const std::string request = hub.requests()[0];
  const std::string token = Column("token");
  EXPECT_EQ(token.size(), 26U);
  EXPECT_TRUE(absl::StrContains(
      request, absl::StrCat("\r\n\r\nhub.mode=subscribe"
                            "&hub.topic=https%3a%2f%2fa.example.org%2ffeed%3fx%3d1%26y"
                            "&hub.callback=https%3a%2f%2fnews.example.org%2fbase%2fwebsub%2f",
                            token, "&hub.secret=", Column("secret"), "&hub.lease_seconds=864000")))
      << request;
  std::string body;
  EXPECT_EQ(Verify("subscribe", kTopic, &body), 200);
  EXPECT_EQ(body, "challenge <b>");
  const auto source = store_->Get(call_, "sources/a");
  ASSERT_THAT(source, IsOk());
  EXPECT_TRUE(source->source.health().has_push_expire_time());
  EXPECT_EQ(Column("next_attempt < lease_until AND next_attempt > now() + interval '7 days'"), "t");
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.sources WHERE position('" + Column("secret") +
                "'::bytea IN message) > 0"),
            "0");
}

TEST_F(WebSubTest, AnswersOnlyWhatWasAskedFor) {
  TestServer hub(TestServer::Always(Answer("202 Accepted", "", "")));
  Fetch(hub.Url("/hub"));
  // Not asked yet.
  EXPECT_EQ(Verify("subscribe", kTopic), 404);
  ASSERT_TRUE(*Subscribe());
  EXPECT_EQ(Verify("subscribe", "https://a.example.org/other"), 404);
  EXPECT_EQ(Verify("unsubscribe", kTopic), 404);
  EXPECT_EQ(Verify("", kTopic), 404);
  EXPECT_EQ(Verify("subscribe", kTopic, nullptr, std::string(26, 'a')), 404);
  EXPECT_EQ(Verify("subscribe", kTopic, nullptr, "../x"), 404);
  EXPECT_EQ(Column("lease_until IS NULL"), "t");
  // Too late.
  Sql("UPDATE ingestion.subscriptions SET pending_until = now() - interval '1 second'");
  EXPECT_EQ(Verify("subscribe", kTopic), 404);
  http::ServerRequest request;
  request.method = "PUT";
  request.path = absl::StrCat(kPath, Column("token"));
  EXPECT_EQ(callback_->Handle(request).status, 405);
  request.path = "/metrics";
  EXPECT_EQ(callback_->Handle(request).status, 404);
}

TEST_F(WebSubTest, AGoodPushMakesTheSourceDueOnceAMinute) {
  TestServer hub(TestServer::Always(Answer("202 Accepted", "", "")));
  Fetch(hub.Url("/hub"));
  EXPECT_FALSE(IsDue());
  EXPECT_EQ(Push("sha256=" + std::string(64, '0')), 202);
  EXPECT_EQ(Push(""), 202);
  EXPECT_FALSE(IsDue());
  EXPECT_EQ(Column("bad_pushes"), "2");
  EXPECT_EQ(Column("pushes"), "0");
  EXPECT_EQ(Push(Signature(), std::string(26, 'a')), 410);
  EXPECT_EQ(Push(Signature()), 202);
  EXPECT_TRUE(IsDue());
  const auto lease = store_->TakeLease(call_, "sources/a", absl::Minutes(1));
  ASSERT_THAT(lease, IsOk());
  EXPECT_TRUE(lease->pushed);
  store::FetchRecord record;
  record.fetch.set_outcome(v1::FETCH_OUTCOME_NOT_MODIFIED);
  *record.fetch.mutable_start_time() = TimeToProto(absl::Now());
  record.next_fetch_time = absl::Now() + absl::Hours(6);
  ASSERT_THAT(store_->EndFetch(call_, *lease, record), IsOk());
  EXPECT_FALSE(IsDue());
  // More of them within the minute are one, at its end.
  const char* const until_due =
      "SELECT next_fetch_time - push_poll_time < interval '1 second' AND next_fetch_time BETWEEN"
      " now() + interval '50 seconds' AND now() + interval '60 seconds'"
      " FROM ingestion.sources, ingestion.subscriptions";
  EXPECT_EQ(Push(Signature()), 202);
  EXPECT_EQ(Sql(until_due), "t");
  EXPECT_EQ(Push(Signature()), 202);
  EXPECT_EQ(Sql(until_due), "t");
  EXPECT_EQ(Column("pushes"), "3");
}

TEST_F(WebSubTest, APushInTheMiddleOfAFetchIsNotLost) {
  TestServer hub(TestServer::Always(Answer("202 Accepted", "", "")));
  Fetch(hub.Url("/hub"));
  const auto lease = store_->TakeLease(call_, "sources/a", absl::Minutes(1));
  ASSERT_THAT(lease, IsOk());
  EXPECT_EQ(Push(Signature()), 202);
  store::FetchRecord record;
  record.fetch.set_outcome(v1::FETCH_OUTCOME_NOT_MODIFIED);
  *record.fetch.mutable_start_time() = TimeToProto(absl::Now());
  record.next_fetch_time = absl::Now() + absl::Hours(6);
  ASSERT_THAT(store_->EndFetch(call_, *lease, record), IsOk());
  EXPECT_TRUE(IsDue());
}

TEST_F(WebSubTest, AsksAgainLaterAndLaterWhenTheHubFails) {
  TestServer hub(TestServer::Always(Answer("500 Oops", "", "")));
  Fetch(hub.Url("/hub"));
  int64_t before = 0;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(*Subscribe());
    const int64_t wait = std::stoll(Column("extract(epoch FROM next_attempt - now())::bigint"));
    EXPECT_GT(wait, before);
    before = wait;
    EXPECT_EQ(Column("last_error"), "the hub answered 500");
    // It may not verify what it refused.
    EXPECT_EQ(Verify("subscribe", kTopic), 404);
    Sql("UPDATE ingestion.subscriptions SET next_attempt = now()");
  }
  EXPECT_EQ(Column("attempts"), "4");
}

TEST_F(WebSubTest, RenewsBeforeTheLeaseEndsAndTakesANo) {
  TestServer hub(TestServer::Always(Answer("202 Accepted", "", "")));
  Fetch(hub.Url("/hub"));
  ASSERT_TRUE(*Subscribe());
  ASSERT_EQ(Verify("subscribe", kTopic), 200);
  const std::string token = Column("token");
  Sql("UPDATE ingestion.subscriptions SET next_attempt = now(), pending_until = NULL,"
      " lease_until = now() + interval '2 days'");
  ASSERT_TRUE(*Subscribe());
  ASSERT_EQ(Verify("subscribe", kTopic), 200);
  EXPECT_EQ(Column("token"), token);
  EXPECT_EQ(Column("lease_until > now() + interval '9 days'"), "t");
  EXPECT_EQ(Verify("denied", kTopic), 200);
  EXPECT_EQ(Column("lease_until IS NULL"), "t");
  EXPECT_FALSE(store_->Get(call_, "sources/a")->source.health().has_push_expire_time());
}

TEST_F(WebSubTest, FollowsWhatTheFeedSaysOfItsHub) {
  TestServer hub(TestServer::Always(Answer("202 Accepted", "", "")));
  Fetch(hub.Url("/hub"));
  const std::string first = Column("token");
  Fetch(hub.Url("/hub"));
  EXPECT_EQ(Column("token"), first);
  Fetch(hub.Url("/other"));
  const std::string second = Column("token");
  EXPECT_NE(second, first);
  Fetch(hub.Url("/other"), "https://a.example.org/another");
  EXPECT_NE(Column("token"), second);
  Fetch("");
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.subscriptions"), "0");
}

TEST_F(WebSubTest, AHubMustBePublicLikeAnythingElse) {
  const auto guarded = http::HttpClient::Create({});
  ASSERT_THAT(guarded, IsOk());
  TestServer hub(TestServer::Always(Answer("202 Accepted", "", "")));
  Fetch(hub.Url("/hub"));
  ASSERT_TRUE(*SubscribeNextDue(call_, {*subscriptions_, **guarded, metrics_, kPublicUrl}));
  EXPECT_TRUE(hub.requests().empty());
  EXPECT_TRUE(absl::StrContains(Column("last_error"), "not public"));
}

TEST_F(WebSubTest, TheSecretGoesToNoOtherOrigin) {
  TestServer other(TestServer::Always(Answer("202 Accepted", "", "")));
  TestServer hub(TestServer::Always(
      Answer("307 Temporary Redirect", "Location: " + other.Url("/") + "\r\n", "")));
  Fetch(hub.Url("/hub"));
  ASSERT_TRUE(*Subscribe());
  EXPECT_TRUE(other.requests().empty());
}

TEST(CheckPublicUrl, TakesWhatHubsCanReach) {
  EXPECT_EQ(*CheckPublicUrl("https://a.example/"), "https://a.example");
  EXPECT_EQ(*CheckPublicUrl("http://a.example:8080/x//"), "http://a.example:8080/x");
  for (const char* text : {"", "a.example", "ftp://a.example", "https://a.example/?x",
                           "https://a.example/#x", "https://u:p@a.example/"}) {
    EXPECT_FALSE(CheckPublicUrl(text).ok()) << text;
  }
}

}  // namespace
}  // namespace dateline::ingestion::websub
