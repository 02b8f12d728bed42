#include "services/query/service/list_handlers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/api/stable_bytes.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/query/hot/dependencies.h"
#include "services/query/service/filter.h"
#include "services/query/service/list_answer.h"
#include "services/query/service/list_page.h"
#include "services/query/service/topic_neighbours.h"
#include "services/query/service/wire.h"

namespace dateline::query::service {
namespace {

using content::v1::LogPosition;

// Compound totals are counted up to here, beyond it they say AT_LEAST (design.md, section 5).
constexpr int64_t kMaxCounted = 10'000;
constexpr size_t kTopicsByteBudget = size_t{1} << 20;
// Room when a page is begun: ten cards.
constexpr size_t kUsualPageBytes = 8'000;

// How many articles a plan over the lists by publish_time holds. What folds hide is counted, so
// with them the number is an estimate.
v1::Total TotalOf(const View& view, replica::ListQuery query, const replica::Plan& plan) {
  query.plan = plan;
  const bool folded = query.fold.any();
  const replica::Count count =
      replica::CountPlan(view.transaction(), std::move(query), kMaxCounted);
  v1::Total total;
  total.set_size(count.size);
  total.set_exactness(folded        ? v1::EXACTNESS_ESTIMATED
                      : count.exact ? v1::EXACTNESS_EXACT
                                    : v1::EXACTNESS_AT_LEAST);
  return total;
}

// What both methods take from their requests alike, but for the plan and the order. INVALID_FIELD;
// the errors of page tokens.
template <typename Request>
absl::StatusOr<Page> PageOf(const Request& request, const View& view, const RequestContext& call,
                            const tokens::PageTokenCodec& codec) {
  Page page;
  page.size = api::PageSizeOf(request.page_size());
  DATELINE_ASSIGN_OR_RETURN(const PageStart start, PageStartOf(request, codec));
  page.query.after = start.place;
  page.query.backwards = start.backwards;
  page.query.now = view.now();
  page.query.stop = StopOf(call);
  page.query.fold = FoldsOf(request);
  page.full = request.view() == content::v1::ARTICLE_VIEW_FULL;
  page.teaser_words = request.teaser_words();
  DATELINE_ASSIGN_OR_RETURN(page.mask, ReadMask::Of(request.read_mask()));
  return page;
}

// Ends what stays the same of an answer, of which `encoded` holds the articles and `rest` all else:
// its tokens and its etag. Gives the etag.
template <typename Request, typename Response>
std::string FinishBody(const View& view, const Request& request, const PageEnd& end,
                       const tokens::PageTokenCodec& codec, Response rest, std::string* encoded) {
  // That there is a further page is part of what is answered; its token is not.
  rest.set_next_page_token(end.next.empty() ? "" : "n");
  rest.set_previous_page_token(end.previous.empty() ? "" : "p");
  std::string etag = EtagOf(*encoded, api::StableBytes(rest));
  rest.clear_next_page_token();
  rest.clear_previous_page_token();
  FillTokens(view, request, end, codec, &rest);
  rest.set_etag(etag);
  rest.AppendToString(encoded);
  return etag;
}

// What an answer says of the call.
AnswerTail TailOf(const View& view, const FreshUntil& fresh, absl::string_view etag) {
  return {.position = view.position().token,
          .now = view.now(),
          .max_age = MaxAgeOf(view, fresh),
          .etag = etag};
}

// What the page of a plan depends on; nothing that is ever the same if it is not to be kept.
hot::Dependencies DependenciesOf(const View& view, const replica::Plan& plan) {
  const std::vector<std::string> lists = hot::CoveringLists(plan);
  if (lists.empty()) return {};
  const absl::Time turn = hot::NextTurn(view.transaction(), lists, view.now());
  const replica::Generations& generations = view.generations();
  hot::Dependencies dependencies(generations, lists, turn);
  // Else a write may have come between the reading and the numbers.
  return generations.epoch() == view.epoch() ? dependencies : hot::Dependencies();
}

absl::Status SetOrder(v1::ListOrder order, replica::ListQuery* query) {
  if (order == v1::LIST_ORDER_OLDEST) query->order = replica::Order::kOldestFirst;
  if (order != v1::LIST_ORDER_MODIFIED) return absl::OkStatus();
  auto plan = replica::PlanByModification(query->plan);
  if (!plan.has_value()) {
    return error::InvalidField(
        "order",
        "MODIFIED is for all articles, one topic or one publication, without "
        "further conditions");
  }
  query->plan = *std::move(plan);
  query->by_modification = true;
  return absl::OkStatus();
}

// The pinned articles that the filter of the request takes.
absl::StatusOr<std::vector<Pinned>> PinsOf(const View& view, uint64_t topic,
                                           const Conditions& filter) {
  std::vector<Pinned> pins = PinnedArticles(view, topic);
  if (pins.empty()) return pins;
  DATELINE_ASSIGN_OR_RETURN(const replica::Plan plan, PlanOf(view, filter));
  replica::Budget budget(replica::kMaxSteps);
  const auto fails = [&](const Pinned& pin) {
    content::v1::Article card;
    if (!card.ParseFromString(view.EncodedArticle(pin.article, pin.slot, false))) return true;
    const std::string place =
        replica::ListSuffix({TimeFromProto(card.publish_time()), pin.article, pin.slot});
    return !replica::Holds(view.transaction(), plan, place, &budget).value_or(false);
  };
  pins.erase(std::remove_if(pins.begin(), pins.end(), fails), pins.end());
  return pins;
}

// Puts the pinned articles on top of a page. INTERNAL.
absl::Status FillPinned(const View& view, const std::vector<Pinned>& pins, Page* page,
                        FreshUntil* fresh, v1::GetTopicPageResponse* response) {
  for (const Pinned& pin : pins) {
    const std::string encoded = view.EncodedArticle(pin.article, pin.slot, page->full);
    content::v1::Article article;
    if (!article.ParseFromString(encoded)) {
      return error::Internal("a stored article cannot be read");
    }
    if (encoded.size() > page->budget) break;
    page->budget -= encoded.size();
    fresh->Add(article);
    if (page->included != nullptr) {
      page->included->Prepare(article);
      page->included->Keep(page->budget);
    }
    page->mask.Trim(&article);
    *response->add_pinned() = std::move(article);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ListAnswer> ListHandlers::MakeList(const v1::ListArticlesRequest& request,
                                                  const RequestContext& call, bool keep) const {
  DATELINE_ASSIGN_OR_RETURN(const Conditions asked, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(const View view, OpenView(replica_, request, call));
  DATELINE_ASSIGN_OR_RETURN(Page page, PageOf(request, view, call, page_tokens_));
  DATELINE_ASSIGN_OR_RETURN(const replica::Plan plan, PlanOf(view, asked));
  page.query.plan = plan;
  DATELINE_RETURN_IF_ERROR(SetOrder(request.order(), &page.query));
  page.articles_field = v1::ListArticlesResponse::kArticlesFieldNumber;
  Included included(view, request.include());
  if (Included::Any(request.include())) page.included = &included;

  auto made = std::make_shared<hot::Page>();
  made->body.reserve(kUsualPageBytes);
  DATELINE_ASSIGN_OR_RETURN(const PageEnd end, AppendPage(view, page, &made->body));
  v1::ListArticlesResponse rest;
  included.MoveTo(&rest);
  if (request.total() == v1::TOTAL_MODE_COUNT) {
    *rest.mutable_total() = TotalOf(view, page.query, plan);
  }
  made->etag = FinishBody(view, request, end, page_tokens_, std::move(rest), &made->body);
  made->fresh_until = end.fresh.until();
  // One that was cut short as its caller had left is nobody else's.
  if (keep && !page.query.stop()) {
    made->dependencies = DependenciesOf(view, plan);
    if (made->body.capacity() > 2 * made->body.size()) made->body.shrink_to_fit();
  }

  ListAnswer answer;
  answer.unchanged = request.if_none_match() == made->etag;
  const absl::string_view etag = answer.unchanged ? made->etag : absl::string_view();
  AppendTail<v1::ListArticlesResponse>(TailOf(view, end.fresh, etag), &answer.tail);
  answer.page = std::move(made);
  return answer;
}

absl::Status ListHandlers::ListArticles(const v1::ListArticlesRequest& request,
                                        const RequestContext& call, std::string* response) const {
  DATELINE_ASSIGN_OR_RETURN(const ListAnswer answer, MakeList(request, call, /*keep=*/false));
  absl::StrAppend(response, answer.body(), answer.tail);
  return absl::OkStatus();
}

absl::Status ListHandlers::GetTopicPage(const v1::GetTopicPageRequest& request,
                                        const RequestContext& call, std::string* response) const {
  DATELINE_ASSIGN_OR_RETURN(Conditions asked, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(const View view, OpenView(replica_, request, call));
  DATELINE_ASSIGN_OR_RETURN(Page page, PageOf(request, view, call, page_tokens_));
  auto topic = view.TopicOf(request.topic());
  if (!topic.has_value()) return error::ResourceNotFound(request.topic());
  DATELINE_ASSIGN_OR_RETURN(const std::vector<Pinned> pins, PinsOf(view, topic->key, asked));
  asked.page_topic = AskedFor{"topic", topic->topic.name()};
  asked.page_descendants = request.include_descendants();
  DATELINE_ASSIGN_OR_RETURN(page.query.plan, PlanOf(view, asked));
  page.articles_field = v1::GetTopicPageResponse::kArticlesFieldNumber;

  // The topics come first, as only the articles can go on with the next page.
  v1::GetTopicPageResponse rest;
  size_t budget = kTopicsByteBudget;
  for (auto& related : TopicNeighbours(view, topic->topic, page.query, &budget)) {
    *rest.add_related_topics() = std::move(related);
  }
  *rest.mutable_topic() = std::move(topic->topic);
  page.budget -= std::min(page.budget, rest.ByteSizeLong());
  Included included(view, request.include());
  if (Included::Any(request.include())) page.included = &included;
  FreshUntil fresh;
  if (page.query.after.empty()) {
    DATELINE_RETURN_IF_ERROR(FillPinned(view, pins, &page, &fresh, &rest));
  }
  std::set<uint64_t> left_out;
  for (const Pinned& pin : pins) left_out.insert(pin.article);
  page.left_out = &left_out;
  DATELINE_ASSIGN_OR_RETURN(PageEnd end, AppendPage(view, page, response));
  end.fresh.Add(fresh);
  included.MoveTo(&rest);
  *rest.mutable_total() = TotalOf(view, page.query, page.query.plan);
  const std::string etag = FinishBody(view, request, end, page_tokens_, std::move(rest), response);
  const bool unchanged = request.if_none_match() == etag;
  if (unchanged) response->clear();
  AppendTail<v1::GetTopicPageResponse>(
      TailOf(view, end.fresh, unchanged ? etag : absl::string_view()), response);
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
  // Another replica may have given the token: this one must not be behind it. After a failover the
  // token's log is another one; the page goes on from what there is now.
  DATELINE_ASSIGN_OR_RETURN(const PageStart start, PageStartOf(request, codec));
  if (!SameLog(start.read, known)) return position;
  if (!position.has_value() ||
      (SameLog(*position, start.read) && ComparePositions(*position, start.read) < 0)) {
    position = start.read;
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
