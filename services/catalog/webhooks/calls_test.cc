#include "services/catalog/webhooks/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/webhooks/signature.h"

namespace dateline::catalog::webhooks {
namespace {

using dateline::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;
using Then = store::WebhookCallResult::Then;

constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

store::WebhookCall Call() {
  store::WebhookCall call;
  call.webhook.set_name("webhooks/one");
  call.webhook.set_url("https://receiver.example/hook?key=1");
  call.webhook.set_secret(kSecret);
  call.payload.set_delivery_id("d1");
  v1::WebhookEvent* const event = call.payload.add_events();
  event->set_article("articles/a1");
  event->set_change_kind(v1::CHANGE_KIND_BECAME_VISIBLE);
  event->set_version(3);
  call.now = absl::FromUnixSeconds(1'700'000'000);
  return call;
}

http::HttpResponse Response(int status) {
  http::HttpResponse response;
  response.status = status;
  response.body = "what the receiver says";
  return response;
}

TEST(CallsTest, TheRequestIsThePayloadAsJsonSigned) {
  const auto request = MakeRequest({}, Call());
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->body, R"({"deliveryId":"d1","events":[{"article":"articles/a1",)"
                           R"("changeKind":"CHANGE_KIND_BECAME_VISIBLE","version":"3"}]})");
  EXPECT_EQ(request->redirects, http::RedirectPolicy::kNever);
  EXPECT_EQ(request->max_bytes, 4096u);
  ASSERT_EQ(request->headers.size(), 4u);
  EXPECT_EQ(request->headers[1].value, "d1");
  EXPECT_EQ(request->headers[2].value, "1700000000");
  EXPECT_EQ(request->headers[3].value, Sign(*KeyOf(kSecret), "d1", 1'700'000'000, request->body));
}

TEST(CallsTest, OnlyHttpsIsCalledUnlessTheOperatorAllowsHttp) {
  store::WebhookCall call = Call();
  call.webhook.set_url("http://receiver.example/");
  EXPECT_THAT(MakeRequest({}, call), Not(IsOk()));
  CallRules rules;
  rules.allow_http = true;
  EXPECT_THAT(MakeRequest(rules, call), IsOk());
}

TEST(CallsTest, AllBut2xxIsTriedAgain) {
  for (const int status : {200, 202, 204, 299}) {
    EXPECT_EQ(Judge({}, Call(), Response(status), {}).then, Then::kDone) << status;
  }
  for (const int status : {301, 307, 400, 404, 429, 500, 503}) {
    const auto result = Judge({}, Call(), Response(status), {});
    EXPECT_EQ(result.then, Then::kRetry) << status;
    EXPECT_EQ(result.http_status, status);
    EXPECT_THAT(result.error, Not(HasSubstr("receiver says")));
  }
  const auto result = Judge({}, Call(), error::FetchFailed("https://r.example", "timeout"), {});
  EXPECT_EQ(result.then, Then::kRetry);
  EXPECT_EQ(result.error, "no answer: timeout");
}

TEST(CallsTest, PausesGrowUpToABound) {
  store::WebhookCall call = Call();
  CallRules rules;
  EXPECT_LE(Judge(rules, call, Response(500), {}).retry_in, rules.first_retry);
  call.attempt = 1000;
  const absl::Duration longest = Judge(rules, call, Response(500), {}).retry_in;
  EXPECT_LE(longest, rules.longest_retry);
  EXPECT_GE(longest, rules.longest_retry / 2);
}

TEST(CallsTest, ADeadReceiverIsPaused) {
  store::WebhookCall call = Call();
  call.failing_since = call.now - absl::Hours(71);
  EXPECT_EQ(Judge({}, call, Response(500), {}).then, Then::kRetry);
  call.failing_since = call.now - absl::Hours(72);
  EXPECT_EQ(Judge({}, call, Response(500), {}).then, Then::kPause);
  EXPECT_EQ(Judge({}, Call(), Response(410), {}).then, Then::kPause);
}

}  // namespace
}  // namespace dateline::catalog::webhooks
