#include "services/ingestion/tag/topic_matcher.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/text/utf8.h"
#include "services/ingestion/tag/affixes.h"
#include "services/ingestion/tag/function_words.h"

namespace dateline::ingestion {
namespace {

constexpr int kMaxCapitalsLetters = 5;
// So many letters tell how a text uses capitals.
constexpr int kLettersForCase = 400;

uint64_t TransitionKey(uint32_t state, uint32_t word) { return (uint64_t{state} << 32) | word; }

}  // namespace

TopicMatcher::TopicMatcher(const std::vector<TopicName>& names) : states_(1) {
  absl::flat_hash_map<std::string, uint32_t> ids;
  for (const TopicName& name : names) {
    const auto [id, inserted] =
        ids.try_emplace(name.topic_id, static_cast<uint32_t>(topics_.size()));
    if (inserted) topics_.push_back(name.topic_id);
    Insert(id->second, name);
  }
  GivePatternsToStates();
  LinkSuffixes();
}

void TopicMatcher::Insert(uint32_t topic, const TopicName& name) {
  Pattern pattern;
  pattern.topic = topic;
  pattern.display = name.display;
  std::vector<uint32_t> words;
  TokenReader reader(name.name);
  bool findable = false;
  while (reader.Next()) {
    words.push_back(words_.try_emplace(reader.folded(), static_cast<uint32_t>(words_.size() + 1))
                        .first->second);
    if (words.size() > 1) {
      findable = true;
      pattern.spelling = Spelling::kAny;
      pattern.proper_word = false;
      continue;
    }
    findable = reader.has_letter() && reader.length() > 1;
    pattern.proper_word = name.proper;
    if (IsFunctionWord(reader.folded())) {
      pattern.spelling = Spelling::kStopsOrMixedCapitals;
    } else if (reader.capitals() && reader.length() <= kMaxCapitalsLetters) {
      pattern.spelling = Spelling::kCapitals;
    } else if (name.proper && reader.initial_capital()) {
      pattern.spelling = Spelling::kInitial;
    }
  }
  if (!findable) return;
  for (const uint32_t word : words) {
    const auto [next, inserted] = transitions_.try_emplace(TransitionKey(pattern.state, word),
                                                           static_cast<uint32_t>(states_.size()));
    if (inserted) states_.emplace_back();
    pattern.state = next->second;
  }
  pattern.words = static_cast<uint32_t>(words.size());
  patterns_.push_back(pattern);
}

// Sorts the patterns by state and settles whose a name is that several topics have.
void TopicMatcher::GivePatternsToStates() {
  std::sort(patterns_.begin(), patterns_.end(), [](const Pattern& a, const Pattern& b) {
    return std::tuple(a.state, !a.display, a.topic, a.spelling) <
           std::tuple(b.state, !b.display, b.topic, b.spelling);
  });
  std::vector<Pattern> kept;
  for (size_t begin = 0; begin < patterns_.size();) {
    size_t end = begin, displays = begin;
    bool shared = false, displays_shared = false;
    for (; end < patterns_.size() && patterns_[end].state == patterns_[begin].state; ++end) {
      const bool other = patterns_[end].topic != patterns_[begin].topic;
      shared |= other;
      if (patterns_[end].display) {
        displays = end + 1;
        displays_shared |= other;
      }
    }
    State& state = states_[patterns_[begin].state];
    state.begin = static_cast<uint32_t>(kept.size());
    if (shared && displays > begin && !displays_shared) end = displays;
    if (shared && (displays == begin || displays_shared)) {
      kept.push_back(patterns_[begin]);
      kept.back().topic = kNobody;
      kept.back().spelling = Spelling::kAny;
    } else {
      for (size_t i = begin; i < end; ++i) kept.push_back(patterns_[i]);
    }
    state.end = static_cast<uint32_t>(kept.size());
    const uint32_t done = patterns_[begin].state;
    while (begin < patterns_.size() && patterns_[begin].state == done) ++begin;
  }
  patterns_ = std::move(kept);
}

void TopicMatcher::LinkSuffixes() {
  struct Edge {
    uint32_t from, word, target;
  };
  std::vector<Edge> edges;
  edges.reserve(transitions_.size());
  for (const auto& [key, target] : transitions_) {
    edges.push_back({static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(key), target});
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.from < b.from; });
  std::vector<size_t> first(states_.size() + 1, 0);
  for (const Edge& edge : edges) ++first[edge.from + 1];
  for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  // Breadth first: a state's suffix is nearer to the root and linked before it.
  std::vector<uint32_t> queue = {0};
  for (size_t i = 0; i < queue.size(); ++i) {
    const uint32_t state = queue[i];
    for (size_t e = first[state]; e < first[state + 1]; ++e) {
      const Edge& edge = edges[e];
      const uint32_t fail = state == 0 ? 0 : Next(states_[state].fail, edge.word);
      const bool has_patterns = states_[fail].begin < states_[fail].end;
      states_[edge.target].fail = fail;
      states_[edge.target].output = has_patterns ? fail : states_[fail].output;
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

uint32_t TopicMatcher::WordOf(absl::string_view folded) const {
  const auto known = words_.find(folded);
  if (known != words_.end()) return known->second;
  for (const absl::string_view stem : StemsOf(folded)) {
    const auto as_stem = words_.find(stem);
    if (as_stem != words_.end()) return as_stem->second;
  }
  return 0;
}

TopicMatcher::Case TopicMatcher::CaseOf(absl::string_view text) {
  int capitals = 0, small = 0;
  for (size_t i = 0; i < text.size() && capitals + small < kLettersForCase;) {
    const auto c = static_cast<UChar32>(text::NextCodePoint(text, &i));
    if (u_isupper(c)) ++capitals;
    if (u_islower(c)) ++small;
  }
  if (capitals == 0) return Case::kNone;
  return capitals > 3 * small ? Case::kAllCapitals : Case::kMixed;
}

bool TopicMatcher::Fits(Spelling spelling, const TokenReader& word, Case text_case) {
  switch (spelling) {
    case Spelling::kAny:
      return true;
    case Spelling::kInitial:
      return word.initial() || text_case == Case::kNone;
    case Spelling::kCapitals:
      return word.dotted() || word.capitals();
    case Spelling::kStopsOrMixedCapitals:
      return word.dotted() || (word.capitals() && text_case == Case::kMixed);
  }
  return false;
}

std::vector<TopicMatcher::Mention> TopicMatcher::Scan(absl::string_view text) const {
  std::vector<Mention> mentions;
  const Case text_case = CaseOf(text);
  TokenReader reader(text);
  uint32_t state = 0;
  bool behind_new = false, new_word = false;
  for (uint32_t end = 1; reader.Next(); ++end) {
    behind_new = new_word;
    new_word = end > 1 && text_case == Case::kMixed && reader.initial_capital() &&
               reader.folded() == "new";
    const uint32_t word = WordOf(reader.folded());
    state = word == 0 ? 0 : Next(state, word);
    // The longest name that ends here contains the others that do, and those that ended within it.
    for (uint32_t output = state; output != 0; output = states_[output].output) {
      const size_t before = mentions.size();
      uint32_t begin = 0;
      for (uint32_t i = states_[output].begin; i < states_[output].end; ++i) {
        const Pattern& pattern = patterns_[i];
        if (!Fits(pattern.spelling, reader, text_case)) continue;
        if (behind_new && pattern.proper_word) continue;
        begin = end - pattern.words;
        if (mentions.size() > before && mentions.back().topic == pattern.topic) continue;
        const bool weak = pattern.spelling == Spelling::kCapitals &&
                          text_case == Case::kAllCapitals && !reader.dotted();
        mentions.push_back({pattern.topic, begin, end, weak});
      }
      if (mentions.size() == before) continue;
      const auto earlier = mentions.begin() + static_cast<std::ptrdiff_t>(before);
      mentions.erase(
          std::partition_point(mentions.begin(), earlier,
                               [&](const Mention& mention) { return mention.begin < begin; }),
          earlier);
      break;
    }
  }
  return mentions;
}

std::vector<std::string> TopicMatcher::Match(absl::string_view title,
                                             absl::string_view text) const {
  constexpr int kListed = -1;
  absl::flat_hash_map<uint32_t, int> counts;
  std::vector<std::string> result;
  const auto count = [&](const Mention& mention, int enough) {
    if (mention.topic == kNobody) return;
    int& times = counts[mention.topic];
    if (times == kListed || ++times < enough) return;
    times = kListed;
    result.push_back(topics_[mention.topic]);
  };
  for (const Mention& mention : Scan(title)) {
    count(mention, mention.weak ? kMinBodyMentions : 1);
  }
  for (const Mention& mention : Scan(text)) count(mention, kMinBodyMentions);
  return result;
}

size_t TopicMatcher::bytes() const {
  size_t total = states_.capacity() * sizeof(State) + patterns_.capacity() * sizeof(Pattern) +
                 transitions_.capacity() * (sizeof(std::pair<uint64_t, uint32_t>) + 1) +
                 words_.capacity() * (sizeof(std::pair<std::string, uint32_t>) + 1) +
                 topics_.capacity() * sizeof(std::string);
  const auto heap = [](const std::string& text) {
    return text.capacity() > 15 ? text.capacity() + 1 : 0;
  };
  for (const auto& [word, id] : words_) total += heap(word);
  for (const std::string& topic : topics_) total += heap(topic);
  return total;
}

}  // namespace dateline::ingestion
