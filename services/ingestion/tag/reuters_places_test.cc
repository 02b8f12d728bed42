#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/ingestion/tag/shared_stories.h"
#include "services/ingestion/tag/topic_matcher.h"

// What tagging finds in 21,578 stories of 1987, beside the places that Reuters' people filed them
// under.
namespace dateline::ingestion {
namespace {

// Reuters' names of 1987 for places of today's catalogue.
const std::map<std::string, std::string>& PlaceOf() {
  static const auto* const places = new std::map<std::string, std::string>{
      {"usa", "united-states"},
      {"uk", "united-kingdom"},
      {"west-germany", "germany"},
      {"east-germany", "germany"},
      {"ussr", "russia"},
      {"uae", "united-arab-emirates"},
      {"ivory-coast", "c-te-d-ivoire"},
      {"zaire", "drc"},
      {"yemen-arab-republic", "yemen"},
      {"yemen-demo-republic", "yemen"},
      {"dominican-republic", "the-dominican"},
      {"czechoslovakia", "czechia"},
      {"trinidad-tobago", "trinidad-and-tobago"},
      {"us-virgin-islands", "virgin-islands"},
      {"kampuchea", "cambodia"},
      {"antigua", "antigua-and-barbuda"},
      {"swaziland", "eswatini"},
      {"bahamas", "the-bahamas"},
      {"yugoslavia", "serbia"},
  };
  return *places;
}

// What an editor of 1987 would have added.
const std::vector<TopicName>& NamesOfTheTime() {
  static const auto* const names = new std::vector<TopicName>{
      {"united-states", "U.S.", false, true},
      {"united-kingdom", "U.K.", false, true},
      {"united-kingdom", "Britain", false, true},
      {"germany", "West Germany", false, true},
      {"germany", "East Germany", false, true},
      {"russia", "Soviet Union", false, true},
      {"russia", "USSR", false, true},
      {"russia", "Moscow", false, true},
      {"united-arab-emirates", "UAE", false, true},
      {"c-te-d-ivoire", "Ivory Coast", false, true},
      {"the-dominican", "Dominican Republic", false, true},
      {"czechia", "Czechoslovakia", false, true},
      {"trinidad-and-tobago", "Trinidad", false, true},
      {"serbia", "Yugoslavia", false, true},
      {"netherlands", "Dutch", false, true},
      {"united-kingdom", "U.K", false, true},
  };
  return *names;
}

struct Score {
  int found = 0;   // and filed
  int wrong = 0;   // found, not filed
  int missed = 0;  // filed, not found
  double precision() const { return found + wrong == 0 ? 0 : 1.0 * found / (found + wrong); }
  double recall() const { return found + missed == 0 ? 0 : 1.0 * found / (found + missed); }
};

struct Result {
  Score all;
  std::map<std::string, Score> by_place;
};

Result Compare(const TopicMatcher& matcher, const std::vector<Story>& stories,
               const std::set<std::string>& known, const std::string& without = "") {
  Result result;
  for (const Story& story : stories) {
    // Flashes of one line are not filed at all.
    if (story.places.empty()) continue;
    std::set<std::string> filed;
    for (const std::string& place : story.places) {
      const auto renamed = PlaceOf().find(place);
      filed.insert(renamed == PlaceOf().end() ? place : renamed->second);
    }
    std::set<std::string> found;
    for (std::string& topic : matcher.Match(story.title, story.body)) found.insert(topic);
    for (const std::string& topic : known) {
      if (topic == without) continue;
      const bool is_filed = filed.count(topic) > 0, is_found = found.count(topic) > 0;
      if (!is_filed && !is_found) continue;
      Score& place = result.by_place[topic];
      for (Score* score : {&result.all, &place}) {
        score->found += is_filed && is_found;
        score->wrong += !is_filed && is_found;
        score->missed += is_filed && !is_found;
      }
    }
  }
  return result;
}

void Print(const char* what, const Score& score) {
  std::printf("%-34s precision %.3f recall %.3f (found %d, wrong %d, missed %d)\n", what,
              score.precision(), score.recall(), score.found, score.wrong, score.missed);
}

void PrintWorst(const Result& result, bool missed, size_t rows) {
  std::vector<std::pair<int, std::string>> order;
  for (const auto& [place, score] : result.by_place) {
    order.emplace_back(missed ? score.missed : score.wrong, place);
  }
  std::sort(order.rbegin(), order.rend());
  for (size_t i = 0; i < std::min(rows, order.size()); ++i) {
    Print(absl::StrCat("  ", order[i].second).c_str(), result.by_place.at(order[i].second));
  }
}

TEST(ReutersPlaces, AreFoundInTheTexts) {
  const std::string shared = DATELINE_SHARED_DATA;
  if (!std::filesystem::exists(StoriesFile(shared)) ||
      !std::filesystem::exists(CountriesFile(shared))) {
    if (std::getenv("CI") != nullptr) FAIL() << "no shared data in " << shared;
    GTEST_SKIP() << "no shared data in " << shared;
  }
  const std::vector<Story> stories = ReadStories(shared);
  std::vector<TopicName> names = ReadPlaceNames(shared);
  ASSERT_EQ(stories.size(), 21'578u);
  std::set<std::string> known;
  for (const TopicName& name : names) known.insert(name.topic_id);
  ASSERT_EQ(known.size(), 260u);

  const Result raw = Compare(TopicMatcher(names), stories, known);
  Print("catalogue as it is", raw.all);
  names.insert(names.end(), NamesOfTheTime().begin(), NamesOfTheTime().end());
  const TopicMatcher matcher(names);
  const Result mended = Compare(matcher, stories, known);
  Print("with names of the time", mended.all);
  const Result abroad = Compare(matcher, stories, known, "united-states");
  Print("  without the United States", abroad.all);
  std::printf("most wrong:\n");
  PrintWorst(mended, /*missed=*/false, 15);
  std::printf("most missed:\n");
  PrintWorst(mended, /*missed=*/true, 15);
  // Most of what is missed is filed by who acts, not by what is named ("the Bundesbank").
  EXPECT_GT(abroad.all.precision(), 0.8);
  EXPECT_GT(abroad.all.recall(), 0.45);
  EXPECT_GT(mended.all.precision(), 0.85);
  EXPECT_GT(mended.all.found, raw.all.found);
}

}  // namespace
}  // namespace dateline::ingestion
