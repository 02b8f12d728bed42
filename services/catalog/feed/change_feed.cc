#include "services/catalog/feed/change_feed.h"

#include <utility>

#include "common/base/guard.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/position/position.h"

namespace dateline::catalog::feed {

using content::v1::LogPosition;
using store::LogHead;
using store::LogPage;

namespace {

// The longest that one look at the log may take; a failover must be noticed.
constexpr absl::Duration kReadTimeout = absl::Seconds(10);

}  // namespace

ChangeFeed::ChangeFeed(store::ChangeLog& log, FeedOptions options, Clock* clock)
    : log_(log), options_(options), clock_(clock) {}

ChangeFeed::~ChangeFeed() { Stop(); }

void ChangeFeed::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ChangeFeed::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void ChangeFeed::Wake() {
  MutexLock lock(mutex_);
  woken_ = true;
  changed_.SignalAll();
}

void ChangeFeed::Run() {
  while (true) {
    absl::Duration pause = options_.retry_interval;
    RunGuarded(
        [&] {
          pause = Poll();
          CallListeners();
          return absl::OkStatus();
        },
        [&](absl::string_view what) {
          faults_.fetch_add(1);
          obs::Log(obs::Level::kError, "following the change log threw", {{"error", what}});
          return absl::InternalError("following the change log threw");
        })
        .IgnoreError();
    MutexLock lock(mutex_);
    const absl::Duration until = clock_->Elapsed() + pause;
    while (!stopping_ && !woken_ && clock_->Elapsed() < until) {
      changed_.WaitFor(mutex_, until - clock_->Elapsed());
    }
    if (stopping_) return;
    woken_ = false;
  }
}

absl::Duration ChangeFeed::Poll() {
  absl::StatusOr<LogPage> page = ReadNext();
  if (!page.ok()) {
    MutexLock lock(mutex_);
    if (reachable_) {
      obs::Log(obs::Level::kWarning, "the change log cannot be read",
               {{"error", std::string(page.status().message())}});
    }
    reachable_ = false;
    return options_.retry_interval;
  }
  const bool more = ComparePositions(page->end, page->head.position) < 0;
  Take(*std::move(page));
  return more ? absl::ZeroDuration() : options_.poll_interval;
}

// The next page; an empty one at the head of a log that is read for the first time, or anew.
absl::StatusOr<LogPage> ChangeFeed::ReadNext() {
  const RequestContext context = RequestContext::Background("feed").WithTimeout(kReadTimeout);
  LogPosition after;
  store::Kinds kinds;
  {
    MutexLock lock(mutex_);
    after = read_end_;
    if (!after.log_id().empty()) kinds = TakeWanted();
  }
  if (!after.log_id().empty()) {
    absl::StatusOr<LogPage> page = log_.ReadChanges(context, after, options_.batch_bytes, kinds);
    if (error::ReasonOf(page.status()) != errors::v1::ERROR_REASON_POSITION_EXPIRED) return page;
    obs::Log(obs::Level::kWarning, "the change log is another one: readers start anew",
             {{"why", std::string(page.status().message())}});
  }
  absl::StatusOr<LogHead> head = log_.ReadHead(context);
  if (!head.ok()) return head.status();
  StartAnew(*head);
  LogPage empty;
  empty.end = head->position;
  empty.head = *head;
  return empty;
}

store::Kinds ChangeFeed::TakeWanted() {
  store::Kinds kinds;
  for (const auto& [kind, readers] : wanted_) {
    kinds.insert(kind);
    read_since_.try_emplace(kind, read_end_);
  }
  std::erase_if(read_since_, [&](const auto& entry) { return kinds.count(entry.first) == 0; });
  return kinds;
}

ChangeFeed::Interest ChangeFeed::Want(store::Kinds kinds) {
  MutexLock lock(mutex_);
  for (const v1::ResourceKind kind : kinds) ++wanted_[kind];
  return Interest(this, std::move(kinds));
}

void ChangeFeed::Leave(const store::Kinds& kinds) {
  MutexLock lock(mutex_);
  for (const v1::ResourceKind kind : kinds) {
    const auto readers = wanted_.find(kind);
    if (--readers->second == 0) wanted_.erase(readers);
  }
}

void ChangeFeed::StartAnew(const LogHead& head) {
  MutexLock lock(mutex_);
  read_since_.clear();
  ring_.clear();
  ring_bytes_ = 0;
  ring_begin_ = head.position;
  read_end_ = head.position;
  published_ = -absl::InfiniteDuration();
}

void ChangeFeed::Take(LogPage page) {
  MutexLock lock(mutex_);
  if (!reachable_) obs::Log(obs::Level::kInfo, "the change log can be read again");
  reachable_ = true;
  const bool has_rows = !page.changes.empty();
  if (has_rows) {
    auto batch = std::make_shared<FeedBatch>();
    batch->changes = std::move(page.changes);
    batch->end = page.end;
    batch->at = page.head.at;
    for (const auto& logged : batch->changes) batch->bytes += logged.change.ByteSizeLong();
    ring_bytes_ += batch->bytes;
    ring_.push_back(std::move(batch));
    while (ring_bytes_ > options_.memory_bytes && ring_.size() > 1) {
      ring_bytes_ -= ring_.front()->bytes;
      ring_begin_ = ring_.front()->end;
      ring_.pop_front();
    }
  }
  read_end_ = page.end;
  Publish(has_rows, page.head);
}

void ChangeFeed::Publish(bool has_rows, const LogHead& head) {
  const absl::Duration now = clock_->Elapsed();
  const bool moved = head_.end.log_id() != read_end_.log_id() ||
                     head_.end.timeline() != read_end_.timeline() ||
                     ComparePositions(head_.end, read_end_) < 0;
  const absl::Duration since = now - published_;
  if (!has_rows && since < (moved ? options_.bookmark_interval : options_.idle_interval)) return;
  head_.end = read_end_;
  head_.at = head.at;
  ++head_.news;
  published_ = now;
  tell_ = true;
  changed_.SignalAll();
}

void ChangeFeed::CallListeners() {
  std::vector<std::shared_ptr<std::function<void()>>> listeners;
  {
    MutexLock lock(mutex_);
    if (!std::exchange(tell_, false)) return;
    for (const auto& [id, listener] : listeners_) listeners.push_back(listener);
  }
  for (const auto& listener : listeners) (*listener)();
}

absl::StatusOr<FeedAnswer> ChangeFeed::Next(const LogPosition& after,
                                            const store::Kinds& kinds) const {
  MutexLock lock(mutex_);
  FeedAnswer answer;
  answer.head = head_;
  if (read_end_.log_id().empty()) {
    answer.behind = true;
    return answer;
  }
  if (after.log_id() != read_end_.log_id()) {
    return error::PositionExpired("it belongs to another log");
  }
  if (after.timeline() != read_end_.timeline()) {
    return error::PositionExpired("it belongs to another timeline");
  }
  // At the end nothing was left out, and the next look takes in what is wanted by now.
  const bool is_at_end = ComparePositions(after, read_end_) >= 0;
  bool is_read = true;
  for (const v1::ResourceKind kind : kinds) {
    const auto since = read_since_.find(kind);
    is_read &= (is_at_end && wanted_.contains(kind)) ||
               (since != read_since_.end() && ComparePositions(since->second, after) <= 0);
  }
  if (!is_read || ComparePositions(after, ring_begin_) < 0) {
    answer.behind = true;
    return answer;
  }
  // Readers are mostly at the end.
  for (auto batch = ring_.rbegin();
       batch != ring_.rend() && ComparePositions(after, (*batch)->end) < 0; ++batch) {
    answer.batch = *batch;
  }
  return answer;
}

FeedHead ChangeFeed::head() const {
  MutexLock lock(mutex_);
  return head_;
}

bool ChangeFeed::WaitForNews(uint64_t seen, absl::Duration timeout) const {
  MutexLock lock(mutex_);
  const absl::Duration until = clock_->Elapsed() + timeout;
  while (head_.news <= seen && !stopping_ && clock_->Elapsed() < until) {
    changed_.WaitFor(mutex_, until - clock_->Elapsed());
  }
  return head_.news > seen;
}

uint64_t ChangeFeed::AddListener(std::function<void()> listener) {
  MutexLock lock(mutex_);
  const uint64_t id = next_listener_++;
  listeners_[id] = std::make_shared<std::function<void()>>(std::move(listener));
  return id;
}

void ChangeFeed::RemoveListener(uint64_t id) {
  MutexLock lock(mutex_);
  listeners_.erase(id);
}

}  // namespace dateline::catalog::feed
