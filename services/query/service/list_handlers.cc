#include "services/query/service/list_handlers.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/query/replica/read/list.h"
#include "services/query/service/filter.h"
#include "services/query/service/included.h"
#include "services/query/service/request_checks.h"
#include "services/query/service/teasers.h"
#include "services/query/service/wire.h"

namespace dateline::query::service {
namespace {

using content::v1::LogPosition;

// Compound totals are counted up to here, beyond it they say AT_LEAST (design.md, section 5).
constexpr int64_t kMaxCounted = 10'000;
// Bodies that are read for one page of teasers: they cost time although they are not answered.
constexpr size_t kMaxWorkBytes = size_t{16} << 20;
// A topic's neighbours: how many, how many entries of the tree are looked at, and of how many
// bytes.
constexpr size_t kMaxRelated = 200;
constexpr int kMaxRelatedSteps = 1'000;
constexpr size_t kTopicsByteBudget = size_t{1} << 20;

// Payload of a token: the suffix to go on behind, then the position that the page was read at.
absl::StatusOr<LogPosition> TokenPosition(const std::string& payload) {
  return DecodePosition(absl::ClippedSubstr(payload, replica::kListSuffixBytes), "page_token");
}

// Options of lists that are not built yet are refused, never passed over.
template <typename Request>
absl::Status CheckOptions(const Request& request) {
  if (request.fold_clusters()) {
    return error::InvalidField("fold_clusters", "is not supported yet");
  }
  if (!request.languages().empty()) {
    return error::InvalidField("languages", "is not supported yet; use filter.languages");
  }
  return CheckReadOptions(request);
}

absl::Status CheckBuilt(const v1::ListArticlesRequest& request) {
  if (request.order() == v1::LIST_ORDER_MODIFIED) {
    return error::InvalidField("order", "MODIFIED is not supported yet");
  }
  return CheckOptions(request);
}

v1::Total TotalOf(const View& view, const replica::ListQuery& query) {
  v1::Total total;
  const replica::Count count = replica::CountPlan(view.transaction(), query, kMaxCounted);
  total.set_size(count.size);
  total.set_exactness(count.exact ? v1::EXACTNESS_EXACT : v1::EXACTNESS_AT_LEAST);
  return total;
}

// Whether nobody waits for the answer any more.
std::function<bool()> StopOf(const RequestContext& call) {
  return [&call] { return call.cancelled() || call.remaining() <= absl::ZeroDuration(); };
}

template <typename Response>
void FillPosition(const View& view, Response* response) {
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
}

// The topics beside a topic in the tree, each once: its parents, then its children. Bounded in
// number, in what is looked at and in bytes; what has no room is given by its name.
std::vector<content::v1::Topic> RelatedTopics(const View& view, const content::v1::Topic& topic,
                                              size_t* budget) {
  std::vector<content::v1::Topic> related;
  std::set<std::string> seen = {topic.name()};
  const auto add = [&](content::v1::Topic found) {
    if (!seen.insert(found.name()).second) return;
    related.push_back(Fitted(std::move(found), budget));
  };
  int steps = 0;
  for (const std::string& parent : topic.parents()) {
    if (++steps > kMaxRelatedSteps || related.size() >= kMaxRelated) return related;
    if (auto found = view.TopicOf(parent)) add(std::move(found->topic));
  }
  const std::string children = replica::ChildPrefix(topic.name());
  replica::Cursor cursor = view.transaction().Open(replica::Table::kChildren);
  for (bool found = cursor.Seek(children); found; found = cursor.Next()) {
    const auto key = replica::ParseChildKey(cursor.key(), children);
    if (!key.has_value() || ++steps > kMaxRelatedSteps || related.size() >= kMaxRelated) break;
    auto child = view.StateOf(catalog::v1::RESOURCE_KIND_TOPIC, *key);
    if (child.has_value() && child->topic().state() == content::v1::TOPIC_STATE_ACTIVE) {
      add(std::move(*child->mutable_topic()));
    }
  }
  return related;
}

}  // namespace

struct ListHandlers::Page {
  replica::ListQuery query;
  int size = 0;
  int articles_field = 0;  // number of the response's field
  bool full = false;
  int teaser_words = 0;
  size_t budget = limits::kPageByteBudget;  // bytes for the articles and what they bring along
  std::string fingerprint;
  Included* included = nullptr;  // what rides along, if anything
};

template <typename Request>
absl::StatusOr<std::string> ListHandlers::AfterOf(const Request& request) const {
  if (request.page_token().empty()) return std::string();
  DATELINE_ASSIGN_OR_RETURN(
      const std::string payload,
      page_tokens_.Decode(request.page_token(), api::PageFingerprint(request)));
  if (payload.size() < replica::kListSuffixBytes) return error::InvalidPageToken();
  return payload.substr(0, replica::kListSuffixBytes);
}

absl::StatusOr<std::string> ListHandlers::Encoded(const View& view, const Page& page,
                                                  const replica::ListEntry& entry,
                                                  Teasers* teasers) const {
  const bool cut = page.teaser_words > 0;
  std::string encoded = view.EncodedArticle(entry.article, entry.slot, page.full || cut);
  return cut ? teasers->Cut(encoded, page.full) : std::move(encoded);
}

absl::Status ListHandlers::AppendPage(const View& view, const Page& page, std::string* response,
                                      std::string* next_page_token) const {
  int count = 0;
  size_t budget = page.budget;
  size_t work = kMaxWorkBytes;
  Teasers teasers(view, page.teaser_words);
  absl::Status failed;
  const replica::ListEnd end =
      replica::WalkList(view.transaction(), page.query, [&](const replica::ListEntry& entry) {
        if (count == page.size || work == 0) return false;
        const absl::StatusOr<std::string> encoded = Encoded(view, page, entry, &teasers);
        if (!encoded.ok()) {
          failed = encoded.status();
          return false;
        }
        if (page.teaser_words > 0) {
          work -= std::min(work, view.BodyBytes(entry.article, entry.slot));
        }
        size_t along = 0;
        if (page.included != nullptr) {
          content::v1::Article card;
          if (card.ParseFromString(view.EncodedArticle(entry.article, entry.slot, false))) {
            along = page.included->Prepare(card);
          }
        }
        // The first article always fits: a body has at most 2 MiB. What rides along may not.
        if (count > 0 && encoded->size() + along > budget) return false;
        budget -= std::min(budget, encoded->size());
        if (page.included != nullptr) page.included->Keep(budget);
        budget -= std::min(budget, along);
        AppendField(page.articles_field, *encoded, response);
        ++count;
        return true;
      });
  DATELINE_RETURN_IF_ERROR(failed);
  if (end.more) {
    *next_page_token =
        page_tokens_.Encode(absl::StrCat(end.last, view.position().token), page.fingerprint);
  }
  return absl::OkStatus();
}

absl::Status ListHandlers::ListArticles(const v1::ListArticlesRequest& request,
                                        const RequestContext& call, std::string* response) const {
  DATELINE_RETURN_IF_ERROR(CheckBuilt(request));
  Page page;
  page.size = api::PageSizeOf(request.page_size());
  DATELINE_ASSIGN_OR_RETURN(page.query.after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(const Conditions asked, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  DATELINE_ASSIGN_OR_RETURN(page.query.plan, PlanOf(view, asked));
  page.query.now = view.now();
  page.query.stop = StopOf(call);
  if (request.order() == v1::LIST_ORDER_OLDEST) page.query.order = replica::Order::kOldestFirst;
  page.articles_field = v1::ListArticlesResponse::kArticlesFieldNumber;
  page.full = request.view() == content::v1::ARTICLE_VIEW_FULL;
  page.teaser_words = request.teaser_words();
  page.fingerprint = api::PageFingerprint(request);
  Included included(view, request.include());
  if (Included::Any(request.include())) page.included = &included;

  v1::ListArticlesResponse rest;
  DATELINE_RETURN_IF_ERROR(AppendPage(view, page, response, rest.mutable_next_page_token()));
  included.MoveTo(&rest);
  if (request.total() == v1::TOTAL_MODE_COUNT) *rest.mutable_total() = TotalOf(view, page.query);
  FillPosition(view, &rest);
  rest.AppendToString(response);
  return absl::OkStatus();
}

absl::Status ListHandlers::GetTopicPage(const v1::GetTopicPageRequest& request,
                                        const RequestContext& call, std::string* response) const {
  DATELINE_RETURN_IF_ERROR(CheckOptions(request));
  Page page;
  page.size = api::PageSizeOf(request.page_size());
  DATELINE_ASSIGN_OR_RETURN(page.query.after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  auto topic = view.TopicOf(request.topic());
  if (!topic.has_value()) return error::ResourceNotFound(request.topic());
  DATELINE_ASSIGN_OR_RETURN(Conditions asked, ConditionsOf(request.filter()));
  asked.page_topic = AskedFor{"topic", topic->topic.name()};
  asked.page_descendants = request.include_descendants();
  DATELINE_ASSIGN_OR_RETURN(page.query.plan, PlanOf(view, asked));
  page.query.now = view.now();
  page.query.stop = StopOf(call);
  page.articles_field = v1::GetTopicPageResponse::kArticlesFieldNumber;
  page.full = request.view() == content::v1::ARTICLE_VIEW_FULL;
  page.teaser_words = request.teaser_words();
  page.fingerprint = api::PageFingerprint(request);

  // The topics come first, as only the articles can go on with the next page.
  v1::GetTopicPageResponse rest;
  size_t budget = kTopicsByteBudget;
  for (auto& related : RelatedTopics(view, topic->topic, &budget)) {
    *rest.add_related_topics() = std::move(related);
  }
  *rest.mutable_topic() = std::move(topic->topic);
  page.budget -= std::min(page.budget, rest.ByteSizeLong());
  Included included(view, request.include());
  if (Included::Any(request.include())) page.included = &included;
  DATELINE_RETURN_IF_ERROR(AppendPage(view, page, response, rest.mutable_next_page_token()));
  included.MoveTo(&rest);
  *rest.mutable_total() = TotalOf(view, page.query);
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
                            codec.Decode(request.page_token(), api::PageFingerprint(request)));
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
