#ifndef DATELINE_SERVICES_QUERY_WATCH_CHANGES_H_
#define DATELINE_SERVICES_QUERY_WATCH_CHANGES_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "dateline/query/v1/filter.pb.h"
#include "dateline/query/v1/watch.pb.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/read/plan.h"
#include "services/query/service/included.h"
#include "services/query/service/read_options.h"
#include "services/query/service/teasers.h"
#include "services/query/service/view.h"
#include "services/query/watch/folded_members.h"

// What watches and deltas have in common: what journal entries mean for one list, and how it is
// told.
namespace dateline::query::watch {

// What became of one article with respect to one list.
struct ListChange {
  uint64_t article = 0;
  uint64_t number = 0;  // of the first entry
  bool before = false;  // it was in the list
  bool after = false;   // it is
  replica::JournalCause cause = replica::JournalCause::kChanged;
  bool moved_on = false;  // visible still, but not for this list
  // Lists of the clusters and translation sets that it stood in before or after, each once.
  std::vector<std::string> sets = {};
};

// Collapses entries to one change an article: what was before the first and is after the last.
// Memory grows with the articles that were or are in the list only. Not thread-safe.
class ChangeCollector {
 public:
  explicit ChangeCollector(const replica::Plan& plan) : plan_(plan) {}

  // Takes the next entry.
  void Add(const replica::JournalEntry& entry);

  size_t size() const { return changes_.size(); }
  // The changes, in the order in which the articles first occurred.
  std::deque<ListChange> Take();

 private:
  const replica::Plan& plan_;
  std::deque<ListChange> changes_;
  absl::flat_hash_map<uint64_t, size_t> index_;
};

// Lists one of which holds every article that a plan holds, as few and as short ones as can be
// told from the plan. Pure.
std::vector<std::string> RequiredLists(const replica::Plan& plan);

// A word for what a plan holds: another one as soon as a name of its filter stands for another
// topic or author. Pure.
std::string PrintOf(const replica::Plan& plan);

// Whether merges of topics or authors may change what a plan's filter stands for. Pure.
bool DependsOnMerges(const replica::Plan& plan);

// How articles are told.
struct Telling {
  service::ReadMask mask;
  bool full = false;
  int teaser_words = 0;
  v1::Include include;
  replica::FoldOptions folds;
};

// Makes events out of changes at one view. Lives for one answer.
class Teller {
 public:
  // All must outlive it; `plan` is the list's.
  Teller(const service::View& view, const replica::Plan& plan, const Telling& telling)
      : view_(view),
        telling_(telling),
        members_(view, plan, telling.folds),
        teasers_(view, telling.teaser_words),
        included_(view, telling.include) {}

  // The events of a change; none if there is nothing to be told, as a later entry tells. Of what
  // came and went it is told that it left: a list that was read in between has it. With folds, each
  // of those that belong together is told once an answer: the one that is shown, and that the
  // others left, whichever was shown before. RESYNC if they are too many. INTERNAL.
  absl::StatusOr<std::vector<v1::WatchEvent>> Tell(const ListChange& change);

  // An article as it is answered, and what rides along with it. INTERNAL.
  absl::StatusOr<content::v1::Article> ArticleAt(uint64_t article, replica::Slot slot);

  // What rode along with all articles so far.
  template <typename Response>
  void MoveIncludedTo(Response* response) {
    included_.MoveTo(response);
  }

 private:
  absl::StatusOr<std::vector<v1::WatchEvent>> TellFolded(const ListChange& change);
  // The event of an article that is in the list; nullopt if there is no such article.
  absl::StatusOr<std::optional<v1::WatchEvent>> Present(uint64_t article, replica::Slot slot,
                                                        v1::WatchEventKind kind);
  std::optional<v1::WatchEvent> Left(uint64_t article, v1::RemovalReason reason) const;
  std::string NameOf(uint64_t article) const;

  const service::View& view_;
  const Telling& telling_;
  const FoldedMembers members_;
  // Of folded lists.
  absl::flat_hash_set<uint64_t> told_;
  bool resync_told_ = false;
  service::Teasers teasers_;
  service::Included included_;
};

}  // namespace dateline::query::watch

#endif  // DATELINE_SERVICES_QUERY_WATCH_CHANGES_H_
