#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_LIFECYCLE_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_LIFECYCLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "services/catalog/article/working_article.h"

// What editors do with an article's revisions and state: the rules, apart from how the database
// keeps them. A function that fails leaves its article as it was. Pure.
namespace dateline::catalog::article {

// How a revision is published.
struct Publishing {
  absl::Time now;  // The primary's clock.
  v1::UpdateKind kind = v1::UPDATE_KIND_MINOR;
  std::string note = {};  // Of a MAJOR update.
};

// How long a deleted article can be brought back.
inline constexpr absl::Duration kPurgeAfter = absl::Hours(24 * 30);

// OK if `etag` is empty or the article's; ETAG_MISMATCH.
absl::Status CheckEtag(const WorkingArticle& target, const std::string& etag);

// INVALID_FIELD unless a MAJOR update has a note and no other has one.
absl::Status CheckNote(v1::UpdateKind kind, const std::string& note);

// Makes a scheduled revision whose time has come by `now` the live one, which it is for readers
// already. Every write does so first, since time alone writes nothing.
void TurnIfDue(absl::Time now, WorkingArticle* target);

// Makes `*target` a new article with `content`, a draft. `id` and `key` are its own.
void StartDraft(absl::Time now, content::v1::Article content, const std::string& id, int64_t key,
                WorkingArticle* target);

// Adds `content` as the newest revision, a draft beside the one in force. TAKEN_DOWN;
// STATE_CONFLICT for a deleted article; INVALID_FIELD for too large an article.
absl::Status AddDraft(content::v1::Article content, WorkingArticle* target);

// Puts revision `number`, whose content is `content`, in force: the article is PUBLISHED, withdrawn
// or not before. The first time its publish_time is `now` if it has none; a MAJOR update of an
// article that was published moves it to `now` and writes a note. What changes the content is a new
// revision. The errors of AddDraft.
absl::Status Publish(const Publishing& how, int32_t number, content::v1::Article content,
                     WorkingArticle* target);

// Puts revision `number`, whose content is `content`, in force from `time` on, in place of what was
// scheduled before. INVALID_FIELD unless `time` is later than `now`; STATE_CONFLICT for a withdrawn
// article too; the errors of AddDraft.
absl::Status Schedule(absl::Time now, absl::Time time, int32_t number, content::v1::Article content,
                      WorkingArticle* target);

// Takes the schedule back; an article without a live revision is a draft again. STATE_CONFLICT if
// nothing is scheduled.
absl::Status Unschedule(WorkingArticle* target);

// Takes the article back from readers, who get what `withdrawal` says; a schedule is dropped.
// INVALID_FIELD for a withdrawal that lacks what its kind needs, or has what another needs;
// STATE_CONFLICT for an article that is not published.
absl::Status Withdraw(absl::Time now, const v1::Withdrawal& withdrawal, const std::string& reason,
                      WorkingArticle* target);

// Deletes the article; it can be brought back for kPurgeAfter. RESOURCE_NOT_FOUND if it is deleted
// already (AIP-164); TAKEN_DOWN.
absl::Status Delete(absl::Time now, WorkingArticle* target);

// Brings a deleted article back as it was, at `path` if that is not empty. RESOURCE_EXISTS if it is
// not deleted (AIP-164).
absl::Status Undelete(const std::string& path, WorkingArticle* target);

// The paths that the article is to have: the one that readers use, empty for none, and those that
// are kept for revisions to come.
struct WantedPaths {
  std::string live;
  std::vector<std::string> held;
};
WantedPaths PathsOf(const WorkingArticle& target);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_LIFECYCLE_H_
