#include "services/catalog/service/article_changes.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "google/protobuf/util/field_mask_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/catalog/article/content.h"
#include "services/catalog/article/decision.h"
#include "services/catalog/article/lifecycle.h"
#include "services/catalog/article/path.h"
#include "services/catalog/article/topics.h"

namespace dateline::catalog::service {
namespace {

using article::WorkingArticle;
using content::v1::Article;
using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;
using google::protobuf::util::MessageDifferencer;
using store::EditScene;

// What editors write of an article, and may change.
const char* const kFields[] = {
    "path",         "canonical_url", "type",        "external_url",   "title",  "subtitle",
    "body_html",    "teaser",        "bylines",     "topics",         "images", "media",
    "language",     "labels",        "sponsor",     "access",         "rights", "notes",
    "publish_time", "embargo_time",  "expire_time", "translation_set"};

bool IsPopulated(const Article& article, const char* field) {
  const auto* descriptor = Article::descriptor()->FindFieldByName(field);
  return descriptor->is_repeated() ? article.GetReflection()->FieldSize(article, descriptor) > 0
                                   : article.GetReflection()->HasField(article, descriptor);
}

absl::Status FieldsToChange(const Article& update, const FieldMask& mask, FieldMask* fields) {
  const bool all = mask.paths_size() == 1 && mask.paths(0) == "*";
  for (const char* field : kFields) {
    if (all || (mask.paths().empty() && IsPopulated(update, field))) fields->add_paths(field);
  }
  if (all) return absl::OkStatus();
  for (const std::string& path : mask.paths()) {
    if (!FieldMaskUtil::IsValidPath<Article>(path)) {
      return error::InvalidField("update_mask", absl::StrCat("article has no field ", path));
    }
    for (const char* field : kFields) {
      if (path == field || absl::StartsWith(path, absl::StrCat(field, "."))) {
        fields->add_paths(path);
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Article> Newest(const WorkingArticle& working) {
  const Article* const newest = working.Content(working.article.revision());
  if (newest == nullptr) return error::Internal("an article's newest revision is missing");
  return *newest;
}

bool IsSame(Article content, const Article& before) {
  *content.mutable_modify_time() = before.modify_time();
  content.set_name(before.name());
  content.set_state(before.state());
  content.set_revision(before.revision());
  content.set_cluster(before.cluster());
  if (before.has_first_publish_time()) {
    *content.mutable_first_publish_time() = before.first_publish_time();
  }
  return MessageDifferencer::Equals(content, before);
}

// Adds `content`, which an editor wrote on top of the newest revision.
absl::Status Revise(const EditScene& scene, Article content, bool publish,
                    const article::Publishing& how, WorkingArticle* working) {
  DATELINE_ASSIGN_OR_RETURN(const Article before, Newest(*working));
  DATELINE_RETURN_IF_ERROR(article::PrepareEdited(scene.publication, before, scene.now, &content));
  const bool is_same = IsSame(content, before);
  if (is_same && !publish) return absl::OkStatus();
  const bool is_live = working->record.live_revision() == working->article.revision() &&
                       working->record.state() == content::v1::ARTICLE_STATE_PUBLISHED;
  if (is_same && is_live && how.kind != v1::UPDATE_KIND_MAJOR) return absl::OkStatus();
  const int32_t number = is_same ? working->article.revision() : 0;
  if (publish) {
    DATELINE_RETURN_IF_ERROR(article::Publish(how, number, content, working));
  } else {
    DATELINE_RETURN_IF_ERROR(article::AddDraft(content, working));
  }
  article::SuppressRemovedTopics(before, content, &working->record);
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyArticleUpdate(const Article& update, const FieldMask& mask, Article* content) {
  if (!update.publication().empty() && update.publication() != content->publication()) {
    return error::InvalidField("article.publication", "cannot be changed");
  }
  FieldMask fields;
  DATELINE_RETURN_IF_ERROR(FieldsToChange(update, mask, &fields));
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(update, fields, options, content);
  return absl::OkStatus();
}

store::EditFunction Create(const v1::CreateArticleRequest& request, const std::string& id) {
  return [request, id](const EditScene& scene, WorkingArticle* working) -> absl::Status {
    Article content = request.article();
    DATELINE_RETURN_IF_ERROR(
        article::PrepareEdited(scene.publication, Article(), scene.now, &content));
    DATELINE_RETURN_IF_ERROR(article::CheckContentSize(content, /*scheduled_bytes=*/0));
    Article dated = content;
    if (!dated.has_publish_time()) *dated.mutable_publish_time() = TimeToProto(scene.now);
    if (content.path().empty()) {
      content.set_path(scene.free_path(article::MakePath(scene.publication, dated, id)));
    }
    if (request.publish()) *content.mutable_publish_time() = dated.publish_time();
    article::StartDraft(scene.now, content, id, scene.key, working);
    if (!request.publish()) return absl::OkStatus();
    return article::Publish({scene.now}, /*number=*/1, working->article, working);
  };
}

store::EditFunction Update(const v1::UpdateArticleRequest& request) {
  return [request](const EditScene& scene, WorkingArticle* working) -> absl::Status {
    DATELINE_RETURN_IF_ERROR(article::CheckNote(request.update_kind(), request.note()));
    DATELINE_ASSIGN_OR_RETURN(Article content, Newest(*working));
    DATELINE_RETURN_IF_ERROR(
        ApplyArticleUpdate(request.article(), request.update_mask(), &content));
    return Revise(scene, std::move(content), request.publish(),
                  {scene.now, request.update_kind(), request.note()}, working);
  };
}

store::EditFunction Rollback(int32_t number, bool publish) {
  return [number, publish](const EditScene& scene, WorkingArticle* working) -> absl::Status {
    DATELINE_ASSIGN_OR_RETURN(const Article newest, Newest(*working));
    Article content = newest;
    if (number != 0) {
      DATELINE_ASSIGN_OR_RETURN(content, scene.revision(number));
      content.set_path(newest.path());
      content.set_canonical_url(newest.canonical_url());
      content.clear_publish_time();
      content.clear_embargo_time();
      content.clear_expire_time();
      if (newest.has_publish_time()) *content.mutable_publish_time() = newest.publish_time();
      if (newest.has_embargo_time()) *content.mutable_embargo_time() = newest.embargo_time();
      if (newest.has_expire_time()) *content.mutable_expire_time() = newest.expire_time();
    }
    return Revise(scene, std::move(content), publish, {scene.now}, working);
  };
}

store::EditFunction AcceptProposal(const std::string& source, bool publish) {
  return [source, publish](const EditScene& scene, WorkingArticle* working) -> absl::Status {
    const int origin = article::FindProposal(source, working->record);
    if (origin < 0) {
      return error::ResourceNotFound(
          absl::StrCat("feed proposal of ", source, " for ", working->record.name()));
    }
    DATELINE_ASSIGN_OR_RETURN(const Article newest, Newest(*working));
    Article content = article::ProposedContent(newest, working->record, origin);
    if (publish) {
      DATELINE_RETURN_IF_ERROR(
          article::Publish({scene.now}, /*number=*/0, std::move(content), working));
    } else {
      DATELINE_RETURN_IF_ERROR(article::AddDraft(std::move(content), working));
    }
    article::DropProposal(origin, working);
    return absl::OkStatus();
  };
}

}  // namespace dateline::catalog::service
