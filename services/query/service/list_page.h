#ifndef DATELINE_SERVICES_QUERY_SERVICE_LIST_PAGE_H_
#define DATELINE_SERVICES_QUERY_SERVICE_LIST_PAGE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/api/pages.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/tokens/page_token.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/read/list.h"
#include "services/query/service/included.h"
#include "services/query/service/read_options.h"
#include "services/query/service/view.h"

// One page of a list of articles, as encoded messages: a card is copied as the bytes that it is
// stored as, and never decoded unless the request asks for something else than it.
namespace dateline::query::service {

// Where a page begins, as its token says: behind a place, or before one and backwards.
struct PageStart {
  bool backwards = false;
  std::string place;              // empty: at the beginning
  content::v1::LogPosition read;  // the position at which the page before was read
};

// Reads a token of a list. INVALID_PAGE_TOKEN, PAGE_TOKEN_MISMATCH.
template <typename Request>
absl::StatusOr<PageStart> PageStartOf(const Request& request, const tokens::PageTokenCodec& codec) {
  PageStart start;
  if (request.page_token().empty()) return start;
  DATELINE_ASSIGN_OR_RETURN(const std::string payload,
                            codec.Decode(request.page_token(), api::PageFingerprint(request)));
  if (payload.size() <= replica::kListSuffixBytes) return error::InvalidPageToken();
  start.backwards = payload[0] == 'p';
  start.place = std::string(absl::ClippedSubstr(payload, 1, replica::kListSuffixBytes));
  DATELINE_ASSIGN_OR_RETURN(
      start.read,
      DecodePosition(absl::ClippedSubstr(payload, 1 + replica::kListSuffixBytes), "page_token"));
  return start;
}

// What a page is made of.
struct Page {
  replica::ListQuery query;
  int size = 0;
  int articles_field = 0;  // number of the response's field
  bool full = false;
  int teaser_words = 0;
  ReadMask mask;
  size_t budget = limits::kPageByteBudget;       // bytes for the articles and what they bring along
  Included* included = nullptr;                  // what rides along, if anything
  const std::set<uint64_t>* left_out = nullptr;  // articles that stand elsewhere in the answer
};

// Where a page ended: the places before and behind it, empty where there is nothing further.
struct PageEnd {
  std::string previous;
  std::string next;
  FreshUntil fresh;
};

// Appends the page's articles to an encoded response, in the list's order. A page is short when its
// budget or the walk's steps are spent, or when nobody waits for it any more.
absl::StatusOr<PageEnd> AppendPage(const View& view, const Page& page, std::string* response);

// Fills the tokens of an answer.
template <typename Request, typename Response>
void FillTokens(const View& view, const Request& request, const PageEnd& end,
                const tokens::PageTokenCodec& codec, Response* response) {
  if (end.next.empty() && end.previous.empty()) return;
  const std::string fingerprint = api::PageFingerprint(request);
  const auto token = [&](char direction, const std::string& place) {
    return codec.Encode(absl::StrCat(std::string(1, direction), place, view.position().token),
                        fingerprint);
  };
  if (!end.next.empty()) response->set_next_page_token(token('n', end.next));
  if (!end.previous.empty()) response->set_previous_page_token(token('p', end.previous));
}

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_LIST_PAGE_H_
