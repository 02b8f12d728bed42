#include <benchmark/benchmark.h>
#include <gumbo.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/html/arena.h"
#include "common/html/clean.h"
#include "services/ingestion/parse/parser.h"

// Cleaning beside gumbo's bare parse with the same allocator over the same bodies, in one run. The
// bodies are the markup of all entries of the feeds in the folder DATELINE_BENCH_FEEDS, else made
// ones. `tests/bench/run clean` runs it in rounds that take turns.
namespace dateline::html {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Body {
  std::string html;
  std::string base_url;
};

void AddBodies(const std::string& document, std::vector<Body>* bodies) {
  ingestion::parse::ParseOptions options;
  options.base_url = "https://a.example/feed";
  const auto feed = ingestion::parse::ParseFeed(document, options);
  if (!feed.ok()) return;
  for (size_t i = 0; i < feed->extras.size(); ++i) {
    const ingestion::parse::EntryExtras& extras = feed->extras[i];
    const ingestion::parse::Text& text =
        extras.content.value.empty() ? extras.summary : extras.content;
    if (!text.is_html || text.value.empty()) continue;
    const std::string& link = feed->feed.entries(static_cast<int>(i)).link();
    bodies->push_back({text.value, text.base_url.empty() ? link : text.base_url});
  }
}

std::vector<Body> MadeBodies() {
  std::vector<Body> bodies;
  for (int i = 0; i < 500; ++i) {
    std::string body;
    for (int p = 0; p < 1 + i % 12; ++p) {
      absl::StrAppend(&body, "<p class=\"c", p,
                      "\">Officials said on Thursday that <b>trade</b> with ",
                      "<a href=\"https://example.org/", i, "\">the region</a> had grown.</p>\n");
    }
    bodies.push_back({std::move(body), "https://a.example/d/p"});
  }
  return bodies;
}

const std::vector<Body>& Bodies() {
  static const auto* const bodies = [] {
    auto* found = new std::vector<Body>;
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
  std::vector<size_t> sizes;
  for (const Body& body : Bodies()) {
    bytes += static_cast<int64_t>(body.html.size());
    sizes.push_back(body.html.size());
  }
  std::nth_element(sizes.begin(), sizes.begin() + sizes.size() / 2, sizes.end());
  state->counters["bodies"] = static_cast<double>(sizes.size());
  state->counters["mean_bytes"] = static_cast<double>(bytes) / static_cast<double>(sizes.size());
  state->counters["median_bytes"] = static_cast<double>(sizes[sizes.size() / 2]);
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
    for (const Body& body : Bodies()) {
      arena.Reset(size_t{1} << 30);
      benchmark::DoNotOptimize(
          gumbo_parse_with_options(&options, body.html.data(), body.html.size()));
    }
  }
  CountBytesAndItems(&state);
}
BENCHMARK(BM_GumboParseWithArena)->Unit(benchmark::kMillisecond);

void BM_CleanHtml(benchmark::State& state) {
  CleanOptions options;
  options.embed_hosts = DefaultEmbedHosts();
  for (auto _ : state) {
    for (const Body& body : Bodies()) {
      options.base_url = body.base_url;
      benchmark::DoNotOptimize(CleanHtml(body.html, options));
    }
  }
  CountBytesAndItems(&state);
}
BENCHMARK(BM_CleanHtml)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dateline::html

BENCHMARK_MAIN();
