#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// How much of the journal is kept: what lies beyond either is dropped, the oldest first.
struct JournalLimits {
  uint64_t entries = 2'000'000;
  absl::Duration age = absl::Hours(7 * 24);
};

// Begins the journal of a copy that has become complete: from here on its changes are told. No
// effect on one that has a journal, which a copy of a copy brings along.
void BeginJournal(WriteTransaction& transaction, const content::v1::LogPosition& position);

// Collects what one batch does to articles' listings and writes it as entries, one an article,
// within the batch's transaction. A copy that is not complete yet has no journal.
class Journal {
 public:
  // `position`: what readers are at once they have read what the batch writes.
  Journal(WriteTransaction& transaction, content::v1::LogPosition position, absl::Time at,
          JournalLimits limits = {});

  // The article was taken out of its lists; `listing` was visible.
  void Removed(uint64_t article, const Listing& listing);
  // It was taken out, whether something of it was visible or not.
  void Removed(uint64_t article);
  // It was put into its lists; `listing` is visible.
  void Added(uint64_t article, const Listing& listing);
  // A state of it was applied; an entry is due even if it stands where it stood.
  void Changed(uint64_t article, const catalog::v1::ResourceState& state);
  // Time is about to turn what stands in the lists. `replaced`: it may be by another revision.
  void Turned(uint64_t article, bool replaced);

  // What topics or authors stand for has changed.
  void Merged() { merged_ = true; }

  // Writes the entries and drops old ones, in steps that are small for a small batch.
  void Flush();

 private:
  struct Pending {
    std::string before;  // encoded places
    std::string after;
    JournalCause cause = JournalCause::kHidden;  // why nothing is visible, if so
    bool begun = false;                          // `before` is what was there before the batch
    bool changed = false;                        // told even if nothing moved
    bool by_time = false;                        // nothing but time did it
    bool replaced = false;                       // it may be another revision in the same place
  };
  Pending& Begun(uint64_t article);
  void Write(uint64_t article, const Pending& pending, uint64_t seq, uint64_t* number);
  // The head of an entry, without what became of an article.
  JournalEntry EntryOf(uint64_t article, uint64_t seq) const;
  void Trim(uint64_t end, uint64_t written);

  WriteTransaction& transaction_;
  const content::v1::LogPosition position_;
  const absl::Time at_;
  const JournalLimits limits_;
  const bool on_;
  bool merged_ = false;
  std::map<uint64_t, Pending> pending_;  // as many as the batch touches
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_H_
