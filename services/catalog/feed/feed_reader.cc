#include "services/catalog/feed/feed_reader.h"

#include <utility>

#include "common/api/proto_time.h"
#include "common/position/position.h"

namespace dateline::catalog::feed {

using content::v1::LogPosition;
using v1::StreamChangesResponse;

FeedReader::FeedReader(ChangeFeed& feed, LogPosition position, std::set<v1::ResourceKind> kinds)
    : feed_(feed), position_(std::move(position)), kinds_(std::move(kinds)) {}

absl::StatusOr<std::optional<StreamChangesResponse>> FeedReader::Next(
    const RequestContext& context) {
  const absl::StatusOr<FeedAnswer> answer = feed_.Next(position_);
  if (!answer.ok()) return answer.status();
  // Ahead of the feed is where a write that was just answered leaves its caller, for a moment; or
  // a position that the log has not reached, which only the log itself can tell.
  const bool is_ahead = !answer->behind && ComparePositions(answer->head.end, position_) < 0;
  const bool check = is_ahead && !was_checked_;
  if (answer->behind || check) {
    was_checked_ = true;
    const absl::StatusOr<store::LogPage> page =
        feed_.log().ReadChanges(context, position_, feed_.options().batch_bytes);
    if (!page.ok()) return page.status();
    // At the end of the log before the feed itself is there: its first news comes soon.
    if (ComparePositions(page->end, position_) == 0) return std::nullopt;
    return Answer(page->changes, page->end, page->head.at, page->head.position);
  }
  if (answer->batch != nullptr) {
    return Answer(answer->batch->changes, answer->batch->end, answer->batch->at, answer->head.end);
  }
  const bool moved = ComparePositions(position_, answer->head.end) < 0;
  if (!moved && answer->head.news == news_) return std::nullopt;
  news_ = answer->head.news;
  return Answer({}, moved ? answer->head.end : position_, answer->head.at, answer->head.end);
}

StreamChangesResponse FeedReader::Answer(const std::vector<store::LoggedChange>& changes,
                                         const LogPosition& end, absl::Time at,
                                         const LogPosition& head) {
  StreamChangesResponse response;
  for (const store::LoggedChange& logged : changes) {
    if (ComparePositions(logged.position, position_) <= 0) continue;
    if (!kinds_.empty() && kinds_.count(logged.change.kind()) == 0) continue;
    *response.add_changes() = logged.change;
  }
  position_ = end;
  response.set_position(EncodePosition(end));
  *response.mutable_at() = TimeToProto(at);
  response.set_head(EncodePosition(ComparePositions(head, end) < 0 ? end : head));
  return response;
}

}  // namespace dateline::catalog::feed
