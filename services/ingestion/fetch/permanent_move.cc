#include "services/ingestion/fetch/permanent_move.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace dateline::ingestion::fetch {
namespace {

constexpr absl::Duration kTrial = absl::Hours(7 * 24);

bool OnlyBecameSecure(absl::string_view from, absl::string_view to) {
  return absl::ConsumePrefix(&from, "http://") && absl::ConsumePrefix(&to, "https://") &&
         from == to;
}

}  // namespace

Move JudgeMove(const std::string& url, const std::vector<http::Redirect>& redirects,
               const Move& before, absl::Time now) {
  Move move;
  for (const http::Redirect& redirect : redirects) {
    if (redirect.status != 301 && redirect.status != 308) break;
    move.to = redirect.to;
  }
  if (move.to.empty() || move.to == url) return Move();
  move.since = move.to == before.to ? before.since : now;
  move.adopt = OnlyBecameSecure(url, move.to) || now - move.since >= kTrial;
  return move;
}

}  // namespace dateline::ingestion::fetch
