// What webhooks are sent, judged by a library of another make.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/node_server.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"

namespace dateline::catalog {
namespace {

using dateline::testing::IsOk;
using Stub = v1::WebhookService::Stub;

constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char kOtherSecret[] = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

// The HTTP status of the webhook's first call.
int FirstStatus(Catalog& catalog, const std::string& id) {
  v1::ListDeliveriesRequest request;
  request.set_parent(absl::StrCat("webhooks/", id));
  request.set_page_size(200);
  const absl::Time until = absl::Now() + absl::Seconds(60);
  v1::ListDeliveriesResponse response;
  do {
    EXPECT_THAT(catalog.Call(&Stub::ListDeliveries, request, &response), IsOk());
    absl::SleepFor(absl::Milliseconds(20));
  } while (response.deliveries().empty() && absl::Now() < until);
  if (response.deliveries().empty()) return 0;
  return response.deliveries(response.deliveries_size() - 1).http_status();
}

TEST(WebhookReceiverTest, AnotherLibraryVerifiesWhatIsSent) {
  const dateline::testing::NodeServer receiver("services/catalog/server/webhook_receiver.mjs",
                                               {kSecret});
  ASSERT_GT(receiver.port(), 0) << "node did not start, or lacks its packages";
  CatalogServerOptions options;
  options.webhooks.calls.allow_http = true;
  options.webhooks.http.allowed_networks = {"127.0.0.0/8"};
  Catalog catalog(SharedDatabase(), api::AllRoles(), options);
  ASSERT_THAT(catalog.CreatePublication(), IsOk());
  for (const auto& [id, secret] : {std::pair("right", kSecret), std::pair("wrong", kOtherSecret)}) {
    v1::CreateWebhookRequest request;
    request.set_webhook_id(id);
    request.mutable_webhook()->set_url(absl::StrCat("http://127.0.0.1:", receiver.port(), "/"));
    request.mutable_webhook()->set_secret(secret);
    v1::CreateWebhookResponse response;
    ASSERT_THAT(catalog.Call(&Stub::CreateWebhook, request, &response), IsOk());
  }
  v1::CreateArticleRequest article;
  article.mutable_article()->set_publication("publications/daily");
  article.mutable_article()->set_title("Told, with «signs» of all kinds");
  article.set_publish(true);
  v1::CreateArticleResponse created;
  ASSERT_THAT(catalog.Call(&v1::CatalogService::Stub::CreateArticle, article, &created), IsOk());
  EXPECT_EQ(FirstStatus(catalog, "right"), 204);
  EXPECT_EQ(FirstStatus(catalog, "wrong"), 400);
}

}  // namespace
}  // namespace dateline::catalog
