#include "services/catalog/service/article_edit_handlers.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/article/decision.h"
#include "services/catalog/article/lifecycle.h"
#include "services/catalog/article/takedown.h"
#include "services/catalog/service/article_changes.h"
#include "services/catalog/service/article_names.h"
#include "services/catalog/service/request_checks.h"

namespace dateline::catalog::service {
namespace {

using article::WorkingArticle;
using store::ArticleEdit;
using store::EditFunction;
using store::EditOptions;
using store::EditScene;

std::string IdOf(const std::string& name) {
  return std::string(api::IdInName(api::kArticles, name));
}

// Does one edit and fills in the response.
template <typename Response>
absl::Status EditOne(const RequestContext& context, store::ArticleStore& articles,
                     const EditOptions& options, ArticleEdit edit, Response* response) {
  DATELINE_ASSIGN_OR_RETURN(auto written,
                            articles.EditArticles(context, options, {std::move(edit)}));
  *response->mutable_record() = std::move(written.message.front());
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

// An edit of the article that a request names.
template <typename Request, typename Response>
absl::Status EditNamed(const RequestContext& context, store::ArticleStore& articles,
                       const char* method, const Request& request, EditFunction change,
                       Response* response,
                       v1::RevisionSelector shown = v1::REVISION_SELECTOR_LATEST,
                       const std::string& reason = "",
                       v1::UpdateKind kind = v1::UPDATE_KIND_UNSPECIFIED) {
  return EditOne(
      context, articles, {OptionsOf(method, request), shown},
      {IdOf(request.name()), request.etag(), /*new_in=*/"", std::move(change), reason, kind},
      response);
}

// The edit that an update asks for.
ArticleEdit EditOf(const std::string& id, const v1::UpdateArticleRequest& request) {
  ArticleEdit edit = {
      id, request.etag(), /*new_in=*/"", Update(request), request.reason(), request.update_kind()};
  if (!request.allow_missing()) return edit;
  v1::CreateArticleRequest create;
  *create.mutable_article() = request.article();
  create.set_publish(request.publish());
  edit.new_in = request.article().publication();
  edit.may_exist = true;
  edit.change = [update = Update(request), make = Create(create, id)](const EditScene& scene,
                                                                      WorkingArticle* working) {
    return working->key == 0 ? make(scene, working) : update(scene, working);
  };
  return edit;
}

}  // namespace

absl::Status ArticleEditHandlers::CreateArticle(const RequestContext& context,
                                                const v1::CreateArticleRequest& request,
                                                v1::CreateArticleResponse* response) {
  if (request.article().publication().empty()) {
    return error::InvalidField("article.publication", "must not be empty");
  }
  const std::string id = request.article_id().empty() ? NewId() : request.article_id();
  return EditOne(
      context, articles_, {OptionsOf("CreateArticle", request)},
      {id, /*etag=*/"", request.article().publication(), Create(request, id), request.reason()},
      response);
}

absl::Status ArticleEditHandlers::UpdateArticle(const RequestContext& context,
                                                const v1::UpdateArticleRequest& request,
                                                v1::UpdateArticleResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      const std::string id,
      api::ParseName(api::kArticles, request.article().name(), "article.name"));
  return EditOne(context, articles_, {OptionsOf("UpdateArticle", request)}, EditOf(id, request),
                 response);
}

absl::Status ArticleEditHandlers::BatchUpdateArticles(const RequestContext& context,
                                                      const v1::BatchUpdateArticlesRequest& request,
                                                      v1::BatchUpdateArticlesResponse* response) {
  std::vector<ArticleEdit> edits;
  std::set<std::string> seen;
  error::FieldViolations violations;
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::UpdateArticleRequest& one = request.requests(i);
    const std::string field = absl::StrCat("requests[", i, "]");
    const std::string id = IdOf(one.article().name());
    if (id.empty()) violations.Add(field + ".article.name", "must be articles/{id}");
    if (!seen.insert(id).second) violations.Add(field + ".article.name", "must not stand twice");
    if (!one.request_id().empty()) violations.Add(field + ".request_id", "must be empty");
    if (one.validate_only()) violations.Add(field + ".validate_only", "must be unset");
    edits.push_back(EditOf(id, one));
  }
  DATELINE_RETURN_IF_ERROR(violations.ToStatus());
  DATELINE_ASSIGN_OR_RETURN(
      auto written,
      articles_.EditArticles(context, {OptionsOf("BatchUpdateArticles", request)}, edits));
  for (v1::ArticleRecord& record : written.message) *response->add_records() = std::move(record);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status ArticleEditHandlers::DeleteArticle(const RequestContext& context,
                                                const v1::DeleteArticleRequest& request,
                                                v1::DeleteArticleResponse* response) {
  const absl::Status deleted = EditNamed(
      context, articles_, "DeleteArticle", request,
      [](const EditScene& scene, WorkingArticle* working) {
        return article::Delete(scene.now, working);
      },
      response);
  return request.allow_missing() && absl::IsNotFound(deleted) ? absl::OkStatus() : deleted;
}

absl::Status ArticleEditHandlers::UndeleteArticle(const RequestContext& context,
                                                  const v1::UndeleteArticleRequest& request,
                                                  v1::UndeleteArticleResponse* response) {
  return EditNamed(
      context, articles_, "UndeleteArticle", request,
      [path = request.path()](const EditScene&, WorkingArticle* working) {
        return article::Undelete(path, working);
      },
      response);
}

absl::Status ArticleEditHandlers::PublishArticle(const RequestContext& context,
                                                 const v1::PublishArticleRequest& request,
                                                 v1::PublishArticleResponse* response) {
  return EditNamed(
      context, articles_, "PublishArticle", request,
      [request](const EditScene& scene, WorkingArticle* working) -> absl::Status {
        const int32_t number =
            request.revision() == 0 ? working->article.revision() : request.revision();
        const bool is_live = number == working->record.live_revision() &&
                             working->record.state() == content::v1::ARTICLE_STATE_PUBLISHED;
        if (is_live && request.update_kind() != v1::UPDATE_KIND_MAJOR) {
          return article::CheckNote(request.update_kind(), request.note());
        }
        DATELINE_ASSIGN_OR_RETURN(content::v1::Article content, scene.revision(number));
        return article::Publish({scene.now, request.update_kind(), request.note()}, number,
                                std::move(content), working);
      },
      response, v1::REVISION_SELECTOR_LIVE, /*reason=*/"", request.update_kind());
}

absl::Status ArticleEditHandlers::ScheduleArticle(const RequestContext& context,
                                                  const v1::ScheduleArticleRequest& request,
                                                  v1::ScheduleArticleResponse* response) {
  return EditNamed(
      context, articles_, "ScheduleArticle", request,
      [request](const EditScene& scene, WorkingArticle* working) -> absl::Status {
        const int32_t number =
            request.revision() == 0 ? working->article.revision() : request.revision();
        DATELINE_ASSIGN_OR_RETURN(content::v1::Article content, scene.revision(number));
        return article::Schedule(scene.now, TimeFromProto(request.schedule_time()), number,
                                 std::move(content), working);
      },
      response, v1::REVISION_SELECTOR_SCHEDULED);
}

absl::Status ArticleEditHandlers::UnscheduleArticle(const RequestContext& context,
                                                    const v1::UnscheduleArticleRequest& request,
                                                    v1::UnscheduleArticleResponse* response) {
  return EditNamed(
      context, articles_, "UnscheduleArticle", request,
      [](const EditScene&, WorkingArticle* working) { return article::Unschedule(working); },
      response);
}

absl::Status ArticleEditHandlers::WithdrawArticle(const RequestContext& context,
                                                  const v1::WithdrawArticleRequest& request,
                                                  v1::WithdrawArticleResponse* response) {
  return EditNamed(
      context, articles_, "WithdrawArticle", request,
      [request](const EditScene& scene, WorkingArticle* working) {
        return article::Withdraw(scene.now, request.withdrawal(), request.reason(), working);
      },
      response, v1::REVISION_SELECTOR_LIVE, request.reason());
}

absl::Status ArticleEditHandlers::TakeDownArticle(const RequestContext& context,
                                                  const v1::TakeDownArticleRequest& request,
                                                  v1::TakeDownArticleResponse* response) {
  return EditNamed(
      context, articles_, "TakeDownArticle", request,
      [](const EditScene&, WorkingArticle* working) { return article::TakeDown(working); },
      response, v1::REVISION_SELECTOR_LATEST, request.reason());
}

absl::Status ArticleEditHandlers::AcceptFeedProposal(const RequestContext& context,
                                                     const v1::AcceptFeedProposalRequest& request,
                                                     v1::AcceptFeedProposalResponse* response) {
  return EditNamed(context, articles_, "AcceptFeedProposal", request,
                   AcceptProposal(request.source(), request.publish()), response);
}

absl::Status ArticleEditHandlers::DismissFeedProposal(const RequestContext& context,
                                                      const v1::DismissFeedProposalRequest& request,
                                                      v1::DismissFeedProposalResponse* response) {
  return EditNamed(
      context, articles_, "DismissFeedProposal", request,
      [source = request.source()](const EditScene&, WorkingArticle* working) -> absl::Status {
        const int origin = article::FindProposal(source, working->record);
        if (origin < 0) {
          return error::ResourceNotFound(
              absl::StrCat("feed proposal of ", source, " for ", working->record.name()));
        }
        article::DropProposal(origin, working);
        return absl::OkStatus();
      },
      response);
}

absl::Status ArticleEditHandlers::RollbackArticle(const RequestContext& context,
                                                  const v1::RollbackArticleRequest& request,
                                                  v1::RollbackArticleResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const auto revision, ParseRevisionName(request.name()));
  return EditOne(
      context, articles_, {OptionsOf("RollbackArticle", request)},
      {revision.article_id, request.etag(), "", Rollback(revision.number, request.publish()),
       absl::StrCat("back to revision ", revision.number)},
      response);
}

absl::Status ArticleEditHandlers::JoinClusters(const RequestContext& context,
                                               const v1::JoinClustersRequest& request,
                                               v1::JoinClustersResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(auto written,
                            articles_.JoinClusters(context, OptionsOf("JoinClusters", request),
                                                   IdsOf(api::kArticles, request.articles())));
  response->set_cluster(std::move(written.message.name));
  response->set_etag(std::move(written.message.etag));
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status ArticleEditHandlers::SplitCluster(const RequestContext& context,
                                               const v1::SplitClusterRequest& request,
                                               v1::SplitClusterResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const auto position,
                            articles_.SplitCluster(context, OptionsOf("SplitCluster", request),
                                                   IdsOf(api::kArticles, request.articles())));
  response->set_position(EncodePosition(position));
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
