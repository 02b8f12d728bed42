#include "services/ingestion/poll/permanent_move.h"

#include <optional>

#include "absl/strings/string_view.h"
#include "common/http/url.h"

namespace dateline::ingestion::poll {
namespace {

constexpr absl::Duration kTrial = absl::Hours(7 * 24);

bool OnlyBecameSecure(absl::string_view from, absl::string_view to) {
  std::optional<url::UrlRecord> secure = http::ParseAddress(from);
  const std::optional<url::UrlRecord> target = http::ParseAddress(to);
  if (!secure.has_value() || !target.has_value() || secure->scheme != "http") return false;
  secure->scheme = "https";
  return url::SerialiseUrl(*secure) == url::SerialiseUrl(*target);
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

}  // namespace dateline::ingestion::poll
