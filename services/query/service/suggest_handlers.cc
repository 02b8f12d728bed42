#include "services/query/service/suggest_handlers.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/suggestions.h"
#include "services/query/replica/read/list.h"
#include "services/query/service/view.h"

namespace dateline::query::service {
namespace {

// The bound that the contract states.
constexpr int kMaxPageSize = 50;
constexpr int kMaxNames = 10'000;
constexpr int kNamesBetweenChecks = 256;

// Whether a name of a language is looked in: any for none wanted; a name of no language always.
bool IsWanted(absl::string_view language,
              const google::protobuf::RepeatedPtrField<std::string>& wanted) {
  if (language.empty() || wanted.empty()) return true;
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
    return absl::EqualsIgnoreCase(one, language) ||
           absl::StartsWithIgnoreCase(language, absl::StrCat(one, "-"));
  });
}

struct Ranked {
  bool exact = false;  // a name is what was typed
  int64_t uses = 0;
  std::string name;
  uint64_t key = 0;
};

// The topics that match, by key: whether one of their names is what was typed.
absl::StatusOr<std::map<uint64_t, bool>> Matches(const View& view, const RequestContext& call,
                                                 const v1::SuggestTopicsRequest& request) {
  std::map<uint64_t, bool> matches;
  const std::string prefix = replica::SuggestionPrefix(request.prefix());
  replica::Cursor cursor = view.transaction().Open(replica::Table::kSuggestions);
  int looked = 0;
  for (bool found = cursor.Seek(prefix);
       found && absl::StartsWith(cursor.key(), prefix) && looked < kMaxNames;
       found = cursor.Next()) {
    if (looked++ % kNamesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(call.Check());
    const auto suggestion = replica::ParseSuggestion(cursor.key());
    if (!suggestion.has_value() || !IsWanted(suggestion->language, request.languages())) continue;
    bool& exact = matches[replica::ResolveTopic(view.transaction(), suggestion->topic)];
    exact |= suggestion->whole_name && suggestion->text == prefix;
  }
  return matches;
}

absl::StatusOr<std::vector<Ranked>> Rank(const View& view, const RequestContext& call,
                                         const std::map<uint64_t, bool>& matches) {
  std::vector<Ranked> ranked;
  ranked.reserve(matches.size());
  for (const auto& [key, exact] : matches) {
    if (ranked.size() % kNamesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(call.Check());
    const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_TOPIC, key);
    if (!state.has_value() || state->topic().state() != content::v1::TOPIC_STATE_ACTIVE) continue;
    const std::string list = replica::ListPrefix(replica::Dimension::kTopicClosure, key);
    const int64_t uses = replica::CountList(view.transaction(), list, view.now()).size;
    ranked.push_back({exact, uses, state->name(), key});
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return std::tie(b.exact, b.uses, a.name) < std::tie(a.exact, a.uses, b.name);
  });
  return ranked;
}

}  // namespace

absl::Status SuggestHandlers::SuggestTopics(const v1::SuggestTopicsRequest& request,
                                            const RequestContext& call,
                                            v1::SuggestTopicsResponse* response) const {
  size_t offset = 0;
  if (!request.page_token().empty()) {
    DATELINE_ASSIGN_OR_RETURN(
        const std::string payload,
        page_tokens_.Decode(request.page_token(), api::PageFingerprint(request)));
    if (!absl::SimpleAtoi(payload, &offset)) return error::InvalidPageToken();
  }
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  DATELINE_ASSIGN_OR_RETURN(const auto matches, Matches(view, call, request));
  DATELINE_ASSIGN_OR_RETURN(const std::vector<Ranked> ranked, Rank(view, call, matches));
  const size_t size =
      static_cast<size_t>(std::min(api::PageSizeOf(request.page_size()), kMaxPageSize));
  size_t budget = limits::kPageByteBudget;
  size_t next = std::min(offset, ranked.size());
  for (; next < ranked.size() && next - offset < size && budget > 0; ++next) {
    auto state = view.StateOf(catalog::v1::RESOURCE_KIND_TOPIC, ranked[next].key);
    if (!state.has_value()) continue;
    budget -= std::min(budget, state->topic().ByteSizeLong());
    *response->add_topics() = std::move(*state->mutable_topic());
  }
  if (next < ranked.size()) {
    response->set_next_page_token(
        page_tokens_.Encode(absl::StrCat(next), api::PageFingerprint(request)));
  }
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
  return absl::OkStatus();
}

}  // namespace dateline::query::service
