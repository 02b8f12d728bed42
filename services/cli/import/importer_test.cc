#include "services/cli/import/importer.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/testing/status_matchers.h"

namespace dateline::cli {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using ingestion::v1::IngestArticlesRequest;
using ingestion::v1::IngestArticlesResponse;

// A server that knows every article by its id, refuses those without a title, and ends a stream
// after as many answers as it is told.
class FakeServer {
 public:
  class Stream final : public ArticleStream {
   public:
    Stream(FakeServer& server, int answers, absl::Status end)
        : server_(server), left_(answers), end_(std::move(end)) {}

    bool Write(const IngestArticlesRequest& item) override {
      MutexLock lock(mutex_);
      if (broken_) return false;
      ++server_.writes;
      sent_.push_back(item);
      server_.most_ahead = std::max(server_.most_ahead, sent_.size());
      changed_.SignalAll();
      return true;
    }
    void WritesDone() override {
      MutexLock lock(mutex_);
      done_ = true;
      changed_.SignalAll();
    }
    bool Read(IngestArticlesResponse* answer) override {
      MutexLock lock(mutex_);
      // The answer is due when the writer waits for it, so that the bound on what is ahead is seen.
      while (!done_ && sent_.size() < server_.answer_from && left_ > 0) changed_.Wait(mutex_);
      if (left_ == 0 || sent_.empty()) {
        broken_ = true;
        return false;
      }
      --left_;
      *answer = server_.Take(sent_.front());
      sent_.pop_front();
      return true;
    }
    absl::Status Finish() override { return left_ == 0 ? end_ : absl::OkStatus(); }

   private:
    FakeServer& server_;
    Mutex mutex_;
    CondVar changed_;
    std::deque<IngestArticlesRequest> sent_ ABSL_GUARDED_BY(mutex_);
    int left_;
    const absl::Status end_;
    bool done_ ABSL_GUARDED_BY(mutex_) = false;
    bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  };

  IngestArticlesResponse Take(const IngestArticlesRequest& item) {
    IngestArticlesResponse answer;
    auto& result = *answer.mutable_result();
    result.set_entry_position(item.entry_position() + position_off);
    EXPECT_EQ(item.source(), "sources/archive");
    if (item.article().title().empty()) {
      result.set_outcome(catalog::v1::UPSERT_OUTCOME_REJECTED);
      *result.mutable_error() = error::ToProto(error::EmptyEntry());
    } else if (articles[item.entry_id()]++ == 0) {
      result.set_outcome(catalog::v1::UPSERT_OUTCOME_CREATED);
    } else {
      result.set_outcome(catalog::v1::UPSERT_OUTCOME_UNCHANGED);
    }
    return answer;
  }

  std::map<std::string, int> articles;
  std::atomic<int> writes{0};
  size_t most_ahead = 0;
  size_t answer_from = 1;
  int position_off = 0;
};

class ImporterTest : public ::testing::Test {
 protected:
  ~ImporterTest() override { std::filesystem::remove(path_); }

  void Write(const std::vector<std::string>& lines) {
    std::ofstream out(path_);
    for (const std::string& line : lines) out << line << "\n";
  }
  static std::string LineOf(int i) {
    return absl::StrCat(R"({"id": )", i, R"(, "title": "Title )", i, "\"}");
  }

  // Imports with streams that end after so many answers each, the last one never.
  absl::Status Import(std::vector<int> answers, const absl::Status& end,
                      const ImportProgress& done = {}) {
    const auto lines = LineReader::Open(path_, 10'000);
    EXPECT_THAT(lines, IsOk());
    EXPECT_THAT((*lines)->Skip(done.lines, done.end), IsOk());
    const auto reader = ArticleReader::Create("", BodyForm::kText);
    options_.source = "sources/archive";
    options_.connect = [&]() -> std::unique_ptr<ArticleStream> {
      const int count = answers.empty() ? 1'000'000 : answers.front();
      if (!answers.empty()) answers.erase(answers.begin());
      return std::make_unique<FakeServer::Stream>(server_, count, end);
    };
    options_.on_reject = [&](int64_t line, const absl::Status& why) {
      rejects_.push_back(absl::StrCat(line, ":", std::string(why.message())));
    };
    options_.on_progress = [&](const ImportProgress& progress) { last_ = progress; };
    options_.on_retry = [&](const absl::Status&) { ++retries_; };
    Importer importer(**lines, *reader, options_, done);
    absl::Status status = importer.Run();
    EXPECT_EQ(importer.progress().lines, last_.lines);
    return status;
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / absl::StrCat("dateline-import-", getpid()))
          .string();
  FakeServer server_;
  ImportOptions options_;
  std::vector<std::string> rejects_;
  ImportProgress last_;
  int retries_ = 0;
};

TEST_F(ImporterTest, AccountsForEveryLineInOrder) {
  Write({LineOf(1), "{", "", LineOf(2), R"({"id": "3"})", "[]", LineOf(4)});
  ASSERT_THAT(Import({}, absl::OkStatus()), IsOk());
  EXPECT_EQ(last_.lines, 7);
  EXPECT_EQ(last_.counts.created(), 3);
  EXPECT_EQ(last_.counts.rejected(), 3);
  ASSERT_EQ(rejects_.size(), 3U);
  EXPECT_EQ(rejects_[0], "2:is no JSON, or no UTF-8");
  EXPECT_EQ(rejects_[1].substr(0, 2), "5:");
  EXPECT_EQ(rejects_[2], "6:is no JSON object");
}

TEST_F(ImporterTest, SendsAgainWhatWasNotAcknowledged) {
  std::vector<std::string> lines;
  lines.reserve(5'000);
  for (int i = 0; i < 5'000; ++i) lines.push_back(i % 100 == 50 ? "bad" : LineOf(i));
  Write(lines);
  ASSERT_THAT(Import({0, 700, 1, 1'000, 0}, error::Overloaded(absl::Milliseconds(1))), IsOk());
  EXPECT_EQ(retries_, 5);
  EXPECT_EQ(server_.articles.size(), 4'950U);
  EXPECT_EQ(last_.counts.created(), 4'950);
  EXPECT_EQ(last_.counts.rejected(), 50);
  EXPECT_EQ(rejects_.size(), 50U);
  // How much was on its way when a call broke off is a matter of chance.
  EXPECT_GE(server_.writes, 4'950);
}

TEST_F(ImporterTest, ComesBackToAServerThatWasKilled) {
  Write({LineOf(1), LineOf(2), LineOf(3)});
  // Such an error has no RetryInfo.
  ASSERT_THAT(Import({1, 0}, absl::UnavailableError("connection refused")), IsOk());
  EXPECT_EQ(retries_, 2);
  EXPECT_EQ(server_.articles.size(), 3U);
}

TEST_F(ImporterTest, KeepsNoMoreThanItsBound) {
  std::vector<std::string> lines;
  lines.reserve(10'000);
  for (int i = 0; i < 10'000; ++i) lines.push_back(LineOf(i));
  Write(lines);
  server_.answer_from = Importer::kMaxItems;
  ASSERT_THAT(Import({}, absl::OkStatus()), IsOk());
  EXPECT_EQ(server_.most_ahead, Importer::kMaxItems);
  EXPECT_EQ(server_.articles.size(), 10'000U);
}

TEST_F(ImporterTest, GivesUpWhatCannotBeMended) {
  Write({LineOf(1), LineOf(2)});
  EXPECT_THAT(Import({1}, error::ResourceNotFound("sources/archive")),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(retries_, 0);
  EXPECT_EQ(last_.lines, 1);
}

TEST_F(ImporterTest, GivesUpWhenTheServerStaysAway) {
  Write({LineOf(1)});
  options_.patience = absl::Milliseconds(300);
  EXPECT_THAT(Import(std::vector<int>(100'000, 0), error::Overloaded(absl::Milliseconds(1))),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(retries_, 0);
}

TEST_F(ImporterTest, StopsInGoodOrderAndGoesOn) {
  std::vector<std::string> lines;
  lines.reserve(3'000);
  for (int i = 0; i < 3'000; ++i) lines.push_back(LineOf(i));
  Write(lines);
  std::atomic<bool> stop{false};
  options_.stopped = [&] { return server_.writes >= 1'000 || stop; };
  EXPECT_THAT(Import({}, absl::OkStatus()), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_GE(last_.lines, 1'000);
  EXPECT_LT(last_.lines, 3'000);
  EXPECT_EQ(server_.articles.size(), static_cast<size_t>(last_.counts.created()));
  options_.stopped = [] { return false; };
  ASSERT_THAT(Import({}, absl::OkStatus(), last_), IsOk());
  EXPECT_EQ(last_.lines, 3'000);
  EXPECT_EQ(last_.counts.created(), 3'000);
  EXPECT_EQ(server_.articles.size(), 3'000U);
  EXPECT_EQ(server_.writes, 3'000);
}

TEST_F(ImporterTest, DoesNotBelieveAnswersToOtherLines) {
  Write({LineOf(1), LineOf(2)});
  server_.position_off = 1;
  EXPECT_THAT(Import({}, absl::OkStatus()), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace dateline::cli
