#ifndef DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_PORT_H_
#define DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_PORT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "services/catalog/testing/fake_catalog.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_feed.h"

namespace dateline::ingestion::testing {

// The fake catalog as ingestion's own parts see one, without a transport; holds publications/daily.
// Thread-safe.
class FakeCatalogPort final : public catalog::testing::FakeCatalog,
                              public deliver::CatalogPort,
                              public deliver::TopicFeed {
 public:
  FakeCatalogPort() : FakeCatalog(error::PeerUnavailable("catalog")) { PutPublication("daily"); }

  absl::StatusOr<std::vector<content::v1::Topic>> ListAllTopics(
      const RequestContext& context) override {
    std::vector<content::v1::Topic> topics;
    catalog::v1::ListTopicsRequest request;
    for (const auto state : {content::v1::TOPIC_STATE_ACTIVE, content::v1::TOPIC_STATE_PROPOSED,
                             content::v1::TOPIC_STATE_MERGED}) {
      request.add_states(state);
    }
    do {
      catalog::v1::ListTopicsResponse page;
      DATELINE_RETURN_IF_ERROR(FakeCatalog::ListTopics(context, request, &page));
      topics.insert(topics.end(), page.topics().begin(), page.topics().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return topics;
  }
  absl::StatusOr<catalog::v1::EnsureTopicsResponse> EnsureTopics(
      const RequestContext& context, const catalog::v1::EnsureTopicsRequest& request) override {
    return Answer<catalog::v1::EnsureTopicsResponse>(&FakeCatalog::EnsureTopics, context, request);
  }
  absl::StatusOr<content::v1::Topic> GetTopic(const RequestContext& context,
                                              const std::string& name) override {
    catalog::v1::GetTopicRequest request;
    request.set_name(name);
    DATELINE_ASSIGN_OR_RETURN(const auto response, Answer<catalog::v1::GetTopicResponse>(
                                                       &FakeCatalog::GetTopic, context, request));
    return response.topic();
  }
  absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                          const std::string& name) override {
    catalog::v1::GetPublicationRequest request;
    request.set_name(name);
    DATELINE_ASSIGN_OR_RETURN(const auto response,
                              Answer<catalog::v1::GetPublicationResponse>(
                                  &FakeCatalog::GetPublication, context, request));
    return response.publication();
  }
  absl::StatusOr<catalog::v1::BatchUpsertArticlesResponse> Upsert(
      const RequestContext& context,
      const catalog::v1::BatchUpsertArticlesRequest& request) override {
    return Answer<catalog::v1::BatchUpsertArticlesResponse>(&FakeCatalog::BatchUpsertArticles,
                                                            context, request);
  }
  absl::StatusOr<catalog::v1::BatchAddArticleTopicsResponse> AddArticleTopics(
      const RequestContext& context,
      const catalog::v1::BatchAddArticleTopicsRequest& request) override {
    return Answer<catalog::v1::BatchAddArticleTopicsResponse>(&FakeCatalog::BatchAddArticleTopics,
                                                              context, request);
  }
  absl::Status Export(
      const RequestContext& context, const std::string& page_token,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page)
      override {
    catalog::v1::ExportResourcesRequest request;
    request.set_page_token(page_token);
    return ExportResources(context, request, on_page);
  }
  absl::StatusOr<int64_t> CountArticles(const RequestContext& context) override {
    DATELINE_RETURN_IF_ERROR(Ping(context));
    return static_cast<int64_t>(articles().size());
  }
  absl::Status Ping(const RequestContext& /*context*/) override { return Begin("GetStatus"); }

  absl::Status ReadTopics(std::vector<catalog::v1::ResourceState>* topics,
                          std::string* position) override {
    return ExportResources(follower_, catalog::v1::ExportResourcesRequest(), [&](const auto& page) {
      if (!page.start_position().empty()) *position = page.start_position();
      for (const catalog::v1::ResourceState& state : page.states()) {
        if (state.kind() == catalog::v1::RESOURCE_KIND_TOPIC) topics->push_back(state);
      }
      return absl::OkStatus();
    });
  }
  absl::Status Follow(const std::string& position,
                      const std::function<absl::Status(const catalog::v1::StreamChangesResponse&)>&
                          on_batch) override {
    catalog::v1::StreamChangesRequest request;
    request.set_position(position);
    request.add_kinds(catalog::v1::RESOURCE_KIND_TOPIC);
    return StreamChanges(follower_, request, on_batch);
  }
  void Cancel() override { cancelled_ = true; }

 private:
  template <typename Response, typename Request>
  absl::StatusOr<Response> Answer(absl::Status (FakeCatalog::*method)(const RequestContext&,
                                                                      const Request&, Response*),
                                  const RequestContext& context, const Request& request) {
    Response response;
    DATELINE_RETURN_IF_ERROR((this->*method)(context, request, &response));
    return response;
  }

  std::atomic<bool> cancelled_{false};
  const RequestContext follower_{RealClock(), absl::InfiniteDuration(),
                                 [this] { return cancelled_.load(); }, std::string("follower")};
};

}  // namespace dateline::ingestion::testing

#endif  // DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_PORT_H_
