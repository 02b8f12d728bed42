// What two do to a webhook's queue at the same time.

#include <gtest/gtest.h>

#include <future>
#include <pqxx/pqxx>
#include <string>

#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"

namespace dateline::catalog {
namespace {

using dateline::testing::IsOk;
using Stub = v1::WebhookService::Stub;

// Waits until somebody in the database waits for a lock.
void WaitForWaiter(pqxx::connection& connection) {
  const absl::Time until = absl::Now() + absl::Seconds(30);
  int waiting = 0;
  while (waiting == 0 && absl::Now() < until) {
    pqxx::nontransaction work(connection);
    waiting = work.exec(
                      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                      "AND datname = current_database()")[0][0]
                  .as<int>();
  }
  EXPECT_EQ(waiting, 1);
}

TEST(WebhookRaceTest, AReplayTakesAlsoWhatIsJustPutIntoTheQueue) {
  const std::string conninfo = SharedDatabase();
  Catalog catalog(conninfo);
  v1::CreateWebhookRequest create;
  create.set_webhook_id("one");
  create.mutable_webhook()->set_url("https://receiver.example/");
  create.mutable_webhook()->set_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  create.mutable_webhook()->set_state(v1::WEBHOOK_STATE_PAUSED);
  v1::CreateWebhookResponse created;
  ASSERT_THAT(catalog.Call(&Stub::CreateWebhook, create, &created), IsOk());
  // As WebhookQueue::Enqueue does.
  pqxx::connection connection(conninfo), watching(conninfo);
  pqxx::work filling(connection);
  filling.exec("SELECT FROM catalog.webhook_cursors FOR UPDATE");
  filling.exec(
      "INSERT INTO catalog.webhook_queue (webhook_key, payload, position, instant, instant_key) "
      "SELECT webhook_key, '', position, instant, 0 FROM catalog.webhook_cursors");
  v1::ReplayWebhookRequest request;
  request.set_name("webhooks/one");
  request.set_position(created.webhook().delivered_position());
  v1::ReplayWebhookResponse response;
  auto replay = std::async(std::launch::async,
                           [&] { return catalog.Call(&Stub::ReplayWebhook, request, &response); });
  WaitForWaiter(watching);
  filling.commit();
  EXPECT_THAT(replay.get(), IsOk());
  pqxx::nontransaction work(watching);
  EXPECT_EQ(work.exec("SELECT count(*) FROM catalog.webhook_queue")[0][0].as<int>(), 0);
}

}  // namespace
}  // namespace dateline::catalog
