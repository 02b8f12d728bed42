#include "common/text/simhash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace dateline::text {
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

std::string Words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "word" + std::to_string(i) + " ";
  return text;
}

TEST(SimHash, IsZeroOnlyForShortTexts) {
  EXPECT_EQ(SimHash(""), 0u);
  EXPECT_EQ(SimHash(Words(kMinSimHashWords - 1)), 0u);
  EXPECT_EQ(SimHash(Words(kMinSimHashWords - 1) + "- !"), 0u);
  EXPECT_NE(SimHash(Words(kMinSimHashWords)), 0u);
  EXPECT_FALSE(NearDuplicate(0, 0));
}

TEST(SimHash, IgnoresCaseAccentsPunctuationAndWhiteSpace) {
  EXPECT_EQ(SimHash(Words(60) + "Thr\xC3\xA9"
                                "e, \xE2\x80\x9C"
                                "four\xE2\x80\x9D \xE2\x80\x93 five."),
            SimHash(Words(60) + " three\n FOUR five"));
}

TEST(SimHash, StaysTheSameForEver) { EXPECT_EQ(SimHash(Words(300)), 5879870652842297508u); }

TEST(SimHash, IsTheMajorityOfItsShinglesBits) {
  // More values than fit into the packed counters at once, all the same but for one.
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "same ";
  const uint64_t repeated = SimHash(text);
  EXPECT_NE(repeated, 0u);
  // One shingle only is distinct, whatever the number of words.
  EXPECT_EQ(repeated, SimHash(text + text));
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

TEST(SimHashKeys, OfBandsAreDistinctAndSmall) {
  for (const uint64_t fingerprint : {uint64_t{1}, ~uint64_t{0}, uint64_t{0x0123456789ABCDEF}}) {
    const auto probes = SimHashProbeKeys(fingerprint);
    EXPECT_EQ(std::set<int32_t>(probes.begin(), probes.end()).size(), probes.size());
    EXPECT_GE(*std::min_element(probes.begin(), probes.end()), 0);
    EXPECT_LT(*std::max_element(probes.begin(), probes.end()), 1 << 18);
  }
}

TEST(SimHashKeys, MeetWithinTheDistance) {
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 20'000; ++round) {
    const uint64_t a = random();
    uint64_t b = a;
    while (SimHashDistance(a, b) < 1 + round % kMaxSimHashDistance)
      b ^= uint64_t{1} << random() % 64;
    const auto kept = SimHashBandKeys(a);
    const auto probes = SimHashProbeKeys(b);
    ASSERT_TRUE(std::any_of(
        kept.begin(), kept.end(),
        [&](int32_t key) { return std::find(probes.begin(), probes.end(), key) != probes.end(); }))
        << "seed " << kSeed << ": " << a << " " << b;
  }
}

}  // namespace
}  // namespace dateline::text
