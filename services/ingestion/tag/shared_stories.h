#ifndef DATELINE_SERVICES_INGESTION_TAG_SHARED_STORIES_H_
#define DATELINE_SERVICES_INGESTION_TAG_SHARED_STORIES_H_

#include <zlib.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/ingestion/tag/topic_matcher.h"

// Real texts and real names for tests and benchmarks, from the shared data outside of the
// repository. For tests only.
namespace dateline::ingestion {

// A story with the places that people filed it under.
struct Story {
  std::string title;
  std::string body;
  std::set<std::string> places;
};

inline std::string StoriesFile(const std::string& shared) {
  return shared + "/reuters21578/reuters21578.jsonl.gz";
}
inline std::string CountriesFile(const std::string& shared) {
  return shared + "/countries/countries.json";
}

// All stories of the collection; none if it is not there.
inline std::vector<Story> ReadStories(const std::string& shared) {
  std::vector<Story> stories;
  const gzFile file = gzopen(StoriesFile(shared).c_str(), "rb");
  if (file == nullptr) return stories;
  std::string line(size_t{1} << 20, '\0');
  while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
    const auto json = nlohmann::json::parse(line.c_str());
    Story story;
    story.title = json.at("title").get<std::string>();
    story.body = json.at("body").get<std::string>();
    for (const auto& place : json.at("places")) story.places.insert(place.get<std::string>());
    stories.push_back(std::move(story));
  }
  gzclose(file);
  return stories;
}

// The names and aliases of all places; several in one alias ("US or USA", "Nihon/Nippon") are
// taken apart, as an editor would.
inline std::vector<TopicName> ReadPlaceNames(const std::string& shared) {
  std::vector<TopicName> names;
  std::ifstream file(CountriesFile(shared));
  if (!file) return names;
  for (const auto& place : nlohmann::json::parse(file)) {
    const auto slug = place.at("slug").get<std::string>();
    names.push_back({slug, place.at("name").get<std::string>(), true, true});
    for (const auto& alias : place.at("aliases")) {
      for (const absl::string_view by_or :
           absl::StrSplit(alias.get<std::string>(), absl::ByString(" or "))) {
        for (const absl::string_view part : absl::StrSplit(by_or, absl::ByAnyChar(",/;"))) {
          const std::string name(absl::StripAsciiWhitespace(part));
          if (!name.empty()) names.push_back({slug, name, false, true});
        }
      }
    }
  }
  return names;
}

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_SHARED_STORIES_H_
