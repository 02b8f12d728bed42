#ifndef DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_H_
#define DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"
#include "common/errors/errors.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/publications.pb.h"
#include "dateline/catalog/v1/takedowns.pb.h"
#include "dateline/catalog/v1/topics.pb.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/testing/fake_articles.h"
#include "services/catalog/testing/fake_change_log.h"

namespace dateline::catalog::testing {

// A catalog without a database or a transport, for tests of the services that use it. It passes the
// suite of the real one (catalog_contract.h): articles are decided by the same rules, its export
// and its stream of changes are the catalog's own, over a log in memory. Thread-safe.
class FakeCatalog {
 public:
  // So few resources make a page that every list and export has several.
  static constexpr int kMaxPerPage = 3;

  // While it is cut off, every call answers `unreachable`.
  explicit FakeCatalog(absl::Status unreachable = error::DatabaseUnavailable());
  virtual ~FakeCatalog() = default;
  FakeCatalog(const FakeCatalog&) = delete;
  FakeCatalog& operator=(const FakeCatalog&) = delete;

  // What it holds.

  // Commits states as they are at the primary's instant `at`; returns the position's token.
  std::string Commit(const std::vector<v1::ResourceState>& states, absl::Time at);
  void PutPublication(const std::string& id);
  // Stores a topic as its next version; ACTIVE unless it says otherwise.
  void PutTopic(content::v1::Topic topic);
  void DeleteTopic(const std::string& name);
  // Takes an article as an editor's; returns its name.
  std::string PutArticle(const content::v1::Article& article);
  void TakeDownArticle(const std::string& name);
  // All topics, deleted ones too, and the content in force of all articles, by name.
  std::map<std::string, content::v1::Topic> topics();
  std::map<std::string, content::v1::Article> articles();
  content::v1::Article article(const std::string& name) { return articles()[name]; }
  // The tokens of the log's end, of the next commit of one state before it is made, and of any
  // place in the log.
  std::string Head();
  std::string NextPosition();
  static std::string PositionAt(uint64_t xid);

  // What befalls it.

  // A standby was promoted: positions of before have expired, and what was committed after the
  // first `kept` commits is not in the log any more.
  void FailOver(size_t kept = std::numeric_limits<size_t>::max());
  // Ends all streams and refuses calls, until Connect.
  virtual void Disconnect();
  virtual void Connect();
  // Exports and streams are refused from now on, as by a catalog without them.
  void RefuseStreams();
  // Articles with `text` in their titles, and topics in their display names, are refused.
  void Refuse(const std::string& text);
  // The next `times` upserts fail.
  void FailUpserts(int times, const absl::Status& status);
  // Called before each upsert is done, and may take its time; `is_cancelled` tells whether the
  // caller has gone. Null for none.
  void OnUpsert(std::function<void(const std::function<bool()>& is_cancelled)> hook);
  // Called before each page of an export is given away. Null for none.
  void OnPage(std::function<void()> hook);
  // The next upserts answer these positions.
  void AnswerPositions(std::vector<std::string> positions);

  // Every acknowledgement fails with `status` from now on; OK ends that.
  void FailAcknowledgements(const absl::Status& status);

  // What was asked of it.

  // How many calls of a method, e.g. "EnsureTopics", were taken.
  int calls(const std::string& method);
  // How many items each upsert brought, and its lease's epoch.
  std::vector<int> batches();
  std::vector<int64_t> epochs();

  // Who has acknowledged the takedown of which article, by names, in order.
  std::vector<std::pair<std::string, std::string>> acknowledged();

  // The methods, as the contract has them.

  absl::Status GetPublication(const RequestContext& context,
                              const v1::GetPublicationRequest& request,
                              v1::GetPublicationResponse* response);
  absl::Status ListTopics(const RequestContext& context, const v1::ListTopicsRequest& request,
                          v1::ListTopicsResponse* response);
  absl::Status GetTopic(const RequestContext& context, const v1::GetTopicRequest& request,
                        v1::GetTopicResponse* response);
  absl::Status EnsureTopics(const RequestContext& context, const v1::EnsureTopicsRequest& request,
                            v1::EnsureTopicsResponse* response);
  absl::Status BatchUpsertArticles(const RequestContext& context,
                                   const v1::BatchUpsertArticlesRequest& request,
                                   v1::BatchUpsertArticlesResponse* response);
  absl::Status BatchAddArticleTopics(const RequestContext& context,
                                     const v1::BatchAddArticleTopicsRequest& request,
                                     v1::BatchAddArticleTopicsResponse* response);
  // Calls `on_page` with every page; ends at the last one, or with the error of `on_page`.
  absl::Status ExportResources(
      const RequestContext& context, const v1::ExportResourcesRequest& request,
      const std::function<absl::Status(const v1::ExportResourcesResponse&)>& on_page);
  // Calls `on_batch` with every batch, until `context` is cancelled or with the error of
  // `on_batch`.
  absl::Status StreamChanges(
      const RequestContext& context, const v1::StreamChangesRequest& request,
      const std::function<absl::Status(const v1::StreamChangesResponse&)>& on_batch);
  absl::Status RegisterConsumer(const RequestContext& context,
                                const v1::RegisterConsumerRequest& request,
                                v1::RegisterConsumerResponse* response);
  // Of takedowns it knows what was committed as their tombstones.
  absl::Status AcknowledgeTakedown(const RequestContext& context,
                                   const v1::AcknowledgeTakedownRequest& request,
                                   v1::AcknowledgeTakedownResponse* response);

 protected:
  // Counts a call; what it answers if it cannot be taken.
  absl::Status Begin(const std::string& method);
  // RESOURCE_NOT_FOUND for a consumer that is not registered; an empty name is nobody's.
  absl::Status CheckConsumer(const std::string& name);

  const tokens::PageTokenCodec codec_{"a key for tests"};
  store::FakeChangeLog log_;
  feed::ChangeFeed feed_{log_, {}};

 private:
  absl::Status Taken(const std::string& method) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  FakeArticles::TopicKeys LivingTopics() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string Resolve(const std::string& topic) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Put(content::v1::Topic topic) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  content::v1::LogPosition Append(const std::vector<v1::ResourceState>& states)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Commits what was written of articles; the position of the last change of those of `names`.
  std::string WriteArticles(const std::vector<std::string>& names)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Status unreachable_;
  Mutex mutex_;
  bool connected_ ABSL_GUARDED_BY(mutex_) = true;
  bool refuses_streams_ ABSL_GUARDED_BY(mutex_) = false;
  std::string refused_ ABSL_GUARDED_BY(mutex_);
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  std::function<void(const std::function<bool()>&)> on_upsert_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> on_page_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> positions_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> calls_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> consumers_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> taken_down_ ABSL_GUARDED_BY(mutex_);
  absl::Status acknowledgement_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<std::string, std::string>> acknowledged_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> batches_ ABSL_GUARDED_BY(mutex_);
  std::vector<int64_t> epochs_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, FakeArticles::Publication> publications_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int64_t> topic_keys_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, content::v1::Topic> topics_ ABSL_GUARDED_BY(mutex_);
  FakeArticles articles_ ABSL_GUARDED_BY(mutex_);
  // Of the last change, by name.
  std::map<std::string, content::v1::LogPosition> changed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::catalog::testing

#endif  // DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_H_
