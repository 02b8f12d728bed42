// Webhooks over gRPC and their calls to a receiver over HTTP, on a real PostgreSQL.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/http/test_server.h"
#include "common/testing/status_matchers.h"
#include "google/protobuf/util/json_util.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"
#include "services/catalog/webhooks/signature.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using http::Answer;
using http::TestConnection;
using http::TestServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Stub = v1::WebhookService::Stub;
using Editor = v1::CatalogService::Stub;

constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr absl::Duration kPatience = absl::Seconds(60);

std::string HeaderOf(const std::string& request, const std::string& name) {
  const size_t at = request.find(absl::StrCat("\r\n", name, ": "));
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

std::string BodyOf(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

CatalogServerOptions Options() {
  CatalogServerOptions options;
  options.webhooks.calls.allow_http = true;
  options.webhooks.calls.first_retry = absl::Milliseconds(20);
  options.webhooks.calls.longest_retry = absl::Milliseconds(500);
  options.webhooks.calls.timeout = absl::Seconds(2);
  options.webhooks.http.allowed_networks = {"127.0.0.0/8"};
  return options;
}

// A catalog with a publication, and a receiver of calls.
class WebhooksTest : public ::testing::Test {
 protected:
  WebhooksTest() {
    Start();
    EXPECT_THAT(catalog_->CreatePublication(), IsOk());
  }

  void Start() { catalog_ = std::make_unique<Catalog>(conninfo_, api::AllRoles(), Options()); }

  v1::CreateWebhookRequest New(const std::string& id, const std::string& url) const {
    v1::CreateWebhookRequest request;
    request.set_webhook_id(id);
    request.mutable_webhook()->set_url(url);
    request.mutable_webhook()->set_secret(kSecret);
    return request;
  }

  v1::Webhook Create(const v1::CreateWebhookRequest& request) {
    v1::CreateWebhookResponse response;
    EXPECT_THAT(catalog_->Call(&Stub::CreateWebhook, request, &response), IsOk());
    EXPECT_FALSE(response.position().empty());
    return response.webhook();
  }

  v1::Webhook Get(const std::string& id) {
    v1::GetWebhookRequest request;
    request.set_name(absl::StrCat("webhooks/", id));
    v1::GetWebhookResponse response;
    EXPECT_THAT(catalog_->Call(&Stub::GetWebhook, request, &response), IsOk());
    return response.webhook();
  }

  std::vector<v1::WebhookDelivery> Deliveries(const std::string& id) {
    v1::ListDeliveriesRequest request;
    request.set_parent(absl::StrCat("webhooks/", id));
    request.set_page_size(200);
    v1::ListDeliveriesResponse response;
    EXPECT_THAT(catalog_->Call(&Stub::ListDeliveries, request, &response), IsOk());
    return {response.deliveries().begin(), response.deliveries().end()};
  }

  absl::Status SetState(const std::string& id, v1::WebhookState state) {
    v1::UpdateWebhookRequest request;
    request.mutable_webhook()->set_name(absl::StrCat("webhooks/", id));
    request.mutable_webhook()->set_state(state);
    request.mutable_update_mask()->add_paths("state");
    v1::UpdateWebhookResponse response;
    return catalog_->Call(&Stub::UpdateWebhook, request, &response);
  }

  // Publishes an article; its name.
  std::string Publish(const std::string& title,
                      const std::function<void(content::v1::Article*)>& change = {}) {
    v1::CreateArticleRequest request;
    request.mutable_article()->set_publication("publications/daily");
    request.mutable_article()->set_title(title);
    request.mutable_article()->set_body_html("<p>The marker sentence.</p>");
    if (change) change(request.mutable_article());
    request.set_publish(true);
    v1::CreateArticleResponse response;
    EXPECT_THAT(catalog_->Call(&Editor::CreateArticle, request, &response), IsOk());
    position_ = response.position();
    return response.record().name();
  }

  // What the receiver was told, as "article KIND version"; repeated calls count once.
  std::vector<std::string> Told(const TestServer& receiver) {
    std::vector<std::string> told;
    std::set<std::string> calls;
    for (const std::string& request : receiver.requests()) {
      v1::WebhookPayload payload;
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(BodyOf(request), &payload).ok());
      if (!calls.insert(payload.delivery_id()).second) continue;
      for (const v1::WebhookEvent& event : payload.events()) {
        const std::string kind = v1::ChangeKind_Name(event.change_kind());
        told.push_back(absl::StrCat(event.article(), " ", absl::StripPrefix(kind, "CHANGE_KIND_"),
                                    " ", event.version()));
      }
    }
    return told;
  }

  static bool Eventually(const std::function<bool()>& holds) {
    const absl::Time until = absl::Now() + kPatience;
    while (!holds() && absl::Now() < until) absl::SleepFor(absl::Milliseconds(20));
    return holds();
  }

  const std::string conninfo_ = SharedDatabase();
  std::unique_ptr<Catalog> catalog_;
  std::string position_;  // Of the last article.
};

TEST_F(WebhooksTest, AreMadeReadChangedAndDeleted) {
  v1::CreateWebhookRequest request = New("one", "https://receiver.example/hook");
  request.mutable_webhook()->set_state(v1::WEBHOOK_STATE_PAUSED);
  request.set_request_id("r1");
  const v1::Webhook made = Create(request);
  EXPECT_EQ(made.name(), "webhooks/one");
  EXPECT_THAT(made.secret(), IsEmpty());
  EXPECT_FALSE(made.delivered_position().empty());
  EXPECT_EQ(Create(request).etag(), made.etag());
  request.clear_request_id();
  v1::CreateWebhookResponse response;
  EXPECT_THAT(catalog_->Call(&Stub::CreateWebhook, request, &response),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
  v1::UpdateWebhookRequest update;
  update.mutable_webhook()->set_name("webhooks/one");
  update.mutable_webhook()->set_url("https://other.example/");
  update.mutable_webhook()->set_etag("stale");
  v1::UpdateWebhookResponse updated;
  EXPECT_THAT(catalog_->Call(&Stub::UpdateWebhook, update, &updated),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  update.mutable_webhook()->set_etag(made.etag());
  update.set_validate_only(true);
  ASSERT_THAT(catalog_->Call(&Stub::UpdateWebhook, update, &updated), IsOk());
  EXPECT_EQ(Get("one").url(), "https://receiver.example/hook");
  update.set_validate_only(false);
  ASSERT_THAT(catalog_->Call(&Stub::UpdateWebhook, update, &updated), IsOk());
  EXPECT_EQ(Get("one").url(), "https://other.example/");
  EXPECT_EQ(Get("one").state(), v1::WEBHOOK_STATE_PAUSED);
  EXPECT_EQ(Get("one").version(), 2);
  v1::ListWebhooksResponse list;
  ASSERT_THAT(catalog_->Call(&Stub::ListWebhooks, v1::ListWebhooksRequest(), &list), IsOk());
  ASSERT_EQ(list.webhooks_size(), 1);
  EXPECT_EQ(list.webhooks(0).DebugString(), Get("one").DebugString());
  v1::DeleteWebhookRequest remove;
  remove.set_name("webhooks/one");
  remove.set_request_id("r2");
  v1::DeleteWebhookResponse removed;
  ASSERT_THAT(catalog_->Call(&Stub::DeleteWebhook, remove, &removed), IsOk());
  const std::string position = removed.position();
  ASSERT_THAT(catalog_->Call(&Stub::DeleteWebhook, remove, &removed), IsOk());
  EXPECT_EQ(removed.position(), position);
  remove.clear_request_id();
  EXPECT_THAT(catalog_->Call(&Stub::DeleteWebhook, remove, &removed),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  v1::ListAuditEntriesRequest audit;
  audit.set_resource("webhooks/one");
  v1::ListAuditEntriesResponse entries;
  ASSERT_THAT(catalog_->Call(&Editor::ListAuditEntries, audit, &entries), IsOk());
  EXPECT_EQ(entries.entries_size(), 3);
}

TEST_F(WebhooksTest, RefusesWhatCannotBeCalledOrSigned) {
  for (const auto& [url, secret] : std::vector<std::pair<std::string, std::string>>{
           {"", kSecret},
           {"ftp://receiver.example/", kSecret},
           {"https://user@receiver.example/", kSecret},
           {"https://receiver.example/", ""},
           {"https://receiver.example/", "whsec_short"},
           {"https://receiver.example/", "not a secret of the scheme"}}) {
    v1::CreateWebhookRequest request = New("one", url);
    request.mutable_webhook()->set_secret(secret);
    v1::CreateWebhookResponse response;
    const absl::Status status = catalog_->Call(&Stub::CreateWebhook, request, &response);
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD)) << url << " " << secret;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("not a secret")));
  }
}

TEST_F(WebhooksTest, AreToldOfChangesSignedAndInOrder) {
  TestServer receiver(TestServer::Always(Answer("204 No Content", "", "")));
  Create(New("one", receiver.Url("/hook")));
  const std::string name = Publish("One");
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 1; }));
  v1::DeleteArticleRequest remove;
  remove.set_name(name);
  v1::DeleteArticleResponse removed;
  ASSERT_THAT(catalog_->Call(&Editor::DeleteArticle, remove, &removed), IsOk());
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 2; }));
  EXPECT_THAT(Told(receiver),
              ElementsAre(absl::StrCat(name, " CREATED 1"), absl::StrCat(name, " DELETED 2")));
  for (const std::string& request : receiver.requests()) {
    EXPECT_TRUE(absl::StartsWith(request, "POST /hook "));
    EXPECT_THAT(request, Not(HasSubstr("marker sentence")));
    EXPECT_EQ(HeaderOf(request, "webhook-signature"),
              webhooks::Sign(*webhooks::KeyOf(kSecret), HeaderOf(request, "webhook-id"),
                             std::stoll(HeaderOf(request, "webhook-timestamp")), BodyOf(request)));
  }
  ASSERT_TRUE(Eventually([&] { return Deliveries("one").size() == 2; }));
  EXPECT_EQ(Deliveries("one")[0].http_status(), 204);
  EXPECT_EQ(Get("one").consecutive_failures(), 0);
}

TEST_F(WebhooksTest, AreToldNothingOfHiddenArticlesUnlessTheyAskForIt) {
  TestServer readers(TestServer::Always(Answer("200 OK", "", "")));
  TestServer previewers(TestServer::Always(Answer("200 OK", "", "")));
  Create(New("readers", readers.Url("/")));
  v1::CreateWebhookRequest request = New("previewers", previewers.Url("/"));
  request.mutable_webhook()->set_include_hidden(true);
  Create(request);
  const std::string hidden = Publish("Hidden", [](content::v1::Article* article) {
    *article->mutable_embargo_time() = TimeToProto(absl::Now() + absl::Hours(1));
  });
  const std::string seen = Publish("Seen");
  ASSERT_TRUE(Eventually([&] { return Told(previewers).size() == 2; }));
  ASSERT_TRUE(Eventually([&] { return !Told(readers).empty(); }));
  EXPECT_THAT(Told(readers), ElementsAre(absl::StrCat(seen, " CREATED 1")));
  EXPECT_THAT(Told(previewers),
              ElementsAre(absl::StrCat(hidden, " CREATED 1"), absl::StrCat(seen, " CREATED 1")));
}

TEST_F(WebhooksTest, WithAFilterAreToldOfWhatMatchesIt) {
  TestServer receiver(TestServer::Always(Answer("200 OK", "", "")));
  v1::CreateWebhookRequest request = New("one", receiver.Url("/"));
  request.mutable_webhook()->set_filter("label = opinion AND publication = publications/daily");
  Create(request);
  Publish("News");
  const std::string name =
      Publish("Opinion", [](content::v1::Article* article) { article->add_labels("opinion"); });
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 1; }));
  v1::UpdateArticleRequest update;
  update.mutable_article()->set_name(name);
  update.mutable_update_mask()->add_paths("labels");
  update.set_publish(true);
  v1::UpdateArticleResponse response;
  ASSERT_THAT(catalog_->Call(&Editor::UpdateArticle, update, &response), IsOk());
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 2; }));
  EXPECT_THAT(Told(receiver), ElementsAre(absl::StrCat(name, " CREATED 1"),
                                          absl::StrCat(name, " BECAME_HIDDEN 2")));
}

TEST_F(WebhooksTest, AreToldWhatTimeBringsAlsoAcrossARestart) {
  TestServer receiver(TestServer::Always(Answer("200 OK", "", "")));
  Create(New("one", receiver.Url("/")));
  const absl::Time start = absl::Now();
  const std::string name = Publish("Soon", [&](content::v1::Article* article) {
    *article->mutable_embargo_time() = TimeToProto(start + absl::Seconds(2));
    *article->mutable_expire_time() = TimeToProto(start + absl::Seconds(6));
  });
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 1; }));
  const absl::Time told = absl::Now();
  EXPECT_GE(told, start + absl::Seconds(2));
  catalog_.reset();
  Start();
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 2; }));
  EXPECT_GE(absl::Now(), start + absl::Seconds(6));
  EXPECT_THAT(Told(receiver), ElementsAre(absl::StrCat(name, " BECAME_VISIBLE 1"),
                                          absl::StrCat(name, " BECAME_HIDDEN 1")));
}

TEST_F(WebhooksTest, AreCalledAgainUntilTheySucceedEachByItself) {
  std::atomic<bool> works = false;
  TestServer failing([&](TestConnection& connection, const std::string&) {
    connection.Send(works ? Answer("200 OK", "", "") : Answer("503 No", "", "The reason"));
  });
  TestServer elsewhere(TestServer::Always(Answer("200 OK", "", "")));
  TestServer redirecting(TestServer::Always(
      Answer("307 There", absl::StrCat("Location: ", elsewhere.Url("/"), "\r\n"), "")));
  TestServer slow(
      [](TestConnection& connection, const std::string&) { connection.ClientGone(20'000); });
  TestServer fine(TestServer::Always(Answer("200 OK", "", "")));
  Create(New("failing", failing.Url("/")));
  Create(New("redirecting", redirecting.Url("/")));
  Create(New("slow", slow.Url("/")));
  Create(New("fine", fine.Url("/")));
  const std::string one = Publish("One");
  const std::string two = Publish("Two");
  ASSERT_TRUE(Eventually([&] { return Told(fine).size() == 2; }));
  ASSERT_TRUE(Eventually([&] { return Deliveries("failing").size() >= 3; }));
  ASSERT_TRUE(Eventually([&] { return !Deliveries("slow").empty(); }));
  ASSERT_TRUE(Eventually([&] { return Deliveries("redirecting").size() >= 2; }));
  EXPECT_THAT(elsewhere.requests(), IsEmpty());
  EXPECT_EQ(Deliveries("redirecting")[0].error(), "HTTP status 307");
  EXPECT_EQ(Deliveries("slow")[0].error(), "no answer: timeout");
  EXPECT_EQ(Deliveries("failing")[0].error(), "HTTP status 503");
  EXPECT_GE(Get("failing").consecutive_failures(), 3);
  // Another process goes on with the same id.
  catalog_.reset();
  Start();
  works = true;
  ASSERT_TRUE(Eventually([&] { return Told(failing).size() == 2; }));
  EXPECT_THAT(Told(failing),
              ElementsAre(absl::StrCat(one, " CREATED 1"), absl::StrCat(two, " CREATED 1")));
  ASSERT_TRUE(Eventually([&] { return Get("failing").consecutive_failures() == 0; }));
  EXPECT_EQ(HeaderOf(failing.requests()[0], "webhook-id"),
            HeaderOf(failing.requests()[1], "webhook-id"));
}

TEST_F(WebhooksTest, ThatAreGoneArePausedAndGoOnLater) {
  std::atomic<bool> gone = true;
  TestServer receiver([&](TestConnection& connection, const std::string&) {
    connection.Send(gone ? Answer("410 Gone", "", "") : Answer("200 OK", "", ""));
  });
  Create(New("one", receiver.Url("/")));
  Publish("One");
  ASSERT_TRUE(Eventually([&] { return Get("one").state() == v1::WEBHOOK_STATE_PAUSED; }));
  const size_t calls = receiver.requests().size();
  gone = false;
  // One that is told shows that the log was read so far, and the paused one is left alone.
  TestServer other(TestServer::Always(Answer("200 OK", "", "")));
  Create(New("other", other.Url("/")));
  Publish("Two");
  ASSERT_TRUE(Eventually([&] { return Told(other).size() == 1; }));
  EXPECT_EQ(receiver.requests().size(), calls);
  ASSERT_THAT(SetState("one", v1::WEBHOOK_STATE_ACTIVE), IsOk());
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 2; }));
}

TEST_F(WebhooksTest, AreToldAgainFromAPosition) {
  TestServer receiver(TestServer::Always(Answer("200 OK", "", "")));
  Create(New("one", receiver.Url("/")));
  Publish("One");
  const std::string after_one = position_;
  const std::string two = Publish("Two");
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == 2; }));
  ASSERT_TRUE(Eventually([&] { return !Deliveries("one").empty(); }));
  v1::ReplayWebhookRequest request;
  request.set_name("webhooks/one");
  request.set_position(after_one);
  v1::ReplayWebhookResponse response;
  ASSERT_THAT(catalog_->Call(&Stub::ReplayWebhook, request, &response), IsOk());
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() >= 3; }));
  EXPECT_EQ(Told(receiver)[2], absl::StrCat(two, " CREATED 1"));
  request.set_position("none");
  EXPECT_THAT(catalog_->Call(&Stub::ReplayWebhook, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_POSITION));
}

TEST_F(WebhooksTest, AreCalledByOneOfSeveralProcesses) {
  TestServer receiver(TestServer::Always(Answer("200 OK", "", "")));
  Create(New("one", receiver.Url("/")));
  Catalog second(conninfo_, api::AllRoles(), Options());
  std::vector<std::string> expected(10);
  for (size_t i = 0; i < expected.size(); ++i) {
    expected[i] = absl::StrCat(Publish(absl::StrCat("Title ", i)), " CREATED 1");
  }
  ASSERT_TRUE(Eventually([&] { return Told(receiver).size() == expected.size(); }));
  EXPECT_EQ(Told(receiver), expected);
  std::set<std::string> ids;
  for (const std::string& call : receiver.requests()) ids.insert(HeaderOf(call, "webhook-id"));
  EXPECT_EQ(ids.size(), receiver.requests().size());
}

}  // namespace
}  // namespace dateline::catalog
