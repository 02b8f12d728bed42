#ifndef DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_DIRECTORY_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_DIRECTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/source.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/tag/categories.h"
#include "services/ingestion/tag/topic_matcher.h"

namespace dateline::ingestion::deliver {

// What all topics are called, kept for a minute, and topics made of categories that name none.
// Thread-safe.
class TopicDirectory {
 public:
  TopicDirectory(CatalogPort& catalog, Clock* clock) : catalog_(catalog), clock_(clock) {}

  // The topics of an article by its feed's categories, in order, each once, then those that its
  // text speaks of if the source wants that. The source's own mapping comes first, then names and
  // aliases; of what names no topic the source's policy decides: it is proposed, created or
  // ignored. With `dry_run` nothing is created: what would be is left out. At most
  // limits::kMaxTopicsPerArticle.
  absl::Status Assign(const RequestContext& context, const content::v1::Source& source,
                      const std::vector<std::string>& categories, bool dry_run,
                      content::v1::Article* article);

 private:
  // All names at one time.
  struct Names {
    TopicIndex index;
    TopicMatcher matcher;
    absl::Duration loaded;
  };

  absl::StatusOr<std::shared_ptr<const Names>> Load(const RequestContext& context);
  // The topic of a category that names none; empty if it is to be ignored.
  absl::StatusOr<std::string> Resolve(const RequestContext& context,
                                      const content::v1::Source& source, const std::string& name);
  std::string Find(const Names& names, const std::string& category);
  void Learn(const std::string& topic, const std::string& name);

  CatalogPort& catalog_;
  Clock* const clock_;
  Mutex mutex_;
  std::shared_ptr<const Names> names_ ABSL_GUARDED_BY(mutex_);
  // Made since names_ was loaded, by folded name.
  absl::flat_hash_map<std::string, std::string> learned_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_DIRECTORY_H_
