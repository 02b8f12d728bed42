#ifndef DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_SERVICE_H_
#define DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_SERVICE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"

namespace dateline::ingestion::testing {

// A catalog in memory with publications/daily, as far as ingestion uses one: topics, and upserts
// that recognise an article by its first key. Titles with "refuse" in them are rejected.
// Thread-safe.
class FakeCatalogService final : public catalog::v1::CatalogService::Service,
                                 public catalog::v1::IntakeService::Service {
 public:
  // What a server is to serve.
  std::vector<grpc::Service*> services() {
    return {static_cast<catalog::v1::CatalogService::Service*>(this),
            static_cast<catalog::v1::IntakeService::Service*>(this)};
  }

  // The next `times` upserts fail.
  void FailUpserts(int times, const absl::Status& status);
  // Called before each upsert is done, and may take its time; `is_cancelled` tells whether the
  // caller has gone. Null for none.
  void OnUpsert(std::function<void(const std::function<bool()>& is_cancelled)> hook);
  void AddTopic(const content::v1::Topic& topic);
  // Articles by first key, as delivered last.
  std::map<std::string, content::v1::Article> articles();
  // Topics by name.
  std::map<std::string, content::v1::Topic> topics();
  // How many items each upsert brought.
  std::vector<int> batches();
  // Lease epochs of the upserts.
  std::vector<int64_t> epochs();
  // The position of upsert number `batch`, from 1.
  static std::string PositionOf(size_t batch);
  // The next upserts answer these positions, then what follows from their number.
  void AnswerPositions(std::vector<std::string> positions);

  grpc::Status GetPublication(grpc::ServerContext* context,
                              const catalog::v1::GetPublicationRequest* request,
                              catalog::v1::GetPublicationResponse* response) override;
  grpc::Status ListTopics(grpc::ServerContext* context,
                          const catalog::v1::ListTopicsRequest* request,
                          catalog::v1::ListTopicsResponse* response) override;
  grpc::Status GetTopic(grpc::ServerContext* context, const catalog::v1::GetTopicRequest* request,
                        catalog::v1::GetTopicResponse* response) override;
  grpc::Status EnsureTopics(grpc::ServerContext* context,
                            const catalog::v1::EnsureTopicsRequest* request,
                            catalog::v1::EnsureTopicsResponse* response) override;
  grpc::Status BatchUpsertArticles(grpc::ServerContext* context,
                                   const catalog::v1::BatchUpsertArticlesRequest* request,
                                   catalog::v1::BatchUpsertArticlesResponse* response) override;
  grpc::Status GetStatus(grpc::ServerContext* context, const catalog::v1::GetStatusRequest* request,
                         catalog::v1::GetStatusResponse* response) override;

 private:
  struct Known {
    content::v1::Article article;
    std::string hash;
  };

  catalog::v1::UpsertResult Upsert(const catalog::v1::UpsertItem& item, bool validate_only)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  std::map<std::string, content::v1::Topic> topics_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Known> articles_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> batches_ ABSL_GUARDED_BY(mutex_);
  std::vector<int64_t> epochs_ ABSL_GUARDED_BY(mutex_);
  std::function<void(const std::function<bool()>&)> hook_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> positions_ ABSL_GUARDED_BY(mutex_);
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::ingestion::testing

#endif  // DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_SERVICE_H_
