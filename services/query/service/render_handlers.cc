#include "services/query/service/render_handlers.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/render/feed.h"
#include "services/query/replica/read/list.h"
#include "services/query/service/filter.h"
#include "services/query/service/read_options.h"

namespace dateline::query::service {
namespace {

// A path of a publication as an address; empty if it has no home page.
std::string AddressOf(const content::v1::Publication& publication, absl::string_view path) {
  if (publication.home_page().empty() || path.empty()) return publication.home_page();
  return absl::StrCat(absl::StripSuffix(publication.home_page(), "/"), "/",
                      absl::StripPrefix(path, "/"));
}

// Looks up what a feed's articles refer to. Lives for one call.
class Names {
 public:
  explicit Names(const View& view) : view_(view) {}

  content::v1::Publication PublicationOf(const std::string& name) const {
    const auto key = view_.KeyOf(name, catalog::v1::RESOURCE_KIND_PUBLICATION);
    auto state = key.has_value() ? view_.StateOf(catalog::v1::RESOURCE_KIND_PUBLICATION, *key)
                                 : std::nullopt;
    if (!state.has_value()) return {};
    return std::move(*state->mutable_publication());
  }

  render::FeedItem ItemOf(content::v1::Article article) const {
    render::FeedItem item;
    for (const auto& byline : article.bylines()) {
      std::string name = byline.text();
      if (name.empty()) {
        const auto author = view_.AuthorOf(byline.author());
        if (author.has_value()) name = author->author.display_name();
      }
      if (!name.empty()) item.authors.push_back(std::move(name));
    }
    for (const auto& topic : article.topics()) {
      auto found = view_.TopicOf(topic.topic());
      if (found.has_value()) item.categories.push_back(found->topic.display_name());
    }
    item.link = !article.canonical_url().empty() ? article.canonical_url()
                : !article.external_url().empty()
                    ? article.external_url()
                    : AddressOf(PublicationOf(article.publication()), article.path());
    item.article = std::move(article);
    return item;
  }

 private:
  const View& view_;
};

// The one topic that a filter asks for; nullopt if it asks for none or several.
std::optional<View::FoundTopic> OneTopic(const View& view, const v1::ArticleFilter& filter) {
  if (filter.any_topics_size() + filter.all_topics_size() != 1) return std::nullopt;
  return view.TopicOf(filter.any_topics_size() == 1 ? filter.any_topics(0) : filter.all_topics(0));
}

render::FeedHead HeadOf(const View& view, const Names& names, const v1::RenderFeedRequest& request,
                        const std::vector<render::FeedItem>& items) {
  const v1::ArticleFilter& filter = request.filter();
  std::string name;
  if (filter.publications_size() == 1) name = filter.publications(0);
  if (name.empty() && !items.empty()) name = items[0].article.publication();
  const content::v1::Publication publication = names.PublicationOf(name);
  render::FeedHead head;
  head.publisher = publication.title();
  head.title = publication.title();
  head.home_page = publication.home_page();
  head.language = publication.default_language();
  head.self_url = request.self_url();
  head.update_time = TimeFromProto(publication.update_time());
  if (const auto topic = OneTopic(view, filter)) {
    head.title = topic->topic.display_name();
    const absl::string_view id = absl::StripPrefix(topic->topic.name(), "topics/");
    if (absl::StrContains(publication.topic_path_pattern(), "{id}")) {
      head.home_page = AddressOf(
          publication, absl::StrReplaceAll(publication.topic_path_pattern(), {{"{id}", id}}));
    }
  }
  if (!items.empty()) head.update_time = absl::InfinitePast();
  for (const render::FeedItem& item : items) {
    head.update_time = std::max(head.update_time, render::UpdateTimeOf(item.article));
  }
  return head;
}

}  // namespace

absl::Status RenderHandlers::RenderFeed(const v1::RenderFeedRequest& request,
                                        const RequestContext& call,
                                        v1::RenderFeedResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const Conditions asked, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  replica::ListQuery query;
  DATELINE_ASSIGN_OR_RETURN(query.plan, PlanOf(view, asked));
  query.now = view.now();
  query.stop = StopOf(call);
  const bool whole_text = request.view() == content::v1::ARTICLE_VIEW_FULL;
  const auto size = static_cast<size_t>(api::PageSizeOf(request.page_size()));
  const Names names(view);
  std::vector<render::FeedItem> items;
  FreshUntil fresh;
  size_t budget = limits::kPageByteBudget;
  replica::WalkList(
      view.transaction(), query, [&](const replica::ListEntry& entry, const replica::Visibility&) {
        if (items.size() == size || budget == 0) return false;
        content::v1::Article article;
        const std::string encoded = view.EncodedArticle(entry.article, entry.slot, /*full=*/true);
        if (!article.ParseFromString(encoded)) return true;
        if (!whole_text) article.clear_body_html();
        budget -= std::min(budget, article.ByteSizeLong());
        fresh.Add(article);
        items.push_back(names.ItemOf(std::move(article)));
        return true;
      });
  render::FeedHead head = HeadOf(view, names, request, items);
  head.hub_url = hub_url_;
  const render::FeedOptions options = {.whole_text = whole_text};
  *response->mutable_modify_time() = TimeToProto(head.update_time);
  switch (request.format()) {
    case v1::RENDER_FORMAT_RSS:
      response->set_content(render::RenderRss(head, items, options));
      response->set_content_type("application/rss+xml; charset=utf-8");
      break;
    case v1::RENDER_FORMAT_ATOM:
      response->set_content(render::RenderAtom(head, items, options));
      response->set_content_type("application/atom+xml; charset=utf-8");
      break;
    case v1::RENDER_FORMAT_JSON_FEED:
      response->set_content(render::RenderJsonFeed(head, items, options));
      response->set_content_type("application/feed+json; charset=utf-8");
      break;
    default:
      return error::InvalidField("format", "must be RSS, ATOM or JSON_FEED");
  }
  FinishAnswer(view, request, fresh, response);
  return absl::OkStatus();
}

}  // namespace dateline::query::service
