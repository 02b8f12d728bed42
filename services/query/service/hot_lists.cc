#include "services/query/service/hot_lists.h"

#include <prometheus/counter.h>

#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "services/query/service/read_options.h"

namespace dateline::query::service {
namespace {

prometheus::Counter& PagesFrom(const std::string& from, obs::Metrics& metrics) {
  return metrics.Counter("dateline_query_list_pages_total",
                         "Pages of ListArticles by where they came from", {{"from", from}});
}

}  // namespace

HotLists::HotLists(replica::Replica& replica, const ListHandlers& lists, size_t max_bytes,
                   obs::Metrics& metrics)
    : replica_(replica),
      lists_(lists),
      keeps_(max_bytes > 0),
      pages_(max_bytes),
      found_(PagesFrom("memory", metrics)),
      made_(PagesFrom("store", metrics)) {}

uint64_t HotLists::found() const { return static_cast<uint64_t>(found_.Value()); }
uint64_t HotLists::made() const { return static_cast<uint64_t>(made_.Value()); }

std::optional<ListAnswer> HotLists::Find(const hot::RequestKey& key) {
  if (!keeps_) return std::nullopt;
  std::shared_ptr<const hot::Page> page = pages_.Find(key.bytes);
  if (page == nullptr) return std::nullopt;
  // An etag that is not the page's may be no etag at all, which is for the whole request's check.
  const bool unchanged = key.if_none_match == page->etag;
  if (!unchanged && !key.if_none_match.empty()) return std::nullopt;
  // In this order: what the position says is in the page if its lists have not changed since.
  const std::shared_ptr<const replica::KnownPosition> position = replica_.position();
  const std::shared_ptr<replica::Store> store = replica_.current();
  if (store == nullptr) return std::nullopt;
  const absl::Time now = replica_.clock().Now();
  if (!page->dependencies.AreSame(store->generations(), now)) return std::nullopt;
  found_.Increment();
  ListAnswer answer{std::move(page), unchanged, {}};
  AppendTail<v1::ListArticlesResponse>(
      {.position = position->token,
       .now = now,
       .max_age = MaxAgeOf(answer.page->fresh_until, now),
       .etag = unchanged ? absl::string_view(answer.page->etag) : absl::string_view()},
      &answer.tail);
  return answer;
}

absl::StatusOr<ListAnswer> HotLists::Make(const std::optional<hot::RequestKey>& key,
                                          const v1::ListArticlesRequest& request,
                                          const RequestContext& call) {
  made_.Increment();
  const bool keep = keeps_ && key.has_value();
  DATELINE_ASSIGN_OR_RETURN(ListAnswer answer, lists_.MakeList(request, call, keep));
  if (keep) pages_.Put(key->bytes, answer.page);
  return answer;
}

}  // namespace dateline::query::service
