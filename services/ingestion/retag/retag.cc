#include "services/ingestion/retag/retag.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"

namespace dateline::ingestion::retag {
namespace {

using catalog::v1::ExportResourcesResponse;
using content::v1::Article;

// One operation at work.
class Run {
 public:
  Run(const RequestContext& context, const Dependencies& dependencies, absl::Duration lease,
      std::shared_ptr<const TopicMatcher> matcher, Operation* operation)
      : context_(context),
        dependencies_(dependencies),
        lease_(lease),
        matcher_(std::move(matcher)),
        operation_(*operation),
        wanted_(operation->request.topics().begin(), operation->request.topics().end()) {}

  absl::Status TakePage(const ExportResourcesResponse& page);

 private:
  // What an article speaks of and does not have.
  std::vector<std::string> MissingTopics(const Article& article) const;
  void See(const catalog::v1::ResourceState& state,
           catalog::v1::BatchAddArticleTopicsRequest* additions);
  absl::Status Add(const catalog::v1::BatchAddArticleTopicsRequest& additions);

  const RequestContext& context_;
  const Dependencies& dependencies_;
  const absl::Duration lease_;
  const std::shared_ptr<const TopicMatcher> matcher_;
  Operation& operation_;
  const std::set<std::string> wanted_;
};

std::vector<std::string> Run::MissingTopics(const Article& article) const {
  std::vector<std::string> topics = matcher_->Match(article.title(), article.body_text());
  const auto superfluous = [&](const std::string& topic) {
    if (!wanted_.empty() && wanted_.count(topic) == 0) return true;
    return std::any_of(article.topics().begin(), article.topics().end(),
                       [&](const auto& known) { return known.topic() == topic; });
  };
  topics.erase(std::remove_if(topics.begin(), topics.end(), superfluous), topics.end());
  if (topics.size() > static_cast<size_t>(limits::kMaxTopicsPerArticle)) {
    topics.resize(limits::kMaxTopicsPerArticle);
  }
  return topics;
}

void Run::See(const catalog::v1::ResourceState& state,
              catalog::v1::BatchAddArticleTopicsRequest* additions) {
  operation_.metadata.set_articles_seen(operation_.metadata.articles_seen() + 1);
  Article article;
  // Nothing is live of what only is to come.
  if (state.article().live().empty() || !article.ParseFromString(state.article().live())) return;
  const std::string& publication = operation_.request.publication();
  if (!publication.empty() && article.publication() != publication) return;
  std::vector<std::string> topics = MissingTopics(article);
  if (topics.empty()) return;
  auto& item = *additions->add_items();
  item.set_article(state.name());
  for (std::string& topic : topics) item.add_topics(std::move(topic));
}

absl::Status Run::Add(const catalog::v1::BatchAddArticleTopicsRequest& additions) {
  if (additions.items().empty()) return absl::OkStatus();
  DATELINE_ASSIGN_OR_RETURN(const auto response,
                            dependencies_.catalog.AddArticleTopics(context_, additions));
  v1::RetagArticlesMetadata& progress = operation_.metadata;
  for (const auto& result : response.results()) {
    if (result.outcome() == catalog::v1::ARTICLE_TOPICS_OUTCOME_ADDED) {
      progress.set_articles_tagged(progress.articles_tagged() + 1);
      progress.set_topics_added(progress.topics_added() + result.added_size());
      operation_.position = response.position();
    } else if (result.outcome() == catalog::v1::ARTICLE_TOPICS_OUTCOME_REJECTED) {
      progress.set_articles_rejected(progress.articles_rejected() + 1);
    }
  }
  return absl::OkStatus();
}

absl::Status Run::TakePage(const ExportResourcesResponse& page) {
  // Until it is kept, nothing of the page counts: it may be worked at again.
  const v1::RetagArticlesMetadata before = operation_.metadata;
  catalog::v1::BatchAddArticleTopicsRequest additions;
  absl::Status status = context_.Check();
  for (const catalog::v1::ResourceState& state : page.states()) {
    if (!status.ok()) break;
    if (state.kind() != catalog::v1::RESOURCE_KIND_ARTICLE) continue;
    See(state, &additions);
    if (additions.items_size() < limits::kMaxBatchSize) continue;
    status = Add(additions);
    additions.Clear();
  }
  if (status.ok()) status = Add(additions);
  if (!status.ok()) {
    operation_.metadata = before;
    return status;
  }
  if (!page.page_token().empty()) operation_.cursor = page.page_token();
  DATELINE_ASSIGN_OR_RETURN(const bool cancel,
                            dependencies_.operations.Checkpoint(context_, operation_, lease_));
  return cancel ? error::Cancelled() : absl::OkStatus();
}

// A cursor of another catalog's key, log or timeline: everything is to be seen again.
bool CursorIsLost(const absl::Status& status) {
  const auto reason = error::ReasonOf(status);
  return reason == errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN ||
         reason == errors::v1::ERROR_REASON_POSITION_EXPIRED;
}

}  // namespace

absl::Status Retag(const RequestContext& context, const Dependencies& dependencies,
                   absl::Duration lease, Operation* operation) {
  DATELINE_RETURN_IF_ERROR(dependencies.topics.CatchUp(context));
  DATELINE_ASSIGN_OR_RETURN(auto matcher, dependencies.topics.NewestMatcher(context));
  if (const auto total = dependencies.catalog.CountArticles(context); total.ok()) {
    operation->metadata.set_articles_total(*total);
  }
  DATELINE_ASSIGN_OR_RETURN(const bool cancel,
                            dependencies.operations.Checkpoint(context, *operation, lease));
  if (cancel) return error::Cancelled();
  Run run(context, dependencies, lease, std::move(matcher), operation);
  const auto on_page = [&](const ExportResourcesResponse& page) { return run.TakePage(page); };
  absl::Status status = dependencies.catalog.Export(context, operation->cursor, on_page);
  if (CursorIsLost(status) && !operation->cursor.empty()) {
    obs::Log(obs::Level::kWarning, "retagging begins anew",
             {{"operation", operation->id}, {"why", status.message()}});
    operation->cursor.clear();
    operation->metadata.set_articles_seen(0);
    status = dependencies.catalog.Export(context, "", on_page);
  }
  return status;
}

}  // namespace dateline::ingestion::retag
