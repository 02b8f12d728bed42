#include "services/query/service/list_handlers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/text/teaser.h"
#include "services/query/replica/read/list.h"
#include "services/query/replica/store/time.h"
#include "services/query/service/filter.h"
#include "services/query/service/request_checks.h"
#include "services/query/service/wire.h"

namespace dateline::query::service {
namespace {

using content::v1::LogPosition;

// Compound totals are counted up to here, beyond it they say AT_LEAST (design.md, section 5).
constexpr int64_t kMaxCounted = 10'000;

// All arguments but those that may change from page to page: the token's fingerprint.
template <typename Request>
std::string Fingerprint(const Request& request) {
  Request rest = request;
  rest.clear_page_size();
  rest.clear_page_token();
  rest.clear_min_position();
  return absl::StrCat(Request::descriptor()->full_name(), "\n", rest.SerializeAsString());
}

// Payload of a token: the suffix to go on behind, then the position that the page was read at.
absl::StatusOr<LogPosition> TokenPosition(const std::string& payload) {
  return DecodePosition(payload.substr(std::min(payload.size(), replica::kListSuffixBytes)),
                        "page_token");
}

absl::Status CheckBuilt(const v1::ListArticlesRequest& request) {
  if (request.order() == v1::LIST_ORDER_MODIFIED) {
    return error::InvalidField("order", "MODIFIED is not supported yet");
  }
  DATELINE_RETURN_IF_ERROR(CheckView(request.view()));
  if (!v1::TotalMode_IsValid(request.total())) {
    return error::InvalidField("total", "is not a known mode");
  }
  if (!v1::ListOrder_IsValid(request.order())) {
    return error::InvalidField("order", "is not a known order");
  }
  if (request.fold_clusters()) {
    return error::InvalidField("fold_clusters", "is not supported yet");
  }
  if (!request.languages().empty()) {
    return error::InvalidField("languages", "is not supported yet; use filter.language");
  }
  if (request.has_as_of()) return error::InvalidField("as_of", "is for previewers only");
  return CheckTeaserWords(request.teaser_words());
}

// Cuts the teaser anew from the body, as long as it is not an editor's.
std::string WithTeaser(const std::string& encoded_full, int words, bool full) {
  content::v1::Article article;
  if (!article.ParseFromString(encoded_full)) return encoded_full;
  if (article.teaser().source() == content::v1::TEASER_SOURCE_BODY) {
    const text::Teaser teaser = text::CutTeaser(article.body_text(), words);
    article.mutable_teaser()->set_text(teaser.text);
    article.mutable_teaser()->set_truncated(teaser.truncated);
  }
  if (!full) {
    article.clear_body_html();
    article.clear_body_text();
    article.clear_media();
    article.clear_cited_links();
    article.clear_notes();
    if (article.images_size() > 1) {
      article.mutable_images()->DeleteSubrange(1, article.images_size() - 1);
    }
  }
  return article.SerializeAsString();
}

v1::Total TotalOf(const View& view, const std::vector<std::string>& lists) {
  v1::Total total;
  total.set_exactness(v1::EXACTNESS_EXACT);
  if (lists.size() == 1) {
    total.set_size(replica::CountVisible(view.transaction(), lists[0], view.now()));
    return total;
  }
  bool more = false;
  total.set_size(replica::CountVisible(view.transaction(), lists, view.now(), kMaxCounted, &more));
  if (more) total.set_exactness(v1::EXACTNESS_AT_LEAST);
  return total;
}

template <typename Response>
void FillPosition(const View& view, Response* response) {
  response->set_position(view.position().token);
  replica::ToProto(view.now(), response->mutable_read_time());
}

// Topics and authors of the listed articles, each once, in the order in which they first occur.
void AddIncluded(const View& view, const v1::Include& include,
                 const std::vector<replica::ListEntry>& entries, v1::ListArticlesResponse* rest) {
  std::set<std::string> seen;
  for (const replica::ListEntry& entry : entries) {
    content::v1::Article card;
    if (!card.ParseFromString(view.EncodedArticle(entry.article, entry.slot, false))) continue;
    for (const auto& topic : card.topics()) {
      if (!include.topics() || !seen.insert(topic.topic()).second) continue;
      if (auto found = view.TopicOf(topic.topic())) *rest->add_topics() = std::move(found->topic);
    }
    for (const auto& byline : card.bylines()) {
      if (!include.authors() || byline.author().empty() || !seen.insert(byline.author()).second) {
        continue;
      }
      const auto key = view.KeyOf(byline.author(), catalog::v1::RESOURCE_KIND_AUTHOR);
      if (!key.has_value()) continue;
      if (const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_AUTHOR, *key)) {
        *rest->add_authors() = state->author();
      }
    }
  }
}

}  // namespace

struct ListHandlers::Page {
  replica::ListQuery query;
  int size = 0;
  int articles_field = 0;  // number of the response's field
  bool full = false;
  int teaser_words = 0;
  std::string fingerprint;
  std::vector<replica::ListEntry>* entries = nullptr;  // filled if not null
};

template <typename Request>
absl::StatusOr<std::string> ListHandlers::AfterOf(const Request& request) const {
  if (request.page_token().empty()) return std::string();
  DATELINE_ASSIGN_OR_RETURN(const std::string payload,
                            page_tokens_.Decode(request.page_token(), Fingerprint(request)));
  if (payload.size() < replica::kListSuffixBytes) return error::InvalidPageToken();
  return payload.substr(0, replica::kListSuffixBytes);
}

absl::Status ListHandlers::AppendPage(const View& view, const Page& page, std::string* response,
                                      std::string* next_page_token) const {
  int count = 0;
  size_t budget = limits::kPageByteBudget;
  const replica::ListEnd end =
      replica::WalkLists(view.transaction(), page.query, [&](const replica::ListEntry& entry) {
        if (count == page.size) return false;
        std::string encoded =
            view.EncodedArticle(entry.article, entry.slot, page.full || page.teaser_words > 0);
        if (page.teaser_words > 0) encoded = WithTeaser(encoded, page.teaser_words, page.full);
        // The first article always fits: a body has at most 2 MiB.
        if (count > 0 && encoded.size() > budget) return false;
        budget -= std::min(budget, encoded.size());
        AppendField(page.articles_field, encoded, response);
        if (page.entries != nullptr) page.entries->push_back(entry);
        ++count;
        return true;
      });
  if (end.more) {
    *next_page_token =
        page_tokens_.Encode(absl::StrCat(end.last, view.position().token), page.fingerprint);
  }
  return absl::OkStatus();
}

absl::Status ListHandlers::ListArticles(const v1::ListArticlesRequest& request,
                                        std::string* response) const {
  DATELINE_RETURN_IF_ERROR(CheckBuilt(request));
  Page page;
  DATELINE_ASSIGN_OR_RETURN(page.size, PageSizeOf(request.page_size()));
  DATELINE_ASSIGN_OR_RETURN(page.query.after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  DATELINE_ASSIGN_OR_RETURN(page.query.lists, ListsOf(view, request.filter()));
  page.query.now = view.now();
  page.query.oldest_first = request.order() == v1::LIST_ORDER_OLDEST;
  page.articles_field = v1::ListArticlesResponse::kArticlesFieldNumber;
  page.full = request.view() == content::v1::ARTICLE_VIEW_FULL;
  page.teaser_words = request.teaser_words();
  page.fingerprint = Fingerprint(request);
  std::vector<replica::ListEntry> entries;
  const bool includes = request.include().topics() || request.include().authors();
  if (includes) page.entries = &entries;

  v1::ListArticlesResponse rest;
  DATELINE_RETURN_IF_ERROR(AppendPage(view, page, response, rest.mutable_next_page_token()));
  if (includes) AddIncluded(view, request.include(), entries, &rest);
  if (request.total() == v1::TOTAL_MODE_COUNT)
    *rest.mutable_total() = TotalOf(view, page.query.lists);
  FillPosition(view, &rest);
  rest.AppendToString(response);
  return absl::OkStatus();
}

absl::Status ListHandlers::GetTopicPage(const v1::GetTopicPageRequest& request,
                                        std::string* response) const {
  if (request.topic().empty()) return error::InvalidField("topic", "is required");
  DATELINE_RETURN_IF_ERROR(CheckName("topic", "topics", request.topic()));
  if (!request.publication().empty()) {
    DATELINE_RETURN_IF_ERROR(CheckName("publication", "publications", request.publication()));
  }
  DATELINE_RETURN_IF_ERROR(CheckView(request.view()));
  DATELINE_RETURN_IF_ERROR(CheckTeaserWords(request.teaser_words()));
  Page page;
  DATELINE_ASSIGN_OR_RETURN(page.size, PageSizeOf(request.page_size()));
  DATELINE_ASSIGN_OR_RETURN(page.query.after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  auto topic = view.TopicOf(request.topic());
  if (!topic.has_value()) return error::ResourceNotFound(request.topic());
  v1::ArticleFilter filter;
  filter.set_topic(topic->topic.name());
  filter.set_include_descendants(request.include_descendants());
  filter.set_publication(request.publication());
  DATELINE_ASSIGN_OR_RETURN(page.query.lists, ListsOf(view, filter));
  page.query.now = view.now();
  page.articles_field = v1::GetTopicPageResponse::kArticlesFieldNumber;
  page.full = request.view() == content::v1::ARTICLE_VIEW_FULL;
  page.teaser_words = request.teaser_words();
  page.fingerprint = Fingerprint(request);

  v1::GetTopicPageResponse rest;
  DATELINE_RETURN_IF_ERROR(AppendPage(view, page, response, rest.mutable_next_page_token()));
  for (const std::string& parent : topic->topic.parents()) {
    if (auto found = view.TopicOf(parent)) *rest.add_related_topics() = std::move(found->topic);
  }
  const std::string children = replica::ChildPrefix(topic->topic.name());
  replica::Cursor cursor = view.transaction().Open(replica::Table::kChildren);
  for (bool found = cursor.Seek(children); found; found = cursor.Next()) {
    const auto child_key = replica::ParseChildKey(cursor.key(), children);
    if (!child_key.has_value()) break;
    const auto child = view.StateOf(catalog::v1::RESOURCE_KIND_TOPIC, *child_key);
    if (child.has_value() && child->topic().state() == content::v1::TOPIC_STATE_ACTIVE) {
      *rest.add_related_topics() = child->topic();
    }
  }
  *rest.mutable_topic() = std::move(topic->topic);
  *rest.mutable_total() = TotalOf(view, page.query.lists);
  FillPosition(view, &rest);
  rest.AppendToString(response);
  return absl::OkStatus();
}

namespace {

template <typename Request>
absl::StatusOr<std::optional<LogPosition>> PositionOfRequest(const Request& request,
                                                             const tokens::PageTokenCodec& codec,
                                                             const LogPosition& known) {
  std::optional<LogPosition> position;
  if (!request.min_position().empty()) {
    DATELINE_ASSIGN_OR_RETURN(position, DecodePosition(request.min_position(), "min_position"));
  }
  if (request.page_token().empty()) return position;
  DATELINE_ASSIGN_OR_RETURN(const std::string payload,
                            codec.Decode(request.page_token(), Fingerprint(request)));
  // Another replica may have given the token: this one must not be behind it. After a failover the
  // token's log is another one; the page goes on from what there is now.
  const auto token = TokenPosition(payload);
  if (!token.ok() || !SameLog(*token, known)) return position;
  if (!position.has_value() ||
      (SameLog(*position, *token) && ComparePositions(*position, *token) < 0)) {
    position = *token;
  }
  return position;
}

}  // namespace

absl::StatusOr<std::optional<LogPosition>> ListHandlers::PositionOf(
    const v1::ListArticlesRequest& request) const {
  return PositionOfRequest(request, page_tokens_, replica_.position()->position);
}

absl::StatusOr<std::optional<LogPosition>> ListHandlers::PositionOf(
    const v1::GetTopicPageRequest& request) const {
  return PositionOfRequest(request, page_tokens_, replica_.position()->position);
}

}  // namespace dateline::query::service
