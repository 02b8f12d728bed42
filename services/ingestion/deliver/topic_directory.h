#ifndef DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_DIRECTORY_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/topic.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/store/proposal_store.h"
#include "services/ingestion/tag/categories.h"
#include "services/ingestion/tag/topic_matcher.h"

namespace dateline::ingestion::deliver {

// What all topics are called. A TopicFollower keeps it up to date; without one, or while that one
// hears nothing, it lists the topics again when it is asked something and what it has is a minute
// old. Categories are looked up in what is known at this instant; the matcher for texts is built
// anew by a thread of its own, after a while in which changes gather, and used when it is ready.
// Thread-safe.
class TopicDirectory {
 public:
  // `catalog` and `proposals`, which may be nullptr, must outlive it.
  TopicDirectory(CatalogPort& catalog, Clock* clock, store::ProposalStore* proposals = nullptr);
  ~TopicDirectory();
  TopicDirectory(const TopicDirectory&) = delete;
  TopicDirectory& operator=(const TopicDirectory&) = delete;

  // Sees to it that there is something to answer from: waits for the first list of topics, or
  // lists anew what has grown old. Fails only as long as there was no list ever.
  absl::Status Freshen(const RequestContext& context);

  // What a category, or a topic by its name, stands for now.
  TopicIndex::Found Find(absl::string_view category);
  TopicIndex::Found Resolve(absl::string_view topic);

  // The matcher for texts, at most some second behind; nullptr before Freshen.
  std::shared_ptr<const TopicMatcher> matcher();

  // The matcher with all that is known now. The error of `context` if that ends first.
  absl::StatusOr<std::shared_ptr<const TopicMatcher>> NewestMatcher(const RequestContext& context);

  // Asks the catalog for all topics now, and takes what is newer: afterwards every topic that was
  // there before the call is known.
  absl::Status CatchUp(const RequestContext& context);

  // Takes a topic that this process wrote or read, unless a newer version is known.
  void Learn(const content::v1::Topic& topic);
  // Takes all topics as an export gave them, in the place of what was known.
  void Replace(const std::vector<catalog::v1::ResourceState>& topics);
  // Takes changes in order. With none, it was heard that there are none.
  void Apply(const catalog::v1::StreamChangesResponse& changes);

  // Where proposals are counted; nullptr if nowhere.
  store::ProposalStore* proposals() const { return proposals_; }
  CatalogPort& catalog() const { return catalog_; }

  // For metrics and tests: how often a matcher was built.
  int builds();

 private:
  absl::Status List(const RequestContext& context);
  void ReplaceAll(std::vector<TopicEntry> topics) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Set(TopicEntry entry, bool replace) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Build();

  CatalogPort& catalog_;
  Clock* const clock_;
  store::ProposalStore* const proposals_;

  Mutex mutex_;
  CondVar changed_;
  TopicIndex index_ ABSL_GUARDED_BY(mutex_);
  bool loaded_ ABSL_GUARDED_BY(mutex_) = false;
  bool listing_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration heard_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  // Versions of what texts are searched for: as known, and as the matcher has it.
  uint64_t wanted_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t built_ ABSL_GUARDED_BY(mutex_) = 0;
  bool hurry_ ABSL_GUARDED_BY(mutex_) = false;  // Somebody waits for the newest.
  std::shared_ptr<const TopicMatcher> matcher_ ABSL_GUARDED_BY(mutex_);
  int builds_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread builder_;
};

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_DIRECTORY_H_
