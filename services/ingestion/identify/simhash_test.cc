#include "services/ingestion/identify/simhash.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace dateline::ingestion {
namespace {

constexpr uint32_t kSeed = 20221124;

std::vector<std::string> RandomWords(int count, std::mt19937* random) {
  std::vector<std::string> words;
  for (int i = 0; i < count; ++i) words.push_back("w" + std::to_string((*random)() % 5'000));
  return words;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

TEST(SimHash, IsZeroOnlyWithoutAShingle) {
  EXPECT_EQ(SimHash(""), 0u);
  EXPECT_EQ(SimHash("two words"), 0u);
  EXPECT_NE(SimHash("now three words"), 0u);
  EXPECT_FALSE(NearDuplicate(0, 0));
}

TEST(SimHash, IgnoresCaseAccentsAndWhiteSpace) {
  EXPECT_EQ(SimHash("One Two Thr\xC3\xA9"
                    "e four"),
            SimHash("one  two three\nfour"));
}

TEST(SimHash, StaysTheSameForEver) {
  EXPECT_EQ(SimHash("the quick brown fox jumps over the lazy dog"), 16448391300699241034u);
}

TEST(SimHash, FindsEditedTextsAndNoOthers) {
  std::mt19937 random(kSeed);
  int found = 0, false_alarms = 0;
  constexpr int kRounds = 500;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::string> words = RandomWords(300, &random);
    const uint64_t original = SimHash(Join(words));
    words[random() % words.size()] = "edited";
    found += NearDuplicate(original, SimHash(Join(words)));
    false_alarms += NearDuplicate(original, SimHash(Join(RandomWords(300, &random))));
  }
  EXPECT_GE(found, kRounds * 98 / 100) << "seed " << kSeed;
  EXPECT_EQ(false_alarms, 0) << "seed " << kSeed;
}

}  // namespace
}  // namespace dateline::ingestion
