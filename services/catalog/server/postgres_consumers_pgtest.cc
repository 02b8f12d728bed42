// Consumers of the change log: what they are told of, their leases and receipts.

#include "services/catalog/server/postgres_takedown_test_base.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Changes = v1::ChangesService::Stub;
using Stub = v1::CatalogService::Stub;

class ConsumersTest : public TakedownTest {
 protected:
  absl::Status Register(const std::string& name, absl::Duration lease = absl::Minutes(30)) {
    v1::RegisterConsumerRequest request;
    request.set_name(name);
    request.mutable_lease_duration()->set_seconds(absl::ToInt64Seconds(lease));
    v1::RegisterConsumerResponse response;
    return catalog_.Call(&Changes::RegisterConsumer, request, &response);
  }

  absl::Status Acknowledge(const std::string& article, const std::string& consumer) {
    v1::AcknowledgeTakedownRequest request;
    request.set_article(article);
    request.set_consumer(consumer);
    v1::AcknowledgeTakedownResponse response;
    return catalog_.Call(&Changes::AcknowledgeTakedown, request, &response);
  }

  // "consumer", with "+" once acknowledged and "!" if late.
  std::vector<std::string> Receipts(bool overdue_only, const std::string& article = "") {
    std::vector<std::string> found;
    v1::ListTakedownReceiptsRequest request;
    request.set_overdue_only(overdue_only);
    request.set_article(article);
    request.set_page_size(1);
    do {
      v1::ListTakedownReceiptsResponse page;
      EXPECT_THAT(catalog_.Call(&Changes::ListTakedownReceipts, request, &page), IsOk());
      for (const v1::TakedownReceipt& receipt : page.receipts()) {
        EXPECT_TRUE(receipt.has_takedown_time());
        found.push_back(absl::StrCat(receipt.consumer(), receipt.has_acknowledge_time() ? "+" : "",
                                     receipt.overdue() ? "!" : ""));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return found;
  }
};

TEST_F(ConsumersTest, ConsumersWhoArePresentOweAReceipt) {
  const std::string name = MakeMarked();
  ASSERT_THAT(Register("consumers/a"), IsOk());
  ASSERT_THAT(Register("consumers/b"), IsOk());
  ASSERT_THAT(Register("consumers/gone", absl::ZeroDuration()), IsOk());
  EXPECT_THAT(Acknowledge(name, "consumers/a"), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  TakeDown(name);
  EXPECT_THAT(Receipts(false), ElementsAre("consumers/b", "consumers/a"));
  EXPECT_THAT(Receipts(true), IsEmpty());
  ASSERT_THAT(Acknowledge(name, "consumers/a"), IsOk());
  ASSERT_THAT(Acknowledge(name, "consumers/a"), IsOk());
  ASSERT_THAT(Acknowledge(name, "consumers/gone"), IsOk());
  EXPECT_THAT(Acknowledge(name, "consumers/none"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(Acknowledge("articles/none", "consumers/a"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  Sql("UPDATE catalog.takedowns SET takedown_time = takedown_time - interval '11 minutes'");
  Sql("UPDATE catalog.takedown_receipts SET acknowledge_time = acknowledge_time - interval '11 "
      "minutes'");
  EXPECT_THAT(Receipts(false), ElementsAre("consumers/b!", "consumers/a+"));
  EXPECT_THAT(Receipts(true, name), ElementsAre("consumers/b!"));
  EXPECT_THAT(Receipts(true, "articles/none"), IsEmpty());
  // Who is absent owes nothing; who comes back late is still seen to have been late.
  ASSERT_THAT(Register("consumers/b", absl::ZeroDuration()), IsOk());
  EXPECT_THAT(Receipts(true), IsEmpty());
  ASSERT_THAT(Register("consumers/b"), IsOk());
  ASSERT_THAT(Acknowledge(name, "consumers/b"), IsOk());
  EXPECT_THAT(Receipts(true), ElementsAre("consumers/b+!"));
}

TEST_F(ConsumersTest, AStreamKeepsItsConsumersLease) {
  const std::string head = start_;
  grpc::ClientContext context;
  v1::StreamChangesRequest request;
  request.set_position(start_);
  request.set_consumer("consumers/none");
  const auto stream = catalog_.changes().StreamChanges(&context, request);
  v1::StreamChangesResponse batch;
  EXPECT_FALSE(stream->Read(&batch));
  EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  ASSERT_THAT(Register("consumers/a"), IsOk());
  Sql("UPDATE catalog.consumers SET lease_expire_time = 'epoch'");
  ChangesUpTo(head, v1::RESOURCE_KIND_ARTICLE, "consumers/a");
  EXPECT_THAT(Sql("SELECT lease_expire_time > now() + interval '29 minutes' FROM "
                  "catalog.consumers"),
              ElementsAre("t"));
}

TEST_F(ConsumersTest, ADraftThatIsPublishedBringsItsTopics) {
  testing::UpsertBuilder batch;
  batch.Item("1", "One");
  const std::string name = Deliver(batch).results(0).article();
  v1::UpdateArticleRequest draft;
  draft.mutable_article()->set_name(name);
  draft.mutable_article()->add_topics()->set_topic("topics/energy");
  v1::UpdateArticleResponse drafted;
  ASSERT_THAT(catalog_.Call(&Stub::UpdateArticle, draft, &drafted), IsOk());
  EXPECT_THAT(Sql("SELECT count(*) FROM catalog.article_topics"), ElementsAre("0"));
  v1::PublishArticleRequest publish;
  publish.set_name(name);
  v1::PublishArticleResponse published;
  ASSERT_THAT(catalog_.Call(&Stub::PublishArticle, publish, &published), IsOk());
  const auto changes = ChangesUpTo(published.position(), v1::RESOURCE_KIND_ARTICLE);
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes.back().state().article().topic_keys_size(), 1);
}

TEST_F(ConsumersTest, AStreamTellsOfATopicAndOfWhoLeavesIt) {
  ASSERT_THAT(catalog_.CreateTopic("ports"), IsOk());
  testing::UpsertBuilder batch;
  batch.Item("1", "One").Topic("topics/energy");
  batch.Item("2", "Two").Topic("topics/ports");
  const std::string name = Deliver(batch).results(0).article();
  v1::UpdateArticleRequest move;
  move.mutable_article()->set_name(name);
  move.mutable_update_mask()->add_paths("topics");
  move.mutable_article()->add_topics()->set_topic("topics/ports");
  move.set_publish(true);
  v1::UpdateArticleResponse moved;
  ASSERT_THAT(catalog_.Call(&Stub::UpdateArticle, move, &moved), IsOk());
  grpc::ClientContext context;
  v1::StreamChangesRequest request;
  request.set_position(start_);
  request.add_kinds(v1::RESOURCE_KIND_ARTICLE);
  request.add_topics("topics/energy");
  const auto stream = catalog_.changes().StreamChanges(&context, request);
  std::vector<std::string> told;
  for (v1::StreamChangesResponse answer; stream->Read(&answer);) {
    for (const v1::Change& change : answer.changes()) told.push_back(change.state().name());
    if (ComparePositions(*DecodePosition(answer.position(), ""),
                         *DecodePosition(moved.position(), "")) >= 0) {
      break;
    }
  }
  context.TryCancel();
  ASSERT_FALSE(told.empty());
  for (const std::string& one : told) EXPECT_EQ(one, name);
}

}  // namespace
}  // namespace dateline::catalog
