#include "services/query/service/hot_lists.h"

#include <utility>

#include "common/base/status_macros.h"
#include "services/query/service/read_options.h"

namespace dateline::query::service {

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
  ++found_;
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
  ++made_;
  const bool keep = keeps_ && key.has_value();
  DATELINE_ASSIGN_OR_RETURN(ListAnswer answer, lists_.MakeList(request, call, keep));
  if (keep) pages_.Put(key->bytes, answer.page);
  return answer;
}

}  // namespace dateline::query::service
