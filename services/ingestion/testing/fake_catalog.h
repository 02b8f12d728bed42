#ifndef DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_H_
#define DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_feed.h"

namespace dateline::ingestion::testing {

// A catalog in memory, as ingestion's own parts see it, without a transport: topics with a log of
// their changes, and articles whose topics can be added to. It can be cut off, and forget its log.
// Thread-safe.
class FakeCatalog final : public deliver::CatalogPort, public deliver::TopicFeed {
 public:
  // Stores a topic as its next version.
  void PutTopic(content::v1::Topic topic);
  void DeleteTopic(const std::string& name);
  // Stores an article as `articles/{number}` and returns its name.
  std::string PutArticle(content::v1::Article article);
  // While it is cut off, every call fails with UNAVAILABLE and streams break off.
  void Disconnect();
  void Connect();
  // All positions given so far have expired; what is stored stays.
  void ForgetLog();
  // Streams of changes are refused from now on, as by a catalog without them.
  void RefuseStreams();
  // Called before every page of an export of articles.
  void OnPage(std::function<void()> on_page);

  std::map<std::string, content::v1::Topic> topics();
  content::v1::Article article(const std::string& name);
  int lists();    // of all topics
  int reads();    // of all topics for a follower
  int ensures();  // of topics
  int gets();     // of one topic
  int batches();  // of additions

  absl::StatusOr<std::vector<content::v1::Topic>> ListAllTopics(
      const RequestContext& context) override;
  absl::StatusOr<catalog::v1::EnsureTopicsResponse> EnsureTopics(
      const RequestContext& context, const catalog::v1::EnsureTopicsRequest& request) override;
  absl::StatusOr<content::v1::Topic> GetTopic(const RequestContext& context,
                                              const std::string& name) override;
  absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                          const std::string& name) override;
  absl::StatusOr<catalog::v1::BatchUpsertArticlesResponse> Upsert(
      const RequestContext& context,
      const catalog::v1::BatchUpsertArticlesRequest& request) override;
  absl::StatusOr<catalog::v1::BatchAddArticleTopicsResponse> AddArticleTopics(
      const RequestContext& context,
      const catalog::v1::BatchAddArticleTopicsRequest& request) override;
  absl::Status Export(
      const RequestContext& context, const std::string& page_token,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page)
      override;
  absl::StatusOr<int64_t> CountArticles(const RequestContext& context) override;
  absl::Status Ping(const RequestContext& context) override;

  absl::Status ReadTopics(std::vector<catalog::v1::ResourceState>* topics,
                          std::string* position) override;
  absl::Status Follow(const std::string& position,
                      const std::function<absl::Status(const catalog::v1::StreamChangesResponse&)>&
                          on_batch) override;
  void Cancel() override;

 private:
  absl::Status Reachable() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Put(content::v1::Topic topic) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string Position(size_t row) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar changed_;
  bool connected_ ABSL_GUARDED_BY(mutex_) = true;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool refuses_streams_ ABSL_GUARDED_BY(mutex_) = false;
  int log_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<std::string, content::v1::Topic> topics_ ABSL_GUARDED_BY(mutex_);
  std::vector<catalog::v1::ResourceState> changes_ ABSL_GUARDED_BY(mutex_);
  std::map<int, content::v1::Article> articles_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> on_page_ ABSL_GUARDED_BY(mutex_);
  int lists_ ABSL_GUARDED_BY(mutex_) = 0;
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
  int ensures_ ABSL_GUARDED_BY(mutex_) = 0;
  int gets_ ABSL_GUARDED_BY(mutex_) = 0;
  int batches_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace dateline::ingestion::testing

#endif  // DATELINE_SERVICES_INGESTION_TESTING_FAKE_CATALOG_H_
