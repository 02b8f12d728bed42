#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_SUGGESTIONS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_SUGGESTIONS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "dateline/content/v1/topic.pb.h"
#include "services/query/replica/store/store.h"

// By what topics are found while their names are being typed: the folded ends of their names and
// aliases, from each word on.
namespace dateline::query::replica {

// The entries of kSuggestions of a topic, key to value: of its display names in all languages and
// its aliases, each from its beginning and from its first words on. Words begin behind white space
// and ASCII punctuation, and where ICU finds them in scripts without spaces. Nothing of a topic
// that is proposed or deleted; one that was merged has entries of its own, which say so. Pure.
std::map<std::string, std::string> SuggestionEntries(uint64_t topic,
                                                     const content::v1::Topic& state);

// Replaces the entries of a topic's former state by those of its new one; an empty state has none.
void WriteSuggestions(WriteTransaction& transaction, uint64_t topic,
                      const content::v1::Topic& before, const content::v1::Topic& after);

// What an entry says.
struct Suggestion {
  absl::string_view text;  // folded, cut
  uint64_t topic = 0;
  bool merged = false;         // the topic is to be resolved
  bool whole_name = false;     // `text` is a name from its beginning on
  absl::string_view language;  // empty: of no language
};
// nullopt for what is no key. Both must outlive the answer. Pure.
std::optional<Suggestion> ParseSuggestion(absl::string_view key, absl::string_view value);

// The prefix of the keys that match what was typed so far; empty if there is nothing to match by.
// Pure.
std::string SuggestionPrefix(absl::string_view typed);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_SUGGESTIONS_H_
