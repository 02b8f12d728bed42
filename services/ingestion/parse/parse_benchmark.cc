// Speed of reading feeds (decoding and parsing, without cleaning) beside libxml2's bare
// xmlTextReader over the same bytes, in rounds that take turns. Not a test. Run by
// tests/bench/run parse, or: parse_benchmark FOLDER ROUNDS [NAME], where all files below FOLDER are
// read and NAME is the one thing to measure (for a profiler).
// Prints one JSON object: bytes, files, entries and, for each of `parse`, `parse_clean`, `reader`
// and `sax`, the seconds of each round. XML alone is measured; JSON feeds are left out.

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlreader.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/ingestion/parse/parser.h"
#include "services/ingestion/pipeline/clean.h"

namespace dateline::ingestion {
namespace {

std::vector<std::string> ReadXmlFiles(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> files;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const size_t first = bytes.find_first_not_of(" \r\n\t\xEF\xBB\xBF");
    if (first != std::string::npos && bytes[first] == '<') files.push_back(std::move(bytes));
  }
  return files;
}

// Entries of all files; with `clean`, their texts are cleaned too.
size_t Parse(const std::vector<std::string>& files, bool clean) {
  size_t entries = 0;
  for (const std::string& bytes : files) {
    const auto feed =
        parse::ParseFeed(bytes, {.content_type = "", .base_url = "https://a.example/"});
    if (!feed.ok()) continue;
    entries += feed->extras.size();
    if (!clean) continue;
    for (size_t i = 0; i < feed->extras.size(); ++i) {
      const v1::FeedEntry& entry = feed->feed.entries(static_cast<int>(i));
      entries += pipeline::CleanEntry(entry, feed->extras[i]).content.truncated ? 1 : 0;
    }
  }
  return entries;
}

void Ignore(void*, xmlError*) {}

// Nodes that the bare reader walks over.
size_t Walk(const std::vector<std::string>& files) {
  size_t nodes = 0;
  for (const std::string& bytes : files) {
    xmlTextReaderPtr reader =
        xmlReaderForMemory(bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr,
                           XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_HUGE);
    xmlTextReaderSetStructuredErrorHandler(reader, Ignore, nullptr);
    while (xmlTextReaderRead(reader) == 1) ++nodes;
    xmlFreeTextReader(reader);
  }
  return nodes;
}

// libxml2's events without anything that takes them: what no parser built on it can beat.
size_t Sax(const std::vector<std::string>& files) {
  size_t faults = 0;
  for (const std::string& bytes : files) {
    xmlParserCtxtPtr context =
        xmlCreateMemoryParserCtxt(bytes.data(), static_cast<int>(bytes.size()));
    xmlCtxtUseOptions(context, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_HUGE);
    *context->sax = {};
    context->sax->initialized = XML_SAX2_MAGIC;
    context->sax->serror = Ignore;
    xmlParseDocument(context);
    faults += context->wellFormed == 0 ? 1 : 0;
    xmlFreeParserCtxt(context);
  }
  return faults;
}

int Main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: parse_benchmark FOLDER ROUNDS [NAME]\n");
    return 2;
  }
  const std::vector<std::string> files = ReadXmlFiles(argv[1]);
  const int rounds = std::atoi(argv[2]);
  size_t bytes = 0;
  for (const std::string& file : files) bytes += file.size();
  std::map<std::string, std::vector<double>> seconds;
  size_t sink = 0;
  const auto measure = [&](const char* name, const auto& work) {
    if (argc == 4 && std::string(argv[3]) != name) return;
    const absl::Time start = absl::Now();
    sink += work();
    seconds[name].push_back(absl::ToDoubleSeconds(absl::Now() - start));
  };
  const size_t entries = Parse(files, /*clean=*/false);
  for (int i = 0; i < rounds; ++i) {
    measure("parse", [&] { return Parse(files, /*clean=*/false); });
    measure("reader", [&] { return Walk(files); });
    measure("sax", [&] { return Sax(files); });
    measure("parse_clean", [&] { return Parse(files, /*clean=*/true); });
  }
  std::printf("{\"files\": %zu, \"bytes\": %zu, \"entries\": %zu", files.size(), bytes, entries);
  for (const auto& [name, times] : seconds) {
    std::printf(", \"%s\": [", name.c_str());
    for (size_t i = 0; i < times.size(); ++i) std::printf(i == 0 ? "%.6f" : ", %.6f", times[i]);
    std::printf("]");
  }
  std::printf("}\n");
  return sink == 0 ? 1 : 0;
}

}  // namespace
}  // namespace dateline::ingestion

int main(int argc, char** argv) { return dateline::ingestion::Main(argc, argv); }
