#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/ingestion/tag/shared_stories.h"
#include "services/ingestion/tag/topic_matcher.h"

// Building the matcher and matching with it: real stories, real names of places, and made names up
// to the number asked for, of one to three words that real texts have, so that the automaton is
// entered and left all the time.
namespace dateline::ingestion {
namespace {

const std::vector<Story>& Stories() {
  static const auto* const stories = new std::vector<Story>(ReadStories(DATELINE_SHARED_DATA));
  return *stories;
}

std::vector<std::string> WordsOfStories() {
  std::vector<std::string> words;
  absl::flat_hash_map<std::string, int> seen;
  for (const Story& story : Stories()) {
    TokenReader reader(story.body);
    while (reader.Next()) {
      if (reader.has_letter() && reader.length() > 3 && seen[reader.folded()]++ == 0) {
        words.push_back(reader.folded());
      }
    }
  }
  return words;
}

// Names of places, then made ones, ten of a topic.
std::vector<TopicName> Names(size_t count) {
  static const auto* const words = new std::vector<std::string>(WordsOfStories());
  std::vector<TopicName> names = ReadPlaceNames(DATELINE_SHARED_DATA);
  uint32_t random = 12345;
  const auto next = [&] { return random = random * 1664525 + 1013904223; };
  const auto word = [&]() -> const std::string& { return (*words)[(next() >> 8) % words->size()]; };
  while (names.size() < count && !words->empty()) {
    const size_t length = 1 + (next() >> 8) % 3;
    std::string name = word();
    for (size_t i = 1; i < length; ++i) absl::StrAppend(&name, " ", word());
    names.push_back({absl::StrCat("topic-", names.size() / 10), std::move(name)});
  }
  if (names.size() > count) names.resize(count);
  return names;
}

void BM_Build(benchmark::State& state) {
  const std::vector<TopicName> names = Names(static_cast<size_t>(state.range(0)));
  size_t bytes = 0, allocated = 0;
  for (auto _ : state) {
    const auto before = mallinfo2().uordblks;
    const TopicMatcher matcher(names);
    allocated = mallinfo2().uordblks - before;
    bytes = matcher.bytes();
  }
  state.counters["names"] = static_cast<double>(names.size());
  state.counters["MB"] = static_cast<double>(bytes) / 1e6;
  state.counters["MB_malloc"] = static_cast<double>(allocated) / 1e6;
}
BENCHMARK(BM_Build)->Arg(613)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_Match(benchmark::State& state) {
  const TopicMatcher matcher(Names(static_cast<size_t>(state.range(0))));
  size_t at = 0, bytes = 0, topics = 0;
  for (auto _ : state) {
    const Story& story = Stories()[at];
    at = at + 1 == Stories().size() ? 0 : at + 1;
    topics += matcher.Match(story.title, story.body).size();
    bytes += story.title.size() + story.body.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  state.counters["topics_per_story"] =
      static_cast<double>(topics) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_Match)->Arg(613)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace dateline::ingestion

int main(int argc, char** argv) {
  if (dateline::ingestion::ReadStories(DATELINE_SHARED_DATA).empty()) {
    std::fprintf(stderr, "no shared data in %s\n", DATELINE_SHARED_DATA);
    return 1;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
