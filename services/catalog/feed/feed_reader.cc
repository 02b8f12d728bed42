#include "services/catalog/feed/feed_reader.h"

#include <map>
#include <utility>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/position/position.h"

namespace dateline::catalog::feed {

using content::v1::LogPosition;
using v1::StreamChangesResponse;

FeedReader::FeedReader(ChangeFeed& feed, LogPosition position, ChangeFilter filter)
    : feed_(feed),
      interest_(feed.Want(filter.kinds.empty() ? store::AllKinds() : filter.kinds)),
      position_(std::move(position)),
      filter_(std::move(filter)) {}

absl::StatusOr<std::optional<StreamChangesResponse>> FeedReader::Next(
    const RequestContext& context) {
  if (filter_.has_names() && !keys_.has_value()) {
    DATELINE_ASSIGN_OR_RETURN(
        keys_, feed_.log().FindFilterKeys(context, filter_.publications, filter_.topics));
  }
  const absl::StatusOr<FeedAnswer> answer = feed_.Next(position_, interest_.kinds());
  if (!answer.ok()) return answer.status();
  // Ahead of the feed is where a write that was just answered leaves its caller, for a moment; or
  // a position that the log has not reached, which only the log itself can tell.
  const bool is_ahead = !answer->behind && ComparePositions(answer->head.end, position_) < 0;
  const bool check = is_ahead && !was_checked_;
  if (answer->behind || check) {
    was_checked_ = true;
    const absl::StatusOr<store::LogPage> page =
        feed_.log().ReadChanges(context, position_, feed_.options().batch_bytes, interest_.kinds());
    if (!page.ok()) return page.status();
    // At the end of the log before the feed itself is there: its first news comes soon.
    if (ComparePositions(page->end, position_) == 0) return std::nullopt;
    return Answer(context, page->changes, page->end, page->head.at, page->head.position);
  }
  if (answer->batch != nullptr) {
    return Answer(context, answer->batch->changes, answer->batch->end, answer->batch->at,
                  answer->head.end);
  }
  const bool moved = ComparePositions(position_, answer->head.end) < 0;
  if (!moved && answer->head.news == news_) return std::nullopt;
  news_ = answer->head.news;
  return Answer(context, {}, moved ? answer->head.end : position_, answer->head.at,
                answer->head.end);
}

absl::StatusOr<std::set<int64_t>> FeedReader::FindLeavers(
    const RequestContext& context, const std::vector<store::LoggedChange>& changes) {
  std::map<int64_t, int64_t> lowest;  // Version by article, of the rows that are new to the reader.
  std::map<int64_t, int64_t> asked;
  for (const store::LoggedChange& logged : changes) {
    const v1::Change& change = logged.change;
    if (change.kind() != v1::RESOURCE_KIND_ARTICLE) continue;
    if (ComparePositions(logged.position, position_) <= 0) continue;
    lowest.emplace(change.key(), change.version());
    if (Filter(filter_, *keys_, change) == Told::kIfLeft) {
      asked.emplace(change.key(), lowest.at(change.key()));
    }
  }
  if (asked.empty()) return std::set<int64_t>();
  return feed_.log().FindLeavers(context, asked, keys_->topics);
}

absl::StatusOr<StreamChangesResponse> FeedReader::Answer(
    const RequestContext& context, const std::vector<store::LoggedChange>& changes,
    const LogPosition& end, absl::Time at, const LogPosition& head) {
  StreamChangesResponse response;
  std::set<int64_t> leavers;
  if (!filter_.topics.empty()) {
    DATELINE_ASSIGN_OR_RETURN(leavers, FindLeavers(context, changes));
  }
  const store::FilterKeys keys = keys_.value_or(store::FilterKeys());
  for (const store::LoggedChange& logged : changes) {
    if (ComparePositions(logged.position, position_) <= 0) continue;
    const Told told = Filter(filter_, keys, logged.change);
    if (told == Told::kNo) continue;
    if (told == Told::kIfLeft && !leavers.contains(logged.change.key())) continue;
    *response.add_changes() = logged.change;
  }
  position_ = end;
  response.set_position(EncodePosition(end));
  *response.mutable_at() = TimeToProto(at);
  response.set_head(EncodePosition(ComparePositions(head, end) < 0 ? end : head));
  return response;
}

}  // namespace dateline::catalog::feed
