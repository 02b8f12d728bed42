#ifndef DATELINE_SERVICES_INGESTION_TAG_TOPIC_MATCHER_H_
#define DATELINE_SERVICES_INGESTION_TAG_TOPIC_MATCHER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// A topic and one of its names or aliases.
struct TopicName {
  std::string topic_id;
  std::string name;
};

// Finds the topics that a text speaks of: the names of all topics as one Aho-Corasick automaton
// over words, so that one pass finds them all. A word is a run of letters, digits and marks; in
// scripts without spaces each character is one. Words compare folded (case, accents; see
// common/text/slug.h), except that a name of one word in capitals only, of at most five letters
// ("US", "WHO"), is found in capitals only. Immutable and thread-safe once built.
class TopicMatcher {
 public:
  // Mentions that the body needs where the title has none.
  static constexpr int kMinBodyMentions = 2;

  // A name without a word is ignored. Time and memory grow with the number of words of the names.
  explicit TopicMatcher(const std::vector<TopicName>& names);

  // Ids of the topics named in `title`, in order, then of those named at least kMinBodyMentions
  // times in `text`, in the order in which they reach that number; each once. Names of one topic
  // that overlap are one mention.
  std::vector<std::string> Match(absl::string_view title, absl::string_view text) const;

 private:
  // A name ending at a state.
  struct Pattern {
    uint32_t topic;
    uint32_t words;
    bool capitals;  // Only found in capitals.
  };

  struct State {
    uint32_t fail = 0;    // The state of the longest proper suffix.
    uint32_t output = 0;  // The nearest state on the way of `fail` that has patterns.
    std::vector<Pattern> patterns;
  };

  void Insert(uint32_t topic, absl::string_view name);
  void LinkSuffixes(const std::vector<std::pair<uint64_t, uint32_t>>& transitions);
  uint32_t Next(uint32_t state, uint32_t word) const;
  // Calls `found(topic, first word, end word)` for every name in `text`.
  template <typename Found>
  void Scan(absl::string_view text, Found found) const;

  std::vector<std::string> topics_;
  absl::flat_hash_map<std::string, uint32_t> words_;
  absl::flat_hash_map<uint64_t, uint32_t> transitions_;  // By state and word.
  std::vector<State> states_;
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_TOPIC_MATCHER_H_
