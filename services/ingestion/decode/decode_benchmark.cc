#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/ingestion/decode/encoding.h"
#include "services/ingestion/decode/xml_repair.h"

// Decoding and repairing beside the copying of the same bytes. The documents are the XML feeds in
// DATELINE_BENCH_FEEDS one after the other, or made ones.
namespace dateline::ingestion::decode {
namespace {

// A feed of some 4 MB whose bodies, in CDATA, repeat `sentence`.
std::string MadeFeed(absl::string_view sentence) {
  std::string feed = "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>";
  for (int i = 0; feed.size() < (std::size_t{4} << 20); ++i) {
    absl::StrAppend(&feed, "<item><title>Story ", i, "</title><link>https://news.example.org/", i,
                    "</link><guid isPermaLink=\"false\">", i, "</guid><description><![CDATA[<p>");
    for (int k = 0; k < 20; ++k) feed.append(sentence.data(), sentence.size());
    feed += "</p>]]></description></item>\n";
  }
  return feed + "</channel></rss>";
}

const std::string& Latin() {
  static const auto* const feed = new std::string(
      MadeFeed("The ministers agreed on Thursday that the railway should be built soon. "));
  return *feed;
}

const std::string& Cyrillic() {
  static const auto* const feed = new std::string(MadeFeed(
      "\xD0\x9C\xD0\xB8\xD0\xBD\xD0\xB8\xD1\x81\xD1\x82\xD1\x80\xD1\x8B \xD0\xB4\xD0\xBE\xD0\xB3"
      "\xD0\xBE\xD0\xB2\xD0\xBE\xD1\x80\xD0\xB8\xD0\xBB\xD0\xB8\xD1\x81\xD1\x8C. "));
  return *feed;
}

// Real feeds, with whatever encodings and damage they have.
const std::string& Wild() {
  static const auto* const feeds = [] {
    auto* all = new std::string;
    const char* folder = std::getenv("DATELINE_BENCH_FEEDS");
    if (folder != nullptr) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        if (bytes.size() > all->size() && bytes[0] == '<') *all = bytes;
      }
    }
    if (all->empty()) *all = Latin();
    return all;
  }();
  return *feeds;
}

void Count(benchmark::State& state, const std::string& bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(bytes.size()) * state.iterations());
}

void BM_Copy(benchmark::State& state, const std::string& (*bytes)()) {
  for (auto _ : state) {
    std::string copy(bytes().data(), bytes().size());
    benchmark::DoNotOptimize(copy.data());
  }
  Count(state, bytes());
}
BENCHMARK_CAPTURE(BM_Copy, latin, Latin);

void BM_Decode(benchmark::State& state, const std::string& (*bytes)()) {
  for (auto _ : state) {
    Decoded decoded = Decode(bytes(), "");
    benchmark::DoNotOptimize(decoded.text.data());
  }
  Count(state, bytes());
}
BENCHMARK_CAPTURE(BM_Decode, latin, Latin);
BENCHMARK_CAPTURE(BM_Decode, cyrillic, Cyrillic);
BENCHMARK_CAPTURE(BM_Decode, largest_wild, Wild);

void BM_DecodeWindows1251(benchmark::State& state) {
  std::string bytes = "<?xml version='1.0' encoding='windows-1251'?>";
  for (size_t i = 0; bytes.size() < (std::size_t{4} << 20); ++i) {
    bytes.push_back(i % 8 == 7 ? ' ' : static_cast<char>(0xE0 + i % 32));
  }
  for (auto _ : state) {
    Decoded decoded = Decode(bytes, "");
    benchmark::DoNotOptimize(decoded.text.data());
  }
  Count(state, bytes);
}
BENCHMARK(BM_DecodeWindows1251);

void BM_Repair(benchmark::State& state, const std::string& (*bytes)()) {
  for (auto _ : state) {
    RepairedXml repaired = RepairXml(bytes());
    benchmark::DoNotOptimize(repaired.text.data());
  }
  Count(state, bytes());
}
BENCHMARK_CAPTURE(BM_Repair, latin, Latin);
BENCHMARK_CAPTURE(BM_Repair, cyrillic, Cyrillic);
BENCHMARK_CAPTURE(BM_Repair, largest_wild, Wild);

}  // namespace
}  // namespace dateline::ingestion::decode

BENCHMARK_MAIN();
