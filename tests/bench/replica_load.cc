// Records an export of made articles, and measures what a replica does with it: filling a copy,
// opening it again, giving it to a sibling, and what it takes on disk and in memory.
//
//   replica_load record STREAM TEXTS ARTICLES SEED
//   replica_load fill STREAM FOLDER
//   replica_load open FOLDER
//
// STREAM holds the export's pages, each behind its length; TEXTS has one text a line.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/rpc/app/memory.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "services/query/replica/bulk/loader.h"
#include "services/query/replica/checkpoint.h"
#include "services/query/replica/replica.h"
#include "tests/bench/list_articles.h"
#include "tests/bench/process_usage.h"

namespace dateline::bench {
namespace {

using catalog::v1::ExportResourcesResponse;
using query::replica::Replica;
using query::replica::Store;
using query::replica::Table;

constexpr int kPageArticles = 250;
// Three kilobytes of text, as an article of 3.6 kB has.
constexpr size_t kTextBytes = 3'000;

[[noreturn]] void Fail(const absl::Status& status) {
  std::cerr << status << "\n";
  std::exit(1);
}

// A text of its own for each article: pieces of real ones.
std::string Recombined(const std::vector<std::string>& texts, std::mt19937& random) {
  std::string text;
  while (text.size() < kTextBytes) {
    const std::string& from = texts[random() % texts.size()];
    const size_t begin = random() % from.size();
    absl::StrAppend(&text, absl::ClippedSubstr(from, begin, 200 + random() % 400), " ");
  }
  text.resize(kTextBytes);
  return text;
}

std::vector<std::string> ReadLines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

void Record(const std::string& path, const std::string& texts_path, int64_t articles,
            uint32_t seed) {
  const std::vector<std::string> texts = ReadLines(texts_path);
  if (texts.empty()) Fail(absl::InvalidArgumentError("no texts"));
  std::mt19937 random(seed);
  const Zipf zipf(kTopics, 1.0);
  std::ofstream file(path, std::ios::binary);
  ExportResourcesResponse page;
  const auto flush = [&] {
    *page.mutable_at() = TimeToProto(RealClock()->Now());
    google::protobuf::util::SerializeDelimitedToOstream(page, &file);
    page.Clear();
  };
  *page.add_states() = MakePublication();
  for (int64_t topic = 1; topic <= kAllTopics; ++topic) *page.add_states() = MakeTopic(topic);
  flush();
  for (int64_t key = 1; key <= articles; ++key) {
    catalog::v1::ResourceState state =
        MakeArticle(key, zipf, /*body_words=*/1, RandomPast(random), random);
    content::v1::Article article;
    article.ParseFromString(state.article().live());
    article.set_body_text(Recombined(texts, random));
    article.set_body_html(absl::StrCat("<p>", article.body_text(), "</p>"));
    state.mutable_article()->set_live(article.SerializeAsString());
    *page.add_states() = std::move(state);
    if (page.states_size() == kPageArticles) flush();
  }
  flush();
  if (!file.flush()) Fail(absl::UnavailableError("cannot write the stream"));
}

// Loads the stream; the most memory that was taken, seen at each page and at the end.
absl::StatusOr<size_t> Load(const std::string& stream, Store& store) {
  std::ifstream file(stream, std::ios::binary);
  google::protobuf::io::IstreamInputStream input(&file, 1 << 20);
  query::replica::BulkLoader loader(store);
  ExportResourcesResponse page;
  size_t most = 0;
  bool ended = false;
  // What is parsed is merged into what is there.
  for (; google::protobuf::util::ParseDelimitedFromZeroCopyStream(&page, &input, &ended);
       page.Clear()) {
    DATELINE_RETURN_IF_ERROR(loader.Add(page.states(), TimeFromProto(page.at())));
    most = std::max(most, rpc::ResidentBytes());
  }
  if (!ended) return absl::DataLossError("the stream is damaged");
  content::v1::LogPosition position;
  position.set_log_id("bench");
  position.set_xid(1);
  DATELINE_RETURN_IF_ERROR(loader.Finish(position));
  return std::max(most, rpc::ResidentBytes());
}

absl::Status CopyTo(const std::shared_ptr<Store>& from, Store& to) {
  DATELINE_ASSIGN_OR_RETURN(const auto reader, query::replica::CheckpointReader::Create(from));
  query::replica::CheckpointWriter writer(to);
  while (const auto piece = reader->Next()) DATELINE_RETURN_IF_ERROR(writer.Add(*piece));
  DATELINE_RETURN_IF_ERROR(writer.Finish());
  return to.MakeDurable();
}

double Seconds(absl::Duration start) {
  return absl::ToDoubleSeconds(RealClock()->Elapsed() - start);
}

absl::Status Fill(const std::string& stream, const std::string& folder) {
  std::filesystem::remove_all(folder);
  DATELINE_ASSIGN_OR_RETURN(const auto replica, Replica::Open(folder, RealClock()));
  const absl::Duration start = RealClock()->Elapsed();
  DATELINE_ASSIGN_OR_RETURN(const auto store, replica->BeginCopy());
  DATELINE_ASSIGN_OR_RETURN(const size_t filling, Load(stream, *store));
  DATELINE_RETURN_IF_ERROR(replica->Swap(store));
  std::printf("{\"fill_s\": %.3f, \"filling_bytes\": %zu}\n", Seconds(start), filling);
  return absl::OkStatus();
}

absl::Status Open(const std::string& folder) {
  const absl::Duration start = RealClock()->Elapsed();
  DATELINE_ASSIGN_OR_RETURN(const auto replica, Replica::Open(folder, RealClock()));
  const double restart = Seconds(start);
  const std::shared_ptr<Store> store = replica->current();
  if (store == nullptr) return absl::NotFoundError("there is no copy");
  const size_t private_bytes = rpc::ResidentBytes();
  const absl::Duration copying = RealClock()->Elapsed();
  DATELINE_ASSIGN_OR_RETURN(const auto sibling, Store::Open(folder + "/sibling", false));
  DATELINE_RETURN_IF_ERROR(CopyTo(store, *sibling));
  std::printf(
      "{\"articles\": %lld, \"restart_s\": %.4f, \"checkpoint_s\": %.3f, \"bytes\": %lld, "
      "\"private_bytes\": %zu}\n",
      static_cast<long long>(store->Entries(Table::kCards)), restart, Seconds(copying),
      static_cast<long long>(store->SizeBytes()), private_bytes);
  return absl::OkStatus();
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  int64_t articles = 0;
  uint32_t seed = 0;
  if (argc == 6 && arguments[1] == "record" && absl::SimpleAtoi(arguments[4], &articles) &&
      absl::SimpleAtoi(arguments[5], &seed)) {
    dateline::bench::Record(arguments[2], arguments[3], articles, seed);
    return 0;
  }
  absl::Status status = absl::InvalidArgumentError(
      "replica_load record STREAM TEXTS ARTICLES SEED | fill STREAM FOLDER | open FOLDER");
  if (argc == 4 && arguments[1] == "fill")
    status = dateline::bench::Fill(arguments[2], arguments[3]);
  if (argc == 3 && arguments[1] == "open") status = dateline::bench::Open(arguments[2]);
  if (!status.ok()) dateline::bench::Fail(status);
  return 0;
}
