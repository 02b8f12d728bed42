#include "services/query/service/reads_handlers.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/names.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/api/stable_bytes.h"
#include "common/base/fnv.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/read/list.h"
#include "services/query/service/filter.h"
#include "services/query/service/included.h"
#include "services/query/service/read_options.h"

namespace dateline::query::service {
namespace {

// The bound that the contract states.
constexpr int kMaxPageSize = 50;
// Reads before that are worth nothing any more.
constexpr absl::Duration kForgotten = absl::Hours(24 * 7 * 8);

reads::Window WindowOf(v1::MostReadWindow window) {
  switch (window) {
    case v1::MOST_READ_WINDOW_HOUR:
      return reads::Window::kHour;
    case v1::MOST_READ_WINDOW_WEEK:
      return reads::Window::kWeek;
    default:
      return reads::Window::kDay;
  }
}

// Where a page begins: at a place of the ranking, or behind one of the newest.
struct Start {
  size_t ranked = 0;
  bool newest = false;
  std::string after;
};

absl::StatusOr<Start> StartOf(const v1::ListMostReadRequest& request,
                              const tokens::PageTokenCodec& codec) {
  Start start;
  if (request.page_token().empty()) return start;
  // Not moved out of what was decoded: GCC 12 takes that for an uninitialized string.
  const absl::StatusOr<std::string> payload =
      codec.Decode(request.page_token(), api::PageFingerprint(request));
  if (!payload.ok()) return payload.status();
  const char kind = payload->empty() ? '\0' : payload->front();
  const absl::string_view rest = absl::ClippedSubstr(*payload, 1);
  start.newest = kind == 'n';
  if (start.newest) {
    start.after = std::string(rest);
    return start;
  }
  if (kind != 'r' || !absl::SimpleAtoi(rest, &start.ranked)) {
    return error::InvalidPageToken();
  }
  return start;
}

// Takes articles for one page.
class MostReadPage {
 public:
  MostReadPage(const View& view, const v1::ListMostReadRequest& request, ReadMask mask,
               v1::ListMostReadResponse* response)
      : view_(view),
        size_(std::min(api::PageSizeOf(request.page_size()), kMaxPageSize)),
        full_(request.view() == content::v1::ARTICLE_VIEW_FULL),
        mask_(std::move(mask)),
        included_(view, request.include()),
        response_(response) {}

  bool full() const { return response_->articles_size() == size_ || budget_ == 0; }

  void Take(uint64_t article, replica::Slot slot, v1::MostReadRanking ranking) {
    content::v1::Article taken;
    if (!taken.ParseFromString(view_.EncodedArticle(article, slot, full_))) return;
    included_.Prepare(taken);
    mask_.Trim(&taken);
    budget_ -= std::min(budget_, taken.ByteSizeLong());
    included_.Keep(budget_ / 4);
    *response_->add_articles() = std::move(taken);
    response_->add_rankings(ranking);
    if (ranking == v1::MOST_READ_RANKING_READS || response_->ranking() == 0) {
      response_->set_ranking(ranking);
    }
  }

  void Finish() {
    if (response_->ranking() == 0) response_->set_ranking(v1::MOST_READ_RANKING_NEWEST);
    included_.MoveTo(response_);
    response_->set_position(view_.position().token);
    *response_->mutable_read_time() = TimeToProto(view_.now());
  }

 private:
  const View& view_;
  const int size_;
  const bool full_;
  const ReadMask mask_;
  Included included_;
  v1::ListMostReadResponse* const response_;
  size_t budget_ = limits::kPageByteBudget;
};

// Whether a list would show an article: visible, held by the plan and not hidden by a fold. Takes
// from the budget.
bool Listed(const View& view, const replica::ListQuery& query, uint64_t article, replica::Slot slot,
            replica::Budget* budget) {
  content::v1::Article card;
  if (!card.ParseFromString(view.EncodedArticle(article, slot, /*full=*/false))) return false;
  const std::string place =
      replica::ListSuffix({TimeFromProto(card.publish_time()), article, slot});
  if (!replica::Holds(view.transaction(), query.plan, place, budget).value_or(false)) return false;
  if (!query.fold.any()) return true;
  const replica::Fold fold(view.transaction(), query.fold, query.plan, query.now, query.order,
                           /*by_modification=*/false, budget);
  return fold.Judge(place) == replica::Fold::Verdict::kShown;
}

std::optional<uint64_t> KeyOf(const View& view, const std::string& id) {
  return view.KeyOf(api::MakeName(api::kArticles, id), catalog::v1::RESOURCE_KIND_ARTICLE);
}

// Fills a page from the ranking, from `start` on; the place to go on at, or nullopt at its end.
std::optional<size_t> TakeRanked(const View& view, const replica::ListQuery& query,
                                 const reads::Ranking& ranking, size_t start, MostReadPage* page) {
  replica::Budget budget(replica::kMaxSteps, query.stop);
  for (size_t place = start; place < ranking.size(); ++place) {
    if (page->full() || !budget.Take()) return place;
    const auto article = KeyOf(view, ranking[place]);
    const auto slot = article.has_value() ? view.VisibleSlot(*article) : std::nullopt;
    if (slot.has_value() && Listed(view, query, *article, *slot, &budget)) {
      page->Take(*article, *slot, v1::MOST_READ_RANKING_READS);
    }
  }
  return std::nullopt;
}

}  // namespace

absl::Status ReadsHandlers::ListMostRead(const v1::ListMostReadRequest& request,
                                         const RequestContext& call,
                                         v1::ListMostReadResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const Conditions asked, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(Start start, StartOf(request, page_tokens_));
  DATELINE_ASSIGN_OR_RETURN(ReadMask mask, ReadMask::Of(request.read_mask()));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  replica::ListQuery query;
  DATELINE_ASSIGN_OR_RETURN(query.plan, PlanOf(view, asked));
  query.now = view.now();
  query.stop = StopOf(call);
  query.fold.languages.assign(request.languages().begin(), request.languages().end());
  query.after = start.after;
  const auto ranking = reads_ == nullptr ? std::make_shared<const reads::Ranking>()
                                         : reads_->Of(WindowOf(request.window()));
  MostReadPage page(view, request, std::move(mask), response);
  const auto token = [&](const std::string& payload) {
    response->set_next_page_token(page_tokens_.Encode(payload, api::PageFingerprint(request)));
  };
  const auto next =
      start.newest ? std::nullopt : TakeRanked(view, query, *ranking, start.ranked, &page);
  if (next.has_value()) {
    token(absl::StrCat("r", *next));
    page.Finish();
    return absl::OkStatus();
  }
  std::set<uint64_t> ranked;
  for (const std::string& id : *ranking) {
    if (const auto article = KeyOf(view, id)) ranked.insert(*article);
  }
  const replica::ListEnd end = replica::WalkList(
      view.transaction(), query, [&](const replica::ListEntry& entry, const replica::Visibility&) {
        if (page.full()) return false;
        if (!ranked.contains(entry.article)) {
          page.Take(entry.article, entry.slot, v1::MOST_READ_RANKING_NEWEST);
        }
        return true;
      });
  if (end.more) token(absl::StrCat("n", end.last));
  page.Finish();
  return absl::OkStatus();
}

void ReadsHandlers::ReportReads(const v1::ReportReadsRequest& request, const RequestContext& call,
                                std::function<void(const absl::Status&)> done) const {
  if (reads_ == nullptr) return done(error::DatabaseUnavailable());
  const auto view = View::Open(replica_);
  if (!view.ok()) return done(view.status());
  reads::Report report;
  report.caller = call.caller();
  report.request_id = request.request_id();
  v1::ReportReadsRequest content = request;
  content.clear_request_id();
  report.fingerprint = Fnv64(api::StableBytes(content));
  for (const v1::ReadCount& count : request.counts()) {
    const absl::Time time =
        count.has_time() ? std::min(TimeFromProto(count.time()), view->now()) : view->now();
    const auto article = view->KeyOf(count.article(), catalog::v1::RESOURCE_KIND_ARTICLE);
    if (count.reads() == 0 || time < view->now() - kForgotten || !article.has_value() ||
        !view->VisibleSlot(*article).has_value()) {
      continue;
    }
    const reads::Scores scores = reads::ScoresOf(count.reads(), time);
    const std::string id(absl::StripPrefix(count.article(), "articles/"));
    const auto [sum, is_new] = report.scores.emplace(id, scores);
    for (size_t window = 0; !is_new && window < reads::kWindows; ++window) {
      sum->second[window] = reads::Sum(sum->second[window], scores[window]);
    }
  }
  reads_->Add(std::move(report), std::move(done));
}

}  // namespace dateline::query::service
