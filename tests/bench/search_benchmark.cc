// Indexes texts and runs queries over them: by services/query/search, with and without highlights,
// and by Xapian alone. Prints JSON.
//
//   search_benchmark TEXTS QUERIES FOLDER ROUNDS
//
// TEXTS has an article a line: title, tab, body. QUERIES has a query a line: kind, tab, query.
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/query/replica/store/keys.h"
#include "services/query/search/highlight.h"
#include "services/query/search/index.h"
#include "services/query/search/index_build.h"
#include "services/query/search/searcher.h"

namespace {

namespace search = dateline::query::search;
namespace replica = dateline::query::replica;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << '\n';
  std::exit(1);
}

std::vector<std::pair<std::string, std::string>> ReadPairs(const char* file) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const size_t tab = line.find('\t');
    if (tab != std::string::npos) pairs.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  }
  return pairs;
}

// Articles that are handed over together, as the indexer does.
constexpr size_t kAtOnce = 500;
// A busy publication: 100,000 articles are two years.
constexpr int64_t kMinutesApart = 10;
const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
const std::string kAll = replica::ListPrefix(replica::Dimension::kAll, 0);

// Articles a second, with the compaction that ends a build.
double Index(const std::vector<std::pair<std::string, std::string>>& texts,
             search::IndexFolder& folder) {
  const double start = Now();
  const auto path = folder.BeginBuild();
  Require(path.status());
  search::IndexBuild build(*path);
  std::vector<search::IndexedArticle> some;
  for (size_t i = 0; i < texts.size(); ++i) {
    search::IndexedArticle article;
    article.article = i + 1;
    article.place = replica::ListSuffix(
        {kNow - absl::Minutes(kMinutesApart * static_cast<int64_t>(texts.size() - i)), i + 1,
         replica::Slot::kLive});
    article.language = "en";
    article.title = texts[i].first;
    article.body = texts[i].second;
    article.lists = {kAll, replica::ListPrefix(replica::Dimension::kTopic, i % 1'000),
                     replica::ListPrefix(replica::Dimension::kPublication, i % 7)};
    some.push_back(std::move(article));
    if (some.size() == kAtOnce || i + 1 == texts.size()) {
      Require(build.Add(std::exchange(some, {})));
    }
  }
  const auto made = folder.BeginNew();
  Require(made.status());
  Require(build.Finish({"bench", 0}, *made));
  Require(folder.Replace());
  return static_cast<double>(texts.size()) / (Now() - start);
}

// Milliseconds of each call, by kind.
using Times = std::map<std::string, std::vector<double>>;

template <typename Run>
void Measure(const std::vector<std::pair<std::string, std::string>>& queries, Times* times,
             Run run) {
  for (const auto& [kind, query] : queries) {
    const double start = Now();
    run(query);
    (*times)[kind].push_back((Now() - start) * 1e3);
  }
}

void Print(const char* name, const Times& times) {
  std::cout << ",\"" << name << "\":{";
  const char* comma = "";
  for (auto [kind, ms] : times) {
    std::sort(ms.begin(), ms.end());
    std::cout << comma << '"' << kind << "\":{\"p50\":" << ms[ms.size() / 2]
              << ",\"p99\":" << ms[ms.size() * 99 / 100] << '}';
    comma = ",";
  }
  std::cout << '}';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto texts = ReadPairs(argv[1]);
  const auto queries = ReadPairs(argv[2]);
  search::IndexFolder folder(argv[3]);
  Require(folder.Open());
  std::cout << "{\"articles_per_second\":" << Index(texts, folder)
            << ",\"bytes_per_article\":" << folder.SizeBytes() / static_cast<int64_t>(texts.size());

  search::Searcher searcher(folder);
  search::SearchOptions options;
  options.plan = replica::Plan::Term(kAll);
  options.languages = {"en"};
  options.now = kNow;
  Xapian::Database database(folder.path());
  Xapian::QueryParser parser;
  parser.set_stemmer(Xapian::Stem("en"));
  parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
  parser.set_default_op(Xapian::Query::OP_AND);
  Times plain;
  Times highlighted;
  Times bare;
  for (int round = 0; round < std::atoi(argv[4]); ++round) {
    Measure(queries, &plain,
            [&](const std::string& query) { Require(searcher.Search(query, options).status()); });
    Measure(queries, &highlighted, [&](const std::string& query) {
      const auto found = searcher.Search(query, options);
      Require(found.status());
      const search::Highlighter highlighter(search::ParseQuery(query), options.languages);
      for (const search::SearchHit& hit : found->hits) {
        const auto& text = texts[replica::ParseListSuffix(hit.place).article - 1];
        highlighter.MatchesIn(text.first);
        highlighter.SnippetOf(text.second);
      }
    });
    Measure(queries, &bare, [&](const std::string& query) {
      Xapian::Enquire enquire(database);
      enquire.set_query(parser.parse_query(query, Xapian::QueryParser::FLAG_PHRASE));
      // As many are counted as ours does.
      const Xapian::MSet found = enquire.get_mset(0, 10, static_cast<unsigned>(options.count_to));
      for (auto hit = found.begin(); hit != found.end(); ++hit) hit.get_document().get_value(0);
    });
  }
  Print("dateline", plain);
  Print("dateline_highlighted", highlighted);
  Print("xapian", bare);
  std::cout << ",\"top\":[";
  for (size_t i = 0; i < queries.size(); ++i) {
    const auto found = searcher.Search(queries[i].second, options);
    Require(found.status());
    std::cout << (i > 0 ? ",[" : "[");
    for (size_t j = 0; j < found->hits.size(); ++j) {
      std::cout << (j > 0 ? "," : "") << replica::ParseListSuffix(found->hits[j].place).article;
    }
    std::cout << ']';
  }
  std::cout << "]}\n";
  return 0;
}
