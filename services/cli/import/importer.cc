#include "services/cli/import/importer.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/api/outcome_counts.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/base/worker.h"
#include "common/errors/details.h"
#include "common/errors/status_proto.h"

namespace dateline::cli {
namespace {

using ingestion::v1::IngestArticlesRequest;
using ingestion::v1::IngestArticlesResponse;
using ingestion::v1::OutcomeCounts;

constexpr absl::Duration kFirstWait = absl::Milliseconds(100);
constexpr absl::Duration kLongestWait = absl::Seconds(5);
// How soon it is seen that the import is to stop.
constexpr absl::Duration kStopCheck = absl::Milliseconds(50);

// What another attempt cannot mend.
bool IsFinal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

bool IsBlank(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; });
}

}  // namespace

Importer::Importer(LineReader& lines, const ArticleReader& articles, ImportOptions options,
                   ImportProgress done)
    : lines_(lines), articles_(articles), options_(std::move(options)), progress_(done) {}

ImportProgress Importer::progress() {
  MutexLock lock(mutex_);
  return progress_;
}

absl::Status Importer::Run() {
  int failures = 0;
  absl::Duration last_progress = RealClock()->Elapsed();
  int64_t lines = progress().lines;
  while (true) {
    const absl::Status status = RunStream();
    if (status.ok()) {
      if (at_end_) return absl::OkStatus();
      return absl::CancelledError(absl::StrCat("stopped behind line ", progress().lines));
    }
    if (IsFinal(status)) return status;
    if (const int64_t now = progress().lines; now > lines) {
      lines = now;
      failures = 0;
      last_progress = RealClock()->Elapsed();
    }
    if (options_.stopped() || RealClock()->Elapsed() - last_progress > options_.patience) {
      return status;
    }
    options_.on_retry(status);
    // One that was killed has not said how long.
    const absl::Duration said = error::RetryDelayOf(status);
    const absl::Duration asked = said == absl::InfiniteDuration() ? kFirstWait : said;
    const absl::Duration end =
        RealClock()->Elapsed() + BackOff(std::max(asked, kFirstWait), failures++, kLongestWait);
    while (RealClock()->Elapsed() < end && !options_.stopped()) {
      absl::SleepFor(std::min(kStopCheck, end - RealClock()->Elapsed()));
    }
  }
}

absl::Status Importer::RunStream() {
  const std::unique_ptr<ArticleStream> stream = options_.connect();
  {
    MutexLock lock(mutex_);
    sent_ = 0;
    broken_ = false;
  }
  std::thread reader([&] { ReadAnswers(*stream); });
  const absl::Status written = WriteItems(*stream);
  // What was sent is answered, whatever became of the file.
  stream->WritesDone();
  reader.join();
  const absl::Status ended = stream->Finish();
  MutexLock lock(mutex_);
  if (!mismatch_.ok()) return mismatch_;
  if (!ended.ok()) return ended;
  if (!written.ok()) return written;
  if (!pending_.empty()) return absl::UnavailableError("the server ended the stream early");
  return absl::OkStatus();
}

absl::Status Importer::WriteItems(ArticleStream& stream) {
  while (true) {
    DATELINE_ASSIGN_OR_RETURN(const PendingPtr next, NextToSend());
    // A false Write is found out by the reader as well, which knows why.
    if (next == nullptr || !stream.Write(next->request)) return absl::OkStatus();
  }
}

absl::StatusOr<Importer::PendingPtr> Importer::NextToSend() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!broken_ && sent_ == pending_.size() && !options_.stopped() && !at_end_ &&
             (pending_.size() >= kMaxItems || pending_bytes_ >= kMaxBytes)) {
        changed_.WaitFor(mutex_, kStopCheck);
      }
      if (broken_) return PendingPtr();
      PopRefused();
      while (sent_ < pending_.size()) {
        const PendingPtr& next = pending_[sent_++];
        if (next->refused.ok()) return next;
      }
    }
    if (at_end_ || options_.stopped()) return PendingPtr();
    DATELINE_ASSIGN_OR_RETURN(const bool more, ReadLine());
    if (!more) at_end_ = true;
  }
}

// Reads a line into pending_; false at the end of the file.
absl::StatusOr<bool> Importer::ReadLine() {
  Line line;
  DATELINE_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
  if (!more) return false;
  // As an empty line at the end has nothing to say.
  if (IsBlank(line.text) && !line.too_long) return true;
  auto pending = std::make_shared<Pending>();
  pending->line = line.number;
  pending->end = line.end;
  if (line.too_long) {
    pending->refused = absl::InvalidArgumentError(
        absl::StrCat("has more than ", limits::kMaxDocumentBytes, " bytes"));
  } else {
    absl::StatusOr<IngestArticlesRequest> request = articles_.Read(line.text);
    if (request.ok()) {
      pending->request = *std::move(request);
      pending->request.set_source(options_.source);
      pending->request.set_entry_position(static_cast<int32_t>(line.number));
    } else {
      pending->refused = request.status();
    }
  }
  pending->bytes = pending->refused.ok() ? line.text.size() : 0;
  const double fraction = lines_.Fraction();
  MutexLock lock(mutex_);
  progress_.fraction = fraction;
  pending_bytes_ += pending->bytes;
  pending_.push_back(std::move(pending));
  return true;
}

void Importer::ReadAnswers(ArticleStream& stream) {
  IngestArticlesResponse answer;
  while (stream.Read(&answer)) {
    if (!Settle(answer).ok()) break;
  }
  MutexLock lock(mutex_);
  broken_ = true;
  changed_.SignalAll();
}

absl::Status Importer::Settle(const IngestArticlesResponse& answer) {
  MutexLock lock(mutex_);
  PopRefused();
  if (pending_.empty() || sent_ == 0 ||
      static_cast<int32_t>(pending_.front()->line) != answer.result().entry_position()) {
    mismatch_ = absl::DataLossError("the server's answers do not follow what was sent");
    return mismatch_;
  }
  const PendingPtr done = std::move(pending_.front());
  pending_.pop_front();
  --sent_;
  pending_bytes_ -= done->bytes;
  api::CountOutcome(answer.result().outcome(), &progress_.counts);
  CountDone(*done, answer.result().outcome() == catalog::v1::UPSERT_OUTCOME_REJECTED
                       ? error::FromProto(answer.result().error())
                       : absl::OkStatus());
  PopRefused();
  changed_.SignalAll();
  return absl::OkStatus();
}

void Importer::CountDone(const Pending& pending, const absl::Status& why) {
  progress_.lines = pending.line;
  progress_.end = pending.end;
  if (!why.ok()) options_.on_reject(pending.line, why);
  options_.on_progress(progress_);
}

// What was refused here waits for the lines before it, so that `lines` stays true.
void Importer::PopRefused() {
  while (!pending_.empty() && !pending_.front()->refused.ok()) {
    const PendingPtr done = std::move(pending_.front());
    pending_.pop_front();
    if (sent_ > 0) --sent_;
    api::CountOutcome(catalog::v1::UPSERT_OUTCOME_REJECTED, &progress_.counts);
    CountDone(*done, done->refused);
  }
}

}  // namespace dateline::cli
