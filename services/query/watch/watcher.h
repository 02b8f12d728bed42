#ifndef DATELINE_SERVICES_QUERY_WATCH_WATCHER_H_
#define DATELINE_SERVICES_QUERY_WATCH_WATCHER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/query/v1/watch.pb.h"
#include "services/query/replica/replica.h"
#include "services/query/service/filter.h"
#include "services/query/service/view.h"
#include "services/query/watch/changes.h"
#include "services/query/watch/hub.h"

namespace dateline::query::watch {

// One call of WatchArticles, without its transport: tells what happens to a list from a position
// on. Whoever reads slowly is told of each article once, by what it has come to; nothing is left
// out, but the same may be told twice. Belongs to one thread at a time.
class Watcher {
 public:
  // `replica` and `hub` must outlive it. INVALID_FIELD, INVALID_POSITION, NOT_FOUND for what the
  // filter names; NOT_READY; POSITION_EXPIRED if the journal does not reach back to the position.
  static absl::StatusOr<std::shared_ptr<Watcher>> Create(replica::Replica& replica, Hub& hub,
                                                         const v1::WatchArticlesRequest& request);
  ~Watcher();

  // Begins; `poke` is called when Next may have something. Returns what ends it, which may be
  // called from any thread.
  std::function<void()> Subscribe(std::function<void()> poke);

  // The next answer; nullopt if there is none now. The first one is there at once. The errors of
  // Create.
  absl::StatusOr<std::optional<v1::WatchArticlesResponse>> Next(const RequestContext& call);

 private:
  Watcher(replica::Replica& replica, Hub& hub) : replica_(replica), hub_(hub) {}

  // Where in the journal of the view's copy it goes on. POSITION_EXPIRED.
  absl::Status Locate(const service::View& view);
  // Takes the hub's mail, fetched before the view was opened; false if it is of another copy.
  absl::StatusOr<bool> TakeMail(const service::View& view, Mail mail);
  // Goes on in a copy that came while something was still to be told.
  absl::Status Relocate(const service::View& view);
  // Reads entries until some changes wait to be told, or there are none left.
  absl::Status Collect(const service::View& view, const replica::Plan& plan,
                       const RequestContext& call);
  void Take(const replica::JournalEntry& entry, ChangeCollector* collector);
  // The event that says that the list is to be read again, if merges have changed what the filter
  // stands for; what came before is told by the list.
  std::optional<v1::WatchEvent> TakeResync(const service::View& view, const replica::Plan& plan);
  bool IsThrough() const { return waiting_.empty() && todo_.empty() && scanned_ >= scan_to_; }

  replica::Replica& replica_;
  Hub& hub_;
  service::Conditions conditions_;
  Telling telling_;
  std::atomic<int> number_ = 0;  // at the hub; 0: not subscribed yet
  bool started_ = false;         // the first answer was given
  bool bookmark_ = false;
  bool merged_ = false;  // an entry of merges was read and not looked at yet
  // What the filter stood for when all up to some entry was told; nullopt if that is not known.
  std::optional<std::string> print_;
  std::string copy_id_;                // of the numbers below
  content::v1::LogPosition position_;  // all up to it was told
  absl::Time at_ = absl::InfinitePast();
  Reached reached_;                 // what holds once all that is below was told
  uint64_t scanned_ = 0;            // entries up to it were read
  uint64_t scan_to_ = 0;            // all entries up to it are to be read
  std::deque<uint64_t> todo_;       // single entries behind it; at most Hub::kMaxNoted
  std::deque<ListChange> waiting_;  // read and not told yet; at most kMaxWaiting
};

}  // namespace dateline::query::watch

#endif  // DATELINE_SERVICES_QUERY_WATCH_WATCHER_H_
