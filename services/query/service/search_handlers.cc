#include "services/query/service/search_handlers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/service/filter.h"
#include "services/query/service/search_counts.h"
#include "services/query/service/search_hits.h"

namespace dateline::query::service {
namespace {

// Hits that are looked at for counts: some ten milliseconds.
constexpr size_t kMaxCounted = 10'000;
// The bound that the contract states for related articles.
constexpr int kMaxRelated = 50;

// Where a page of hits begins, as its token says: behind so many hits, or at a place.
struct HitsStart {
  size_t offset = 0;
  bool backwards = false;
  std::string place;
};

constexpr char kByOffset = 'o';
constexpr char kBehind = 'n';
constexpr char kBefore = 'p';

template <typename Request>
absl::StatusOr<HitsStart> HitsStartOf(const Request& request, bool by_place,
                                      const tokens::PageTokenCodec& codec) {
  HitsStart start;
  if (request.page_token().empty()) return start;
  // Not moved out of what was decoded: GCC 12 takes that for an uninitialized string.
  const absl::StatusOr<std::string> payload =
      codec.Decode(request.page_token(), api::PageFingerprint(request));
  if (!payload.ok()) return payload.status();
  const char kind = payload->empty() ? '\0' : payload->front();
  const absl::string_view rest = absl::ClippedSubstr(*payload, 1);
  if (by_place && (kind == kBehind || kind == kBefore)) {
    start.backwards = kind == kBefore;
    start.place = std::string(rest);
    return start;
  }
  if (by_place || kind != kByOffset || !absl::SimpleAtoi(rest, &start.offset) ||
      start.offset > search::kMaxOffset) {
    return error::InvalidPageToken();
  }
  return start;
}

// Encodes the places where the pages beside this one begin.
template <typename Request>
class Tokens {
 public:
  Tokens(const Request& request, const tokens::PageTokenCodec& codec)
      : fingerprint_(api::PageFingerprint(request)), codec_(codec) {}
  std::string At(size_t offset) const {
    return codec_.Encode(absl::StrCat(std::string(1, kByOffset), offset), fingerprint_);
  }
  std::string At(char direction, const std::string& place) const {
    return codec_.Encode(absl::StrCat(std::string(1, direction), place), fingerprint_);
  }

 private:
  const std::string fingerprint_;
  const tokens::PageTokenCodec& codec_;
};

// `taken`: hits of the page that were used, in the order of the walk; `more`: there are others.
template <typename Request>
void FillPlaceTokens(const Request& request, const tokens::PageTokenCodec& codec,
                     const HitsStart& start, const std::vector<search::SearchHit>& hits,
                     size_t taken, bool more, v1::SearchArticlesResponse* response) {
  const Tokens<Request> at(request, codec);
  if (start.backwards) {
    if (more && taken > 0) {
      response->set_previous_page_token(at.At(kBefore, hits[taken - 1].place));
    }
    response->set_next_page_token(at.At(kBehind, taken > 0 ? hits[0].place : std::string()));
    return;
  }
  if (more && taken > 0) response->set_next_page_token(at.At(kBehind, hits[taken - 1].place));
  if (start.place.empty()) return;
  // Of an empty page the place is directly behind the page before.
  response->set_previous_page_token(
      at.At(kBefore, taken > 0 ? hits[0].place : absl::StrCat(start.place, std::string(1, '\0'))));
}

// Of a page by offset.
template <typename Request>
std::string NextToken(const Request& request, const tokens::PageTokenCodec& codec, size_t offset,
                      bool more) {
  if (!more || offset > search::kMaxOffset) return "";
  return Tokens<Request>(request, codec).At(offset);
}

// The lists of an article as it stands now, of one dimension.
std::vector<std::string> ListsOf(const View& view, uint64_t article, replica::Slot slot,
                                 replica::Dimension dimension) {
  std::vector<std::string> lists;
  for (const replica::Listing& listing : replica::ListingsOf(view.transaction(), article)) {
    if (listing.entry.slot != slot) continue;
    std::copy_if(listing.lists.begin(), listing.lists.end(), std::back_inserter(lists),
                 [&](const std::string& list) { return list[0] == static_cast<char>(dimension); });
  }
  return lists;
}

// Answers the hits that there is room for, with what rides along; how many of those found were
// used.
absl::StatusOr<size_t> AddHits(const View& view, const v1::SearchArticlesRequest& request,
                               const search::SearchOptions& options,
                               const search::SearchResult& found, const RequestContext& call,
                               v1::SearchArticlesResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Of(request.read_mask()));
  Included included(view, request.include());
  HitReader reader(view, request.view() == content::v1::ARTICLE_VIEW_FULL, request.teaser_words(),
                   mask, Included::Any(request.include()) ? &included : nullptr);
  std::optional<search::Highlighter> highlighter;
  if (request.highlight()) {
    highlighter.emplace(search::ParseQuery(request.query()), options.languages);
  }
  size_t taken = 0;
  for (; taken < found.hits.size(); ++taken) {
    const search::SearchHit& hit = found.hits[taken];
    if (!IsRightPlace(view, options.plan, hit.place)) continue;
    DATELINE_RETURN_IF_ERROR(call.Check());
    v1::SearchHit answered;
    DATELINE_ASSIGN_OR_RETURN(const bool fits, reader.Read(hit.place, answered.mutable_article()));
    if (!fits) break;
    answered.set_score(hit.score);
    if (highlighter.has_value()) reader.Highlight(hit.place, *highlighter, &answered);
    *response->add_hits() = std::move(answered);
  }
  if (options.backwards) {
    std::reverse(response->mutable_hits()->begin(), response->mutable_hits()->end());
  }
  included.MoveTo(response);
  return taken;
}

}  // namespace

absl::Status SearchHandlers::SearchArticles(const v1::SearchArticlesRequest& request,
                                            const RequestContext& call,
                                            v1::SearchArticlesResponse* response) const {
  const bool newest = request.order() == v1::SEARCH_ORDER_NEWEST;
  // What is folded depends on the pages before, which only an offset counts.
  const bool by_place = newest && !request.fold_clusters() && request.languages().empty();
  DATELINE_ASSIGN_OR_RETURN(const HitsStart start, HitsStartOf(request, by_place, page_tokens_));
  DATELINE_RETURN_IF_ERROR(ReadMask::Of(request.read_mask()).status());
  DATELINE_RETURN_IF_ERROR(CheckDimensions(request.counts()));
  DATELINE_ASSIGN_OR_RETURN(const Conditions conditions, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  DATELINE_ASSIGN_OR_RETURN(replica::Plan plan, PlanOf(view, conditions));
  if (searcher_ == nullptr) return error::NotReady();

  search::SearchOptions options = OptionsOf(view, call, std::move(plan));
  options.languages.assign(request.languages().begin(), request.languages().end());
  options.fold_clusters = request.fold_clusters();
  options.newest = newest;
  options.size = static_cast<size_t>(api::PageSizeOf(request.page_size()));
  options.offset = start.offset;
  options.after = start.place;
  options.backwards = start.backwards;
  options.count_values = !request.counts().empty();
  if (options.count_values) options.count_to = kMaxCounted;
  const auto found = searcher_->Search(request.query(), options);
  if (!found.ok()) return SearchFailed(found.status(), call);

  DATELINE_ASSIGN_OR_RETURN(const size_t taken,
                            AddHits(view, request, options, *found, call, response));
  const bool more = found->more || taken < found->hits.size();
  if (by_place) {
    FillPlaceTokens(request, page_tokens_, start, found->hits, taken, more, response);
  } else {
    response->set_next_page_token(NextToken(request, page_tokens_, start.offset + taken, more));
    if (start.offset > 0) {
      const size_t previous = start.offset - std::min(start.offset, options.size);
      response->set_previous_page_token(Tokens(request, page_tokens_).At(previous));
    }
  }
  FillCounts(view, *found, request.counts(), response);
  response->set_suggestion(found->suggestion);
  // Where nothing has changed since, the index is as far as the lists.
  DATELINE_ASSIGN_OR_RETURN(const auto changed, ChangedSince(view, found->state));
  response->set_position(changed.empty() ? view.position().token : found->state.position);
  *response->mutable_read_time() = TimeToProto(view.now());
  return absl::OkStatus();
}

absl::Status SearchHandlers::ListRelatedArticles(const v1::ListRelatedArticlesRequest& request,
                                                 const RequestContext& call,
                                                 v1::ListRelatedArticlesResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const HitsStart start,
                            HitsStartOf(request, /*by_place=*/false, page_tokens_));
  DATELINE_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Of(request.read_mask()));
  DATELINE_ASSIGN_OR_RETURN(const Conditions conditions, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  const auto key = view.KeyOf(request.article(), catalog::v1::RESOURCE_KIND_ARTICLE);
  const auto slot = key.has_value() ? view.VisibleSlot(*key) : std::nullopt;
  if (!slot.has_value()) return error::ResourceNotFound(request.article());
  DATELINE_ASSIGN_OR_RETURN(replica::Plan plan, PlanOf(view, conditions));
  if (searcher_ == nullptr) return error::NotReady();

  search::SearchOptions options = OptionsOf(view, call, std::move(plan));
  options.languages.assign(request.languages().begin(), request.languages().end());
  options.size = static_cast<size_t>(std::min(api::PageSizeOf(request.page_size()), kMaxRelated));
  options.offset = start.offset;
  options.count_to = 0;
  search::RelatedOptions related;
  related.article = *key;
  related.topics = ListsOf(view, *key, *slot, replica::Dimension::kTopic);
  related.left_out = ListsOf(view, *key, *slot, replica::Dimension::kCluster);
  const auto found = searcher_->Related(related, options);
  if (!found.ok()) return SearchFailed(found.status(), call);

  Included included(view, request.include());
  HitReader reader(view, request.view() == content::v1::ARTICLE_VIEW_FULL, /*teaser_words=*/0, mask,
                   Included::Any(request.include()) ? &included : nullptr);
  size_t taken = 0;
  for (; taken < found->hits.size(); ++taken) {
    const std::string& place = found->hits[taken].place;
    if (!IsRightPlace(view, options.plan, place)) continue;
    content::v1::Article article;
    DATELINE_ASSIGN_OR_RETURN(const bool fits, reader.Read(place, &article));
    if (!fits) break;
    *response->add_articles() = std::move(article);
  }
  response->set_next_page_token(NextToken(request, page_tokens_, start.offset + taken,
                                          found->more || taken < found->hits.size()));
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
  included.MoveTo(response);
  return absl::OkStatus();
}

}  // namespace dateline::query::service
