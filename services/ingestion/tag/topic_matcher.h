#ifndef DATELINE_SERVICES_INGESTION_TAG_TOPIC_MATCHER_H_
#define DATELINE_SERVICES_INGESTION_TAG_TOPIC_MATCHER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/ingestion/tag/tokens.h"

namespace dateline::ingestion {

// A topic and one of its names or aliases.
struct TopicName {
  std::string topic_id;
  std::string name;
  bool display = false;  // Its display name; the others are what else it is called.
  bool proper = false;   // The topic is a place, person, organisation or event, not a subject.
};

// Finds the topics that a text speaks of: the names of all topics as one Aho-Corasick automaton
// over words (see tokens.h), so that one pass finds them all. The rules:
//  - Words compare folded: case, accents, typographic signs. In Korean, Arabic and Hebrew a word
//    is also tried without what is written in one with it (affixes.h).
//  - The longest name counts: where "South Korea" stands, "Korea" is not named. Names that overlap
//    without one containing the other both count.
//  - A name that two topics share says neither, unless it is the display name of just one of them.
//  - A name of one word that is written in capitals ("US", "WHO", at most five letters), or that is
//    a function word of a language ("Who", "It"), is found only written in capitals or with stops
//    ("U.S."). In a text all in capitals, capitals say little: there a function word needs stops,
//    and another abbreviation in the title ("CAR SALES RISE") needs a mention in the body besides.
//  - A name of one word of a place, person, organisation or event that begins with a capital
//    ("Turkey", "Reading") is found only where the text begins it with one, unless the text has no
//    capitals at all; and not behind a "New" within a text, so that "New Jersey" is not Jersey.
//  - A single letter or character, and a number, is never looked for.
// Immutable and thread-safe once built.
class TopicMatcher {
 public:
  // Mentions that the body needs where the title has none.
  static constexpr int kMinBodyMentions = 2;

  // A name without a word is ignored. Time and memory grow with the number of words of the names.
  explicit TopicMatcher(const std::vector<TopicName>& names);

  // Ids of the topics named in `title`, in order, then of those named at least kMinBodyMentions
  // times in `text`, in the order in which they reach that number; each once.
  std::vector<std::string> Match(absl::string_view title, absl::string_view text) const;

  // What it keeps in memory, about.
  size_t bytes() const;

 private:
  static constexpr uint32_t kNobody = ~uint32_t{0};

  // How a name of one word must be written to be found.
  enum class Spelling : uint8_t { kAny, kInitial, kCapitals, kStopsOrMixedCapitals };

  // A name ending at a state.
  struct Pattern {
    uint32_t state = 0;
    uint32_t topic = 0;  // kNobody for a name that two topics share.
    uint32_t words = 0;
    Spelling spelling = Spelling::kAny;
    bool display = false;
    bool proper_word = false;  // One word of a place, person, organisation or event.
  };

  struct State {
    uint32_t fail = 0;            // The state of the longest proper suffix.
    uint32_t output = 0;          // The nearest state on the way of `fail` that has patterns.
    uint32_t begin = 0, end = 0;  // Of patterns_.
  };

  // Words [begin, end) name a topic.
  struct Mention {
    uint32_t topic = 0;
    uint32_t begin = 0;
    uint32_t end = 0;
    bool weak = false;  // An abbreviation where all is in capitals.
  };

  // How a text uses capitals.
  enum class Case { kMixed, kAllCapitals, kNone };

  void Insert(uint32_t topic, const TopicName& name);
  void GivePatternsToStates();
  void LinkSuffixes();
  uint32_t Next(uint32_t state, uint32_t word) const;
  uint32_t WordOf(absl::string_view folded) const;
  static Case CaseOf(absl::string_view text);
  static bool Fits(Spelling spelling, const TokenReader& word, Case text_case);
  // The longest mentions in `text`, in order.
  std::vector<Mention> Scan(absl::string_view text) const;

  std::vector<std::string> topics_;
  absl::flat_hash_map<std::string, uint32_t> words_;     // From 1 on.
  absl::flat_hash_map<uint64_t, uint32_t> transitions_;  // By state and word.
  std::vector<State> states_;
  std::vector<Pattern> patterns_;  // By state.
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_TOPIC_MATCHER_H_
