#include "services/catalog/article/lifecycle.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/catalog/article/visibility.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;

constexpr int kMaxNotes = 100;  // As the contract says.

// Whether editors may change the article at all.
absl::Status CheckEditable(const WorkingArticle& target) {
  const std::string& name = target.record.name();
  if (target.record.state() == content::v1::ARTICLE_STATE_TAKEN_DOWN) return error::TakenDown(name);
  if (target.record.state() == content::v1::ARTICLE_STATE_DELETED) {
    return error::StateConflict(name, "DELETED");
  }
  return absl::OkStatus();
}

// Forgets a revision that is neither in force, scheduled nor the newest any more.
void DropIfPast(int32_t number, WorkingArticle* target) {
  if (number != target->record.scheduled_revision() && number != target->article.revision()) {
    target->waiting.erase(number);
  }
}

void ClearSchedule(WorkingArticle* target) {
  const int32_t number = target->record.scheduled_revision();
  if (number == 0) return;
  target->record.set_scheduled_revision(0);
  target->record.clear_schedule_time();
  target->slots_changed = true;
  DropIfPast(number, target);
}

// Gives `*content`, of this article, what its row says.
void TakeRowFields(const WorkingArticle& target, Article* content) {
  content->set_name(target.record.name());
  content->set_cluster(target.article.cluster());
  content->set_revision(target.article.revision());
  content->clear_first_publish_time();
  if (target.article.has_first_publish_time()) {
    *content->mutable_first_publish_time() = target.article.first_publish_time();
  }
}

// Makes `content` the revision in force: `number`, or a new one behind all others if it is 0.
void PutInForce(Article content, int32_t number, WorkingArticle* target) {
  const int32_t newest = target->article.revision();
  // The newest revision stays, be it a draft or one that was published after `number` was
  // scheduled.
  if (newest == target->InForce() && newest != number) {
    target->waiting[newest].content = target->article;
  }
  TakeRowFields(*target, &content);
  target->content_changed = number == 0;
  if (number == 0) content.set_revision(newest + 1);
  target->article = std::move(content);
  target->record.set_live_revision(number == 0 ? newest + 1 : number);
  target->waiting.erase(number);
  DropIfPast(newest, target);
  target->life_changed = target->slots_changed = true;
}

void SetFirstPublication(absl::Time now, absl::Time not_before, WorkingArticle* target) {
  Article& article = target->article;
  const bool has_been =
      article.has_first_publish_time() && TimeFromProto(article.first_publish_time()) <= now;
  if (has_been) return;
  const absl::Time first = std::max(FirstVisible(article), not_before);
  *article.mutable_first_publish_time() = TimeToProto(first);
}

absl::Status CheckWithdrawal(const v1::Withdrawal& withdrawal) {
  const bool redirects = withdrawal.kind() == v1::WITHDRAWAL_KIND_REDIRECT;
  const bool shows = withdrawal.kind() == v1::WITHDRAWAL_KIND_NOTICE;
  error::FieldViolations violations;
  if (withdrawal.kind() == v1::WITHDRAWAL_KIND_UNSPECIFIED) {
    violations.Add("withdrawal.kind", "must be GONE, REDIRECT, NOTICE or VANISHED");
  }
  const std::string& target = withdrawal.target();
  if (redirects && !absl::StartsWith(target, "/") && !absl::StartsWith(target, "https://") &&
      !absl::StartsWith(target, "http://")) {
    violations.Add("withdrawal.target",
                   "must be a path, which begins with /, or an http or https address");
  }
  if (!redirects && !target.empty()) {
    violations.Add("withdrawal.target", "must be empty unless kind is REDIRECT");
  }
  if (shows && withdrawal.notice().empty()) {
    violations.Add("withdrawal.notice", "must not be empty for kind NOTICE");
  }
  if (!shows && !withdrawal.notice().empty()) {
    violations.Add("withdrawal.notice", "must be empty unless kind is NOTICE");
  }
  return violations.ToStatus();
}

void AddNote(const Publishing& how, Article* content) {
  content::v1::Note* const note = content->add_notes();
  note->set_kind(content::v1::NOTE_KIND_UPDATE);
  note->set_text(how.note);
  *note->mutable_time() = TimeToProto(how.now);
}

}  // namespace

absl::Status CheckEtag(const WorkingArticle& target, const std::string& etag) {
  if (etag.empty() || etag == target.record.etag()) return absl::OkStatus();
  return error::EtagMismatch(target.record.name());
}

absl::Status CheckNote(v1::UpdateKind kind, const std::string& note) {
  if (kind == v1::UPDATE_KIND_MAJOR && note.empty()) {
    return error::InvalidField("note", "must not be empty for an update of kind MAJOR");
  }
  if (kind != v1::UPDATE_KIND_MAJOR && !note.empty()) {
    return error::InvalidField("note", "must be empty unless update_kind is MAJOR");
  }
  return absl::OkStatus();
}

void TurnIfDue(absl::Time now, WorkingArticle* target) {
  const v1::ArticleRecord& record = target->record;
  const int32_t number = record.scheduled_revision();
  if (number == 0 || TimeFromProto(record.schedule_time()) > now) return;
  target->turn_time = TimeFromProto(record.schedule_time());
  Article content = *target->Content(number);
  target->record.set_scheduled_revision(0);
  target->record.clear_schedule_time();
  PutInForce(std::move(content), number, target);
}

void StartDraft(absl::Time now, Article content, const std::string& id, int64_t key,
                WorkingArticle* target) {
  target->key = key;
  target->is_new = true;
  target->life_changed = target->slots_changed = true;
  target->editor_revised = true;
  content.set_name(api::MakeName(api::kArticles, id));
  content.set_revision(1);
  target->record.set_name(content.name());
  target->record.set_state(content::v1::ARTICLE_STATE_DRAFT);
  *target->record.mutable_create_time() = TimeToProto(now);
  target->article = std::move(content);
}

absl::Status AddDraft(Article content, WorkingArticle* target) {
  DATELINE_RETURN_IF_ERROR(CheckEditable(*target));
  DATELINE_RETURN_IF_ERROR(CheckContentSize(content, /*scheduled_bytes=*/0));
  const int32_t newest = target->article.revision();
  TakeRowFields(*target, &content);
  content.set_revision(newest + 1);
  target->editor_revised = true;
  target->life_changed = true;
  if (target->record.live_revision() == 0) {
    // What was newest is scheduled, and waits from now on.
    if (newest == target->record.scheduled_revision()) {
      target->waiting[newest].content = target->article;
    }
    target->content_changed = true;
    target->article = std::move(content);
    return absl::OkStatus();
  }
  target->article.set_revision(newest + 1);
  target->waiting[newest + 1] = {std::move(content), /*is_new=*/true};
  DropIfPast(newest, target);
  return absl::OkStatus();
}

absl::Status Publish(const Publishing& how, int32_t number, Article content,
                     WorkingArticle* target) {
  DATELINE_RETURN_IF_ERROR(CheckEditable(*target));
  DATELINE_RETURN_IF_ERROR(CheckNote(how.kind, how.note));
  const bool was_live = target->record.live_revision() > 0;
  bool changed = false;
  if (how.kind == v1::UPDATE_KIND_MAJOR && was_live) {
    if (content.notes_size() >= kMaxNotes) {
      return error::InvalidField("note", "does not fit: the article has as many notes as it may");
    }
    *content.mutable_publish_time() = TimeToProto(how.now);
    AddNote(how, &content);
    changed = true;
  } else if (!content.has_publish_time()) {
    *content.mutable_publish_time() = TimeToProto(how.now);
    changed = true;
  }
  const bool was_scheduled = number == target->record.scheduled_revision();
  DATELINE_RETURN_IF_ERROR(CheckContentSize(content, was_scheduled ? 0 : target->ScheduledBytes()));
  if (was_scheduled) ClearSchedule(target);
  PutInForce(std::move(content), changed ? 0 : number, target);
  target->editor_revised = true;
  target->record.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  target->record.clear_withdrawal();
  target->record.clear_withdrawal_reason();
  target->record.clear_withdraw_time();
  SetFirstPublication(how.now, absl::InfinitePast(), target);
  return absl::OkStatus();
}

absl::Status Schedule(absl::Time now, absl::Time time, int32_t number, Article content,
                      WorkingArticle* target) {
  DATELINE_RETURN_IF_ERROR(CheckEditable(*target));
  if (target->record.state() == content::v1::ARTICLE_STATE_WITHDRAWN) {
    return error::StateConflict(target->record.name(), "WITHDRAWN");
  }
  if (time <= now) return error::InvalidField("schedule_time", "must be in the future");
  const bool has_live = target->record.live_revision() > 0;
  if (has_live) DATELINE_RETURN_IF_ERROR(CheckContentSize(target->article, content.ByteSizeLong()));
  ClearSchedule(target);
  if (!content.has_publish_time()) {
    *content.mutable_publish_time() = TimeToProto(time);
    DATELINE_RETURN_IF_ERROR(AddDraft(std::move(content), target));
    number = target->article.revision();
  } else if (target->Content(number) == nullptr) {
    TakeRowFields(*target, &content);
    target->waiting[number].content = std::move(content);
  }
  target->record.set_scheduled_revision(number);
  *target->record.mutable_schedule_time() = TimeToProto(time);
  target->record.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  target->editor_revised = true;
  target->life_changed = target->slots_changed = true;
  if (has_live) return absl::OkStatus();
  *target->article.mutable_first_publish_time() =
      TimeToProto(std::max(FirstVisible(*target->Content(number)), time));
  return absl::OkStatus();
}

absl::Status Unschedule(WorkingArticle* target) {
  DATELINE_RETURN_IF_ERROR(CheckEditable(*target));
  if (target->record.scheduled_revision() == 0) {
    return error::StateConflict(target->record.name(), "not scheduled");
  }
  ClearSchedule(target);
  target->life_changed = true;
  if (target->record.live_revision() > 0) return absl::OkStatus();
  target->record.set_state(content::v1::ARTICLE_STATE_DRAFT);
  target->article.clear_first_publish_time();
  return absl::OkStatus();
}

absl::Status Withdraw(absl::Time now, const v1::Withdrawal& withdrawal, const std::string& reason,
                      WorkingArticle* target) {
  DATELINE_RETURN_IF_ERROR(CheckEditable(*target));
  DATELINE_RETURN_IF_ERROR(CheckWithdrawal(withdrawal));
  if (target->record.live_revision() == 0) {
    return error::StateConflict(target->record.name(),
                                content::v1::ArticleState_Name(target->record.state()));
  }
  ClearSchedule(target);
  target->record.set_state(content::v1::ARTICLE_STATE_WITHDRAWN);
  *target->record.mutable_withdrawal() = withdrawal;
  target->record.set_withdrawal_reason(reason);
  *target->record.mutable_withdraw_time() = TimeToProto(now);
  target->life_changed = true;
  return absl::OkStatus();
}

absl::Status Delete(absl::Time now, WorkingArticle* target) {
  const std::string& name = target->record.name();
  if (target->record.state() == content::v1::ARTICLE_STATE_TAKEN_DOWN)
    return error::TakenDown(name);
  if (target->record.state() == content::v1::ARTICLE_STATE_DELETED) {
    return error::ResourceNotFound(name);
  }
  ClearSchedule(target);
  target->record.set_state(content::v1::ARTICLE_STATE_DELETED);
  *target->record.mutable_delete_time() = TimeToProto(now);
  *target->record.mutable_purge_time() = TimeToProto(now + kPurgeAfter);
  target->life_changed = true;
  return absl::OkStatus();
}

absl::Status Undelete(const std::string& path, WorkingArticle* target) {
  v1::ArticleRecord& record = target->record;
  if (record.state() == content::v1::ARTICLE_STATE_TAKEN_DOWN) {
    return error::TakenDown(record.name());
  }
  if (record.state() != content::v1::ARTICLE_STATE_DELETED) {
    return error::ResourceExists(record.name());
  }
  record.set_state(record.has_withdrawal()      ? content::v1::ARTICLE_STATE_WITHDRAWN
                   : record.live_revision() > 0 ? content::v1::ARTICLE_STATE_PUBLISHED
                                                : content::v1::ARTICLE_STATE_DRAFT);
  record.clear_delete_time();
  record.clear_purge_time();
  target->life_changed = true;
  if (path.empty() || path == target->article.path()) return absl::OkStatus();
  Article content = target->article;
  content.set_path(path);
  if (record.live_revision() == 0) return AddDraft(std::move(content), target);
  PutInForce(std::move(content), /*number=*/0, target);
  return absl::OkStatus();
}

WantedPaths PathsOf(const WorkingArticle& target) {
  WantedPaths paths;
  const v1::ArticleRecord& record = target.record;
  const bool is_gone = record.state() == content::v1::ARTICLE_STATE_DELETED ||
                       record.state() == content::v1::ARTICLE_STATE_TAKEN_DOWN;
  if (is_gone) return paths;
  if (record.live_revision() > 0) paths.live = target.article.path();
  for (const int32_t number : {target.article.revision(), record.scheduled_revision()}) {
    const Article* const content = number == 0 ? nullptr : target.Content(number);
    if (content == nullptr || content->path().empty() || content->path() == paths.live) continue;
    if (std::find(paths.held.begin(), paths.held.end(), content->path()) == paths.held.end()) {
      paths.held.push_back(content->path());
    }
  }
  return paths;
}

}  // namespace dateline::catalog::article
