#include <benchmark/benchmark.h>
#include <gumbo.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/ingestion/clean/arena.h"
#include "services/ingestion/clean/clean.h"

// Cleaning beside gumbo's bare parse with the same allocator over the same bodies, in one run. The
// bodies are those of the real feeds where they are at hand, else made ones of the same length and
// density.
namespace dateline::ingestion {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Takes the CDATA sections of a feed, which is where feeds carry their bodies.
void AddBodies(absl::string_view feed, std::vector<std::string>* bodies) {
  constexpr absl::string_view kBegin = "<![CDATA[";
  for (size_t at = feed.find(kBegin); at != absl::string_view::npos; at = feed.find(kBegin)) {
    feed.remove_prefix(at + kBegin.size());
    const absl::string_view body = feed.substr(0, feed.find("]]>"));
    if (body.size() >= 200) bodies->emplace_back(body);
  }
}

std::vector<std::string> MadeBodies() {
  std::vector<std::string> bodies;
  for (int i = 0; i < 500; ++i) {
    std::string body;
    for (int p = 0; p < 1 + i % 12; ++p) {
      absl::StrAppend(&body, "<p class=\"c", p,
                      "\">Officials said on Thursday that <b>trade</b> with ",
                      "<a href=\"https://example.org/", i, "\">the region</a> had grown.</p>\n");
    }
    bodies.push_back(std::move(body));
  }
  return bodies;
}

const std::vector<std::string>& Bodies() {
  static const auto* const bodies = [] {
    auto* found = new std::vector<std::string>;
    const char* folder = std::getenv("DATELINE_BENCH_FEEDS");
    if (folder != nullptr) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) AddBodies(ReadFile(entry.path()), found);
      }
    }
    if (found->empty()) *found = MadeBodies();
    return found;
  }();
  return *bodies;
}

void CountBytesAndItems(benchmark::State* state) {
  int64_t bytes = 0;
  for (const std::string& body : Bodies()) bytes += static_cast<int64_t>(body.size());
  state->SetBytesProcessed(state->iterations() * bytes);
  state->SetItemsProcessed(state->iterations() * static_cast<int64_t>(Bodies().size()));
}

void BM_GumboParseWithArena(benchmark::State& state) {
  Arena arena(size_t{1} << 30);
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = [](void* userdata, size_t size) {
    return static_cast<Arena*>(userdata)->Allocate(size);
  };
  options.deallocator = [](void*, void*) {};
  options.userdata = &arena;
  options.max_errors = 0;
  options.fragment_context = GUMBO_TAG_DIV;
  for (auto _ : state) {
    for (const std::string& body : Bodies()) {
      arena.Reset(size_t{1} << 30);
      benchmark::DoNotOptimize(gumbo_parse_with_options(&options, body.data(), body.size()));
    }
  }
  CountBytesAndItems(&state);
}
BENCHMARK(BM_GumboParseWithArena)->Unit(benchmark::kMillisecond);

void BM_CleanHtml(benchmark::State& state) {
  CleanOptions options;
  options.base_url = "https://a.example/d/p";
  options.embed_hosts = DefaultEmbedHosts();
  for (auto _ : state) {
    for (const std::string& body : Bodies()) benchmark::DoNotOptimize(CleanHtml(body, options));
  }
  CountBytesAndItems(&state);
}
BENCHMARK(BM_CleanHtml)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dateline::ingestion

BENCHMARK_MAIN();
