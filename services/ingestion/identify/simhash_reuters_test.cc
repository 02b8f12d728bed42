// What the fingerprints' threshold finds and mistakes on 21,578 newswire stories and on edits of
// them; the figures by which shingle, threshold and least number of words were chosen.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/text/simhash.h"
#include "common/text/slug.h"
#include "common/text/words.h"
#include "gtest/gtest.h"
#include "services/ingestion/identify/near_duplicates.h"

namespace dateline::ingestion {
namespace {

constexpr uint32_t kSeed = 21578;

struct Story {
  std::string id;
  std::string title;
  std::vector<std::string> paragraphs;
  std::string body() const { return absl::StrJoin(paragraphs, "\n"); }
  uint64_t fingerprint = 0;
};

std::string ReadPacked(const std::filesystem::path& path) {
  const std::string command = absl::StrCat("gzip -dc '", path.string(), "'");
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string bytes;
  std::vector<char> chunk(1 << 16);
  while (pipe != nullptr) {
    const size_t size = fread(chunk.data(), 1, chunk.size(), pipe.get());
    if (size == 0) break;
    bytes.append(chunk.data(), size);
  }
  return bytes;
}

std::vector<Story> ReadStories(const std::filesystem::path& path) {
  std::vector<Story> stories;
  const std::string bytes = ReadPacked(path);
  for (const absl::string_view line : absl::StrSplit(bytes, '\n', absl::SkipEmpty())) {
    const auto json = nlohmann::json::parse(line.begin(), line.end());
    Story story{json["id"], json["title"], {}};
    // A paragraph begins with four blanks.
    const std::string body = json["body"];
    for (const absl::string_view paragraph : absl::StrSplit(body, "\n    ", absl::SkipEmpty())) {
      story.paragraphs.emplace_back(paragraph);
    }
    story.fingerprint = text::SimHash(story.body());
    stories.push_back(std::move(story));
  }
  return stories;
}

class Reuters : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path =
        std::filesystem::path(DATELINE_SHARED_DATA) / "reuters21578" / "reuters21578.jsonl.gz";
    if (!std::filesystem::exists(path)) {
      if (std::getenv("CI") != nullptr) FAIL() << "no stories at " << path;
      GTEST_SKIP() << "no stories at " << path;
    }
    static const auto* const stories = new std::vector<Story>(ReadStories(path));
    stories_ = *stories;
    for (const Story& story : stories_) {
      if (story.fingerprint != 0) judged_.push_back(&story);
    }
  }

  std::vector<Story> stories_;
  std::vector<const Story*> judged_;  // Those with enough words.
};

std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<std::string> words;
  for (text::WordReader reader(text); reader.Next();) words.emplace_back(reader.word());
  return words;
}

// Share of common shingles of three words, by which a pair is judged without the fingerprint.
double Resemblance(const Story& a, const Story& b) {
  const auto shingles = [](const Story& story) {
    const std::vector<std::string> words = WordsOf(text::Fold(story.body()));
    std::set<std::string> all;
    for (size_t i = 0; i + 2 < words.size(); ++i) {
      all.insert(absl::StrCat(words[i], " ", words[i + 1], " ", words[i + 2]));
    }
    return all;
  };
  const std::set<std::string> of_a = shingles(a), of_b = shingles(b);
  size_t common = 0;
  for (const std::string& shingle : of_a) common += of_b.count(shingle);
  return static_cast<double>(common) / static_cast<double>(of_a.size() + of_b.size() - common);
}

TEST_F(Reuters, FindsAllExactRepeats) {
  std::map<std::string, std::vector<const Story*>> groups;
  for (const Story& story : stories_) {
    groups[absl::StrCat(story.title, "\n", story.body())].push_back(&story);
  }
  int repeats = 0, judged = 0, found = 0;
  for (const auto& [text, members] : groups) {
    for (size_t i = 1; i < members.size(); ++i) {
      ++repeats;
      if (members[i]->fingerprint == 0) continue;
      ++judged;
      found += text::NearDuplicate(members[0]->fingerprint, members[i]->fingerprint) ? 1 : 0;
    }
  }
  std::printf("exact repeats: %d, of them %d of %d words and more, found %d\n", repeats, judged,
              text::kMinSimHashWords, found);
  EXPECT_EQ(repeats, 297);
  EXPECT_GT(judged, 100);
  EXPECT_EQ(found, judged);
}

TEST_F(Reuters, FindsPairsThatResembleEachOther) {
  NearDuplicateIndex index;
  std::map<int, std::pair<int, int>> at_distance;  // Pairs, and those that hardly resemble.
  int pairs = 0, alike = 0;
  size_t found_by_all = 0;
  for (size_t i = 0; i < judged_.size(); ++i) {
    std::vector<int64_t> expected;
    for (size_t k = 0; k < i; ++k) {
      if (text::NearDuplicate(judged_[k]->fingerprint, judged_[i]->fingerprint)) {
        expected.push_back(static_cast<int64_t>(k));
      }
    }
    // The index finds what comparing all with all finds.
    const std::vector<int64_t> found = index.Find(judged_[i]->fingerprint);
    ASSERT_EQ(found, expected) << judged_[i]->id;
    index.Add(judged_[i]->fingerprint, static_cast<int64_t>(i));
    found_by_all += expected.size();
    for (const int64_t k : found) {
      const Story& other = *judged_[static_cast<size_t>(k)];
      const bool resembles = Resemblance(*judged_[i], other) >= 0.5;
      ++pairs;
      alike += resembles ? 1 : 0;
      auto& [all, unlike] =
          at_distance[text::SimHashDistance(judged_[i]->fingerprint, other.fingerprint)];
      ++all;
      unlike += resembles ? 0 : 1;
    }
  }
  std::printf(
      "%zu stories judged, %d pairs within %d bits, %d with half of their shingles in "
      "common\n",
      judged_.size(), pairs, text::kMaxSimHashDistance, alike);
  for (const auto& [distance, counts] : at_distance) {
    std::printf("  %d bits: %d pairs, %d unlike\n", distance, counts.first, counts.second);
  }
  EXPECT_GT(found_by_all, 300U);
  EXPECT_GE(alike * 100, pairs * 98);
}

using Edit = std::function<std::vector<std::string>(const Story&, std::mt19937*)>;

// One word in each `each` replaced.
Edit ChangeWords(int each) {
  return [each](const Story& story, std::mt19937* random) {
    std::vector<std::string> words = WordsOf(story.body());
    const int changes = std::max(1, static_cast<int>(words.size()) / each);
    for (int i = 0; i < changes; ++i) {
      words[(*random)() % words.size()] = absl::StrCat("edited", i);
    }
    return words;
  };
}

TEST_F(Reuters, FindsEditsByTheirSize) {
  std::mt19937 random(kSeed);
  const auto any = [&](std::mt19937* r) -> const Story& {
    return *judged_[(*r)() % judged_.size()];
  };
  const struct {
    const char* name;
    Edit edit;
    double least;  // Share that must be found.
  } kEdits[] = {
      {"another headline", [](const Story& s, std::mt19937*) { return s.paragraphs; }, 1},
      {"one word in 100", ChangeWords(100), 0.9},
      {"one word in 50", ChangeWords(50), 0.8},
      {"byline and dateline before it",
       [&](const Story& s, std::mt19937* r) {
         std::vector<std::string> text = s.paragraphs;
         text.insert(text.begin(),
                     absl::StrCat("By Ada Lovelace, Reuters ", WordsOf(any(r).body())[0],
                                  ", March ", 1 + (*r)() % 28, " -"));
         return text;
       },
       0.7},
      {"a paragraph added",
       [&](const Story& s, std::mt19937* r) {
         std::vector<std::string> text = s.paragraphs;
         const std::vector<std::string>& from = any(r).paragraphs;
         text.insert(text.begin() + static_cast<ptrdiff_t>((*r)() % (text.size() + 1)),
                     from[(*r)() % from.size()]);
         return text;
       },
       0.2},
      {"a paragraph dropped",
       [](const Story& s, std::mt19937* r) {
         std::vector<std::string> text = s.paragraphs;
         if (text.size() > 1)
           text.erase(text.begin() + static_cast<ptrdiff_t>((*r)() % text.size()));
         return text;
       },
       0.2},
      {"cut to a half",
       [](const Story& s, std::mt19937*) {
         std::vector<std::string> words = WordsOf(s.body());
         words.resize(words.size() / 2);
         return words;
       },
       0},
  };
  std::printf("%-32s %8s %8s %8s\n", "edit", "edits", "found", "recall");
  for (const auto& each : kEdits) {
    int edits = 0, found = 0;
    for (size_t i = 0; i < judged_.size(); i += 6) {
      const std::string edited = absl::StrJoin(each.edit(*judged_[i], &random), "\n");
      ++edits;
      found += text::NearDuplicate(judged_[i]->fingerprint, text::SimHash(edited)) ? 1 : 0;
    }
    std::printf("%-32s %8d %8d %8.3f\n", each.name, edits, found,
                static_cast<double>(found) / edits);
    EXPECT_GE(found, each.least * edits) << each.name << ", seed " << kSeed;
  }
}

}  // namespace
}  // namespace dateline::ingestion
