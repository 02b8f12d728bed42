#include "services/ingestion/tag/topic_matcher.h"

#include <utility>

#include "services/ingestion/tag/tokens.h"

namespace dateline::ingestion {
namespace {

constexpr size_t kMaxCapitalsLetters = 5;

uint64_t TransitionKey(uint32_t state, uint32_t word) { return (uint64_t{state} << 32) | word; }

}  // namespace

TopicMatcher::TopicMatcher(const std::vector<TopicName>& names) : states_(1) {
  absl::flat_hash_map<std::string, uint32_t> ids;
  for (const TopicName& name : names) {
    const auto [id, inserted] =
        ids.try_emplace(name.topic_id, static_cast<uint32_t>(topics_.size()));
    if (inserted) topics_.push_back(name.topic_id);
    Insert(id->second, name.name);
  }
  std::vector<std::pair<uint64_t, uint32_t>> transitions(transitions_.begin(), transitions_.end());
  LinkSuffixes(transitions);
}

void TopicMatcher::Insert(uint32_t topic, absl::string_view name) {
  uint32_t state = 0;
  Pattern pattern{topic, 0, false};
  TokenReader reader(name);
  while (reader.Next()) {
    const auto word =
        words_.try_emplace(reader.folded(), static_cast<uint32_t>(words_.size() + 1)).first->second;
    const auto [next, inserted] =
        transitions_.try_emplace(TransitionKey(state, word), static_cast<uint32_t>(states_.size()));
    if (inserted) states_.emplace_back();
    state = next->second;
    ++pattern.words;
    pattern.capitals =
        pattern.words == 1 && reader.capitals() && reader.folded().size() <= kMaxCapitalsLetters;
  }
  if (state != 0) states_[state].patterns.push_back(pattern);
}

void TopicMatcher::LinkSuffixes(const std::vector<std::pair<uint64_t, uint32_t>>& transitions) {
  struct Edge {
    uint32_t word, target;
  };
  std::vector<std::vector<Edge>> edges(states_.size());
  for (const auto& [key, target] : transitions) {
    edges[key >> 32].push_back({static_cast<uint32_t>(key), target});
  }
  // Breadth first: a state's suffix is nearer to the root and linked before it.
  std::vector<uint32_t> queue = {0};
  for (size_t i = 0; i < queue.size(); ++i) {
    const uint32_t state = queue[i];
    for (const Edge& edge : edges[state]) {
      const uint32_t fail = state == 0 ? 0 : Next(states_[state].fail, edge.word);
      states_[edge.target].fail = fail;
      states_[edge.target].output = states_[fail].patterns.empty() ? states_[fail].output : fail;
      queue.push_back(edge.target);
    }
  }
}

uint32_t TopicMatcher::Next(uint32_t state, uint32_t word) const {
  while (true) {
    const auto found = transitions_.find(TransitionKey(state, word));
    if (found != transitions_.end()) return found->second;
    if (state == 0) return 0;
    state = states_[state].fail;
  }
}

template <typename Found>
void TopicMatcher::Scan(absl::string_view text, Found found) const {
  TokenReader reader(text);
  uint32_t state = 0;
  for (uint32_t end = 1; reader.Next(); ++end) {
    const auto word = words_.find(reader.folded());
    state = word == words_.end() ? 0 : Next(state, word->second);
    for (uint32_t output = state; output != 0; output = states_[output].output) {
      for (const Pattern& pattern : states_[output].patterns) {
        if (!pattern.capitals || reader.capitals()) found(pattern.topic, end - pattern.words, end);
      }
    }
  }
}

std::vector<std::string> TopicMatcher::Match(absl::string_view title,
                                             absl::string_view text) const {
  struct Mentions {
    uint32_t end = 0;
    int count = 0;
    bool listed = false;
  };
  absl::flat_hash_map<uint32_t, Mentions> mentions;
  std::vector<std::string> result;
  const auto list = [&](uint32_t topic, Mentions* of_topic) {
    if (!of_topic->listed) result.push_back(topics_[topic]);
    of_topic->listed = true;
  };
  Scan(title, [&](uint32_t topic, uint32_t, uint32_t) { list(topic, &mentions[topic]); });
  Scan(text, [&](uint32_t topic, uint32_t begin, uint32_t end) {
    Mentions& of_topic = mentions[topic];
    if (begin < of_topic.end) return;
    of_topic.end = end;
    if (++of_topic.count >= kMinBodyMentions) list(topic, &of_topic);
  });
  return result;
}

}  // namespace dateline::ingestion
