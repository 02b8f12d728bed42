#include "services/ingestion/tag/affixes.h"

#include "absl/strings/match.h"
#include "common/text/utf8.h"

namespace dateline::ingestion {
namespace {

constexpr const char* kKoreanParticles[] = {
    "은",   "는",   "이",   "가",   "을",     "를",     "의",     "에",     "와",      "과",
    "로",   "도",   "만",   "에서", "으로",   "까지",   "부터",   "에게",   "한테",    "처럼",
    "보다", "이나", "에는", "에도", "에서는", "에서도", "으로는", "로부터", "으로부터"};
constexpr const char* kArabicPrefixes[] = {"و",   "ف",   "ب",   "ل",   "ك", "ال",
                                           "وال", "بال", "فال", "كال", "لل"};
constexpr const char* kHebrewPrefixes[] = {"ו",  "ה",  "ב",  "ל",  "מ",  "ש",  "כ",
                                           "וה", "וב", "ול", "שב", "של", "מה", "שה"};

// A name that short could be anything.
constexpr int kMinKoreanLetters = 2;
constexpr int kMinSemiticLetters = 3;

void Keep(absl::string_view stem, int min_letters, std::vector<absl::string_view>* stems) {
  if (text::CountCodePoints(stem) < min_letters) return;
  auto at = stems->begin();
  while (at != stems->end() && at->size() >= stem.size()) ++at;
  stems->insert(at, stem);
}

}  // namespace

std::vector<absl::string_view> StemsOf(absl::string_view word) {
  std::vector<absl::string_view> stems;
  // All three scripts begin with a byte above those of Latin, Greek and Cyrillic.
  if (word.empty() || static_cast<unsigned char>(word[0]) < 0xD6) return stems;
  size_t i = 0;
  const char32_t first = text::NextCodePoint(word, &i);
  if (first >= 0xAC00 && first <= 0xD7A3) {
    for (const absl::string_view particle : kKoreanParticles) {
      if (!absl::EndsWith(word, particle)) continue;
      Keep(word.substr(0, word.size() - particle.size()), kMinKoreanLetters, &stems);
    }
  } else if (first >= 0x0600 && first <= 0x06FF) {
    for (const absl::string_view prefix : kArabicPrefixes) {
      if (absl::StartsWith(word, prefix)) {
        Keep(absl::ClippedSubstr(word, prefix.size()), kMinSemiticLetters, &stems);
      }
    }
  } else if (first >= 0x0590 && first <= 0x05FF) {
    for (const absl::string_view prefix : kHebrewPrefixes) {
      if (absl::StartsWith(word, prefix)) {
        Keep(absl::ClippedSubstr(word, prefix.size()), kMinSemiticLetters, &stems);
      }
    }
  }
  return stems;
}

}  // namespace dateline::ingestion
