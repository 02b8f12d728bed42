#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_WORKING_ARTICLE_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_WORKING_ARTICLE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/content/v1/article.pb.h"

namespace dateline::catalog::article {

// A revision that is not in force: the scheduled one, or a newest one that is a draft.
struct WaitingRevision {
  content::v1::Article content;
  bool is_new = false;  // To be inserted.
};

// A revision that is to be inserted.
struct NewRevision {
  int32_t number = 0;
  const content::v1::Article* content = nullptr;
};

// An article while a write is decided: as stored, then as it will be. Every write, whoever asks for
// it, is a function that changes one of these.
struct WorkingArticle {
  int64_t key = 0;
  int64_t publication_key = 0;
  content::v1::Article article;                // The revision in force; its number is the newest's.
  std::map<int32_t, WaitingRevision> waiting;  // By number.
  v1::ArticleRecord record;                    // All else, without article; origins as they came.
  int winner = -1;  // Index of the origin whose content is in force; -1: an editor's.
  bool editor_revised = false;
  bool is_new = false;                  // To be inserted.
  bool content_changed = false;         // `article` is a new revision.
  std::set<int> dirty_origins;          // Indexes of origins to be written.
  bool life_changed = false;            // State, times or numbers of the record are others.
  bool slots_changed = false;           // Another revision is live or scheduled.
  std::optional<absl::Time> turn_time;  // When a schedule that was due took effect.
  uint64_t change_xid = 0;              // Transaction of its last change; 0 for a new one.
  uint64_t simhash = 0;
  int64_t cluster_key = 0;       // 0 for none.
  bool cluster_changed = false;  // Was put into it, or taken out.
  bool no_clustering = false;    // An editor took it out: no machine puts it into a cluster.
  bool erased = false;           // Taken down: all its revisions become what `article` is.
  std::string reason;            // For its new revisions; the batch's if it is empty.
  v1::UpdateKind update_kind = v1::UPDATE_KIND_UNSPECIFIED;  // Of its new revisions.
  bool locked = false;  // As it was read, nobody else changes it now.

  // The number of the revision in force: the live one, or the newest of an article without one.
  int32_t InForce() const;
  // The content of a revision that is in force or waits; null for any other.
  const content::v1::Article* Content(int32_t number) const;
  // What the scheduled revision takes, which rides along with the one in force.
  size_t ScheduledBytes() const;
  // The revisions to be inserted; pointers into this article.
  std::vector<NewRevision> NewRevisions() const;
  bool written() const;
};

// Makes `target->article` a new revision behind all others, unless it is one already: it counts
// once, however often a transaction changes it.
void ReviseInForce(WorkingArticle* target);

// INVALID_FIELD if an article with this content, beside a scheduled revision of so many bytes,
// takes more than can be sent.
absl::Status CheckContentSize(const content::v1::Article& content, size_t scheduled_bytes);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_WORKING_ARTICLE_H_
