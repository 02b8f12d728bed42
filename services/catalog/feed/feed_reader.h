#ifndef DATELINE_SERVICES_CATALOG_FEED_FEED_READER_H_
#define DATELINE_SERVICES_CATALOG_FEED_FEED_READER_H_

#include <optional>
#include <set>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/feed/change_filter.h"

namespace dateline::catalog::feed {

// One stream's way through the log: gives every change behind its position once, in order, from
// memory or, if it is too far behind, from the database. Not thread-safe.
class FeedReader {
 public:
  // `feed` must outlive it.
  FeedReader(ChangeFeed& feed, content::v1::LogPosition position, ChangeFilter filter);

  // The next batch, or a bookmark if the position has moved or there was news without changes for
  // this reader; nothing if there is none yet: look again after the feed's next news. May read from
  // the database. POSITION_EXPIRED; RESOURCE_NOT_FOUND for what the filter names; the errors of
  // store::ChangeLog.
  absl::StatusOr<std::optional<v1::StreamChangesResponse>> Next(const RequestContext& context);

  // All up to here was given.
  const content::v1::LogPosition& position() const { return position_; }
  // The newest news that this reader has taken into account.
  uint64_t news() const { return news_; }

 private:
  absl::StatusOr<v1::StreamChangesResponse> Answer(const RequestContext& context,
                                                   const std::vector<store::LoggedChange>& changes,
                                                   const content::v1::LogPosition& end,
                                                   absl::Time at,
                                                   const content::v1::LogPosition& head);
  // The articles among `changes` that have just left one of the filter's topics.
  absl::StatusOr<std::set<int64_t>> FindLeavers(const RequestContext& context,
                                                const std::vector<store::LoggedChange>& changes);

  ChangeFeed& feed_;
  ChangeFeed::Interest interest_;
  content::v1::LogPosition position_;
  const ChangeFilter filter_;
  std::optional<store::FilterKeys> keys_;  // Of what the filter names, once they are known.
  uint64_t news_ = 0;
  bool was_checked_ = false;  // A position ahead of the feed was compared with the log itself.
};

}  // namespace dateline::catalog::feed

#endif  // DATELINE_SERVICES_CATALOG_FEED_FEED_READER_H_
