#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_SUGGESTIONS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_SUGGESTIONS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "dateline/content/v1/topic.pb.h"

// By what topics are found while their names are being typed: the folded ends of their names and
// aliases, from each word on. All pure.
namespace dateline::query::replica {

// The keys in kSuggestions of a topic: of its display names in all languages and its aliases, each
// from its beginning and from its first words on. Nothing of a topic that is proposed or deleted;
// one that was merged leads to its target under its own key.
std::set<std::string> SuggestionKeys(uint64_t topic, const content::v1::Topic& state);

// What a key says.
struct Suggestion {
  absl::string_view text;  // folded, cut
  uint64_t topic = 0;
  bool whole_name = false;     // `text` is a name from its beginning on
  absl::string_view language;  // empty: of no language
};
// nullopt for what is no key. `key` must outlive the answer.
std::optional<Suggestion> ParseSuggestion(absl::string_view key);

// The prefix of the keys that match what was typed so far.
std::string SuggestionPrefix(absl::string_view typed);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_SUGGESTIONS_H_
