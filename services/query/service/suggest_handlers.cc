#include "services/query/service/suggest_handlers.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

struct Found {
  uint64_t topic = 0;
  bool exact = false;  // a name is what was typed
  int64_t uses = 0;    // articles that the topic or one below it has
};

// The topics that match, by the matching ends of their names.
absl::StatusOr<std::vector<Found>> Find(const View& view, const RequestContext& call,
                                        const v1::SuggestTopicsRequest& request) {
  std::vector<Found> found_topics;
  const std::string prefix = replica::SuggestionPrefix(request.prefix());
  if (prefix.empty()) return found_topics;
  absl::flat_hash_map<uint64_t, size_t> places;
  absl::flat_hash_map<uint64_t, uint64_t> targets;  // of those that were merged
  replica::Cursor cursor = view.transaction().Open(replica::Table::kSuggestions);
  int looked = 0;
  for (bool found = cursor.Seek(prefix);
       found && absl::StartsWith(cursor.key(), prefix) && looked < kMaxNames;
       found = cursor.Next()) {
    if (looked++ % kNamesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(call.Check());
    const auto suggestion = replica::ParseSuggestion(cursor.key(), cursor.value());
    if (!suggestion.has_value() || !IsWanted(suggestion->language, request.languages())) continue;
    uint64_t topic = suggestion->topic;
    if (suggestion->merged) {
      const auto [target, is_new] = targets.try_emplace(topic);
      if (is_new) target->second = replica::ResolveTopic(view.transaction(), topic);
      topic = target->second;
    }
    const auto [place, is_new] = places.try_emplace(topic, found_topics.size());
    if (is_new) found_topics.push_back({topic});
    found_topics[place->second].exact |= suggestion->whole_name && suggestion->text == prefix;
  }
  return found_topics;
}

// Best first. What is counted is what readers see: hidden articles raise no topic.
absl::Status Rank(const View& view, const RequestContext& call, std::vector<Found>* found) {
  int counted = 0;
  for (Found& one : *found) {
    if (counted++ % kNamesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(call.Check());
    one.uses = replica::CountedIn(
        view.transaction(), replica::ListPrefix(replica::Dimension::kTopicClosure, one.topic));
  }
  std::stable_sort(found->begin(), found->end(), [](const Found& a, const Found& b) {
    return std::tie(b.exact, b.uses) < std::tie(a.exact, a.uses);
  });
  return absl::OkStatus();
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
  DATELINE_ASSIGN_OR_RETURN(std::vector<Found> found, Find(view, call, request));
  DATELINE_RETURN_IF_ERROR(Rank(view, call, &found));
  const int size = std::min(api::PageSizeOf(request.page_size()), kMaxPageSize);
  size_t budget = limits::kPageByteBudget;
  size_t next = std::min(offset, found.size());
  for (; next < found.size() && response->topics_size() < size && budget > 0; ++next) {
    DATELINE_RETURN_IF_ERROR(call.Check());
    auto state = view.StateOf(catalog::v1::RESOURCE_KIND_TOPIC, found[next].topic);
    // What was merged into a topic that is gone leads nowhere.
    if (!state.has_value() || state->topic().state() != content::v1::TOPIC_STATE_ACTIVE) continue;
    budget -= std::min(budget, state->topic().ByteSizeLong());
    *response->add_topics() = std::move(*state->mutable_topic());
  }
  if (next < found.size()) {
    response->set_next_page_token(
        page_tokens_.Encode(absl::StrCat(next), api::PageFingerprint(request)));
  }
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
  return absl::OkStatus();
}

}  // namespace dateline::query::service
