// Proposals, retagging and its operations as callers see them, with a catalog in memory.
#include <gmock/gmock.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "services/ingestion/testing/ingestion_test_server.h"
#include "services/ingestion/testing/test_documents.h"

namespace dateline::ingestion {
namespace {

namespace lro = google::longrunning;

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using testing::Rss;
using testing::RssItem;
using Stub = v1::IngestionService::Stub;
using Operations = lro::Operations::Stub;

class TopicsServiceTest : public testing::IngestionTest {
 protected:
  void SetUp() override {
    ASSERT_THAT(CreateSource("news"), IsOk());
    long_ = lro::Operations::NewStub(server_->channel());
  }

  template <typename Request, typename Response>
  absl::Status CallLong(grpc::Status (Operations::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                        const Request& request, Response* response) {
    grpc::ClientContext context;
    return rpc::FromGrpcStatus((long_.get()->*method)(&context, request, response));
  }

  void AddTopic(const std::string& id, content::v1::TopicState state) {
    content::v1::Topic topic;
    topic.set_name("topics/" + id);
    topic.set_display_name(id);
    topic.set_state(state);
    catalog_.PutTopic(topic);
  }
  absl::Status Retag(const v1::RetagArticlesRequest& request, lro::Operation* operation) {
    return Call(&Stub::RetagArticles, request, operation);
  }
  lro::Operation Get(const std::string& name) {
    lro::GetOperationRequest request;
    lro::Operation operation;
    request.set_name(name);
    EXPECT_THAT(CallLong(&Operations::GetOperation, request, &operation), IsOk());
    return operation;
  }
  std::vector<std::string> Proposals(int page_size = 200) {
    std::vector<std::string> terms;
    v1::ListTopicProposalsRequest request;
    request.set_page_size(page_size);
    do {
      v1::ListTopicProposalsResponse response;
      EXPECT_THAT(Call(&Stub::ListTopicProposals, request, &response), IsOk());
      for (const auto& proposal : response.proposals()) {
        terms.push_back(absl::StrCat(proposal.term(), ":", proposal.entries(), ":",
                                     proposal.topic().empty() ? "-" : proposal.topic().substr(7)));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return terms;
  }

  std::unique_ptr<Operations> long_;
};

std::string Item(const std::string& id, const std::vector<std::string>& categories) {
  std::string rest;
  for (const std::string& category : categories) {
    absl::StrAppend(&rest, "<category>", category, "</category>");
  }
  return RssItem(id, "Title " + id, rest);
}

TEST_F(TopicsServiceTest, ListsWhatFeedsPropose) {
  AddTopic("energy", content::v1::TOPIC_STATE_ACTIVE);
  const std::string document =
      Rss(Item("1", {"Ports", "Energy", "Rail"}) + Item("2", {"ports", "2024"}) +
          Item("3", {"PORTS", "Rail"}) + Item("4", {"Air"}));
  v1::IngestDocumentResponse response;
  ASSERT_THAT(Ingest("news", document, &response, /*validate_only=*/true), IsOk());
  EXPECT_TRUE(Proposals().empty());
  // However often it is read, each entry counts once.
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Ingest("news", document, &response), IsOk());
  EXPECT_THAT(Proposals(), ElementsAre("PORTS:3:ports", "Rail:2:rail", "Air:1:air"));
  EXPECT_THAT(Proposals(/*page_size=*/1), ElementsAre("PORTS:3:ports", "Rail:2:rail", "Air:1:air"));

  // An editor has accepted one and deleted another.
  content::v1::Topic topic = catalog_.topics().at("topics/ports");
  topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  topic.set_version(topic.version() + 1);
  topics_->Learn(topic);
  topic = catalog_.topics().at("topics/air");
  topic.set_state(content::v1::TOPIC_STATE_DELETED);
  topic.set_version(topic.version() + 1);
  topics_->Learn(topic);
  EXPECT_THAT(Proposals(), ElementsAre("Rail:2:rail"));
  EXPECT_THAT(Proposals(), ElementsAre("Rail:2:rail"));
}

TEST_F(TopicsServiceTest, CountsDeliveriesAtOnce) {
  std::vector<std::thread> uploads;
  for (int u = 0; u < 4; ++u) {
    uploads.emplace_back([&, u] {
      std::string items;
      for (int i = 0; i < 10; ++i) items += Item(absl::StrCat(u, "-", i), {"Ports", "Rail"});
      v1::IngestDocumentResponse response;
      EXPECT_THAT(Ingest("news", Rss(items), &response), IsOk());
      EXPECT_EQ(response.counts().created(), 10);
    });
  }
  for (std::thread& upload : uploads) upload.join();
  EXPECT_THAT(Proposals(), ElementsAre("Ports:40:ports", "Rail:40:rail"));
}

TEST_F(TopicsServiceTest, RefusesWhatItCannotPage) {
  v1::ListTopicProposalsRequest request;
  v1::ListTopicProposalsResponse response;
  request.set_page_size(-1);
  EXPECT_THAT(Call(&Stub::ListTopicProposals, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  request.set_page_size(1);
  request.set_page_token("made-up");
  EXPECT_THAT(Call(&Stub::ListTopicProposals, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
}

TEST_F(TopicsServiceTest, ChecksWhatIsToBeRetagged) {
  AddTopic("ports", content::v1::TOPIC_STATE_PROPOSED);
  struct Case {
    const char* topic;
    const char* publication;
    errors::v1::ErrorReason reason;
  };
  constexpr Case kCases[] = {
      {"ports", "", errors::v1::ERROR_REASON_INVALID_FIELD},
      {"topics/ports", "", errors::v1::ERROR_REASON_STATE_CONFLICT},
      {"topics/none", "", errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND},
      {"", "daily", errors::v1::ERROR_REASON_INVALID_FIELD},
      {"", "publications/none", errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND},
  };
  for (const Case& c : kCases) {
    v1::RetagArticlesRequest request;
    lro::Operation operation;
    if (*c.topic != '\0') request.add_topics(c.topic);
    request.set_publication(c.publication);
    EXPECT_THAT(Retag(request, &operation), HasReason(c.reason)) << c.topic << c.publication;
  }
  v1::RetagArticlesRequest request;
  lro::Operation operation;
  request.set_publication("publications/daily");
  request.set_validate_only(true);
  ASSERT_THAT(Retag(request, &operation), IsOk());
  EXPECT_EQ(operation.name(), "");
  lro::ListOperationsResponse listed;
  ASSERT_THAT(CallLong(&Operations::ListOperations, {}, &listed), IsOk());
  EXPECT_EQ(listed.operations_size(), 0);
}

TEST_F(TopicsServiceTest, ServesItsOperations) {
  v1::RetagArticlesRequest request;
  lro::Operation first, again, second;
  request.set_request_id("r1");
  ASSERT_THAT(Retag(request, &first), IsOk());
  ASSERT_THAT(Retag(request, &again), IsOk());
  EXPECT_EQ(again.name(), first.name());
  request.set_publication("publications/daily");
  EXPECT_THAT(Retag(request, &second), HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  request.clear_request_id();
  ASSERT_THAT(Retag(request, &second), IsOk());

  v1::RetagArticlesMetadata metadata;
  ASSERT_TRUE(Get(second.name()).metadata().UnpackTo(&metadata));
  EXPECT_EQ(metadata.publication(), "publications/daily");
  EXPECT_FALSE(Get(second.name()).done());

  lro::ListOperationsRequest list;
  lro::ListOperationsResponse listed;
  list.set_name("operations");
  list.set_page_size(1);
  ASSERT_THAT(CallLong(&Operations::ListOperations, list, &listed), IsOk());
  ASSERT_EQ(listed.operations_size(), 1);
  EXPECT_EQ(listed.operations(0).name(), second.name());
  list.set_page_token(listed.next_page_token());
  ASSERT_THAT(CallLong(&Operations::ListOperations, list, &listed), IsOk());
  ASSERT_EQ(listed.operations_size(), 1);
  EXPECT_EQ(listed.operations(0).name(), first.name());
  EXPECT_EQ(listed.next_page_token(), "");
  list.set_filter("done = true");
  EXPECT_THAT(CallLong(&Operations::ListOperations, list, &listed),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));

  google::protobuf::Empty empty;
  lro::DeleteOperationRequest remove;
  remove.set_name(first.name());
  EXPECT_THAT(CallLong(&Operations::DeleteOperation, remove, &empty),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  lro::CancelOperationRequest cancel;
  cancel.set_name(first.name());
  ASSERT_THAT(CallLong(&Operations::CancelOperation, cancel, &empty), IsOk());
  EXPECT_TRUE(Get(first.name()).done());
  EXPECT_EQ(Get(first.name()).error().code(), static_cast<int>(absl::StatusCode::kCancelled));
  ASSERT_THAT(CallLong(&Operations::DeleteOperation, remove, &empty), IsOk());
  EXPECT_THAT(CallLong(&Operations::DeleteOperation, remove, &empty),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  cancel.set_name("nothing");
  EXPECT_THAT(CallLong(&Operations::CancelOperation, cancel, &empty),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(TopicsServiceTest, WaitsWithoutHoldingAThread) {
  lro::Operation operation;
  ASSERT_THAT(Retag({}, &operation), IsOk());
  lro::WaitOperationRequest wait;
  wait.set_name(operation.name());
  wait.mutable_timeout()->set_nanos(1'000'000);
  lro::Operation answer;
  ASSERT_THAT(CallLong(&Operations::WaitOperation, wait, &answer), IsOk());
  EXPECT_FALSE(answer.done());
  wait.clear_timeout();
  // Many more than there are threads.
  std::vector<std::thread> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.emplace_back([&] {
      lro::Operation done;
      EXPECT_THAT(CallLong(&Operations::WaitOperation, wait, &done), IsOk());
      EXPECT_TRUE(done.done());
    });
  }
  google::protobuf::Empty empty;
  lro::CancelOperationRequest cancel;
  cancel.set_name(operation.name());
  ASSERT_THAT(CallLong(&Operations::CancelOperation, cancel, &empty), IsOk());
  for (std::thread& one : waiting) one.join();
  wait.set_name("operations/nothing");
  EXPECT_THAT(CallLong(&Operations::WaitOperation, wait, &answer),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace dateline::ingestion
