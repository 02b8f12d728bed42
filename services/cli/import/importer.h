#ifndef DATELINE_SERVICES_CLI_IMPORT_IMPORTER_H_
#define DATELINE_SERVICES_CLI_IMPORT_IMPORTER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "services/cli/import/article_json.h"
#include "services/cli/import/article_stream.h"
#include "services/cli/import/line_reader.h"

namespace dateline::cli {

// How far an import is: what is said of the lines up to `lines`, and of no other.
struct ImportProgress {
  int64_t lines = 0;
  int64_t end = 0;  // see Line::end
  ingestion::v1::OutcomeCounts counts;
  double fraction = 0;  // see LineReader::Fraction
};

// How an import runs.
struct ImportOptions {
  std::string source;  // `sources/{id}`
  // Gives up after so long without an acknowledgement.
  absl::Duration patience = absl::Seconds(60);
  // Whether to stop: what was sent is waited for, nothing more is read.
  std::function<bool()> stopped = [] { return false; };
  std::function<std::unique_ptr<ArticleStream>()> connect;
  // A line that was not taken, in order, once. The next three are called one at a time.
  std::function<void(int64_t line, const absl::Status& why)> on_reject;
  std::function<void(const ImportProgress&)> on_progress;
  // The stream has ended with an error; another one will be tried.
  std::function<void(const absl::Status& why)> on_retry;
};

// Sends the articles of a file and accounts for every line. What was sent and not acknowledged is
// kept, so that it can be sent again when the server has gone and come back; that is at most
// kMaxItems and about kMaxBytes.
class Importer {
 public:
  static constexpr size_t kMaxItems = 2'000;
  static constexpr size_t kMaxBytes = size_t{32} << 20;

  // All must outlive it. `done` is where `lines` is.
  Importer(LineReader& lines, const ArticleReader& articles, ImportOptions options,
           ImportProgress done);

  // Runs to the end of the file. CANCELLED if it was stopped before; what the server said if it
  // refuses the stream or stays away; DATA_LOSS if the file is damaged. What was acknowledged until
  // then is done.
  absl::Status Run();

  ImportProgress progress();

 private:
  // A line on its way, or refused here already.
  struct Pending {
    int64_t line = 0;
    int64_t end = 0;
    size_t bytes = 0;
    ingestion::v1::IngestArticlesRequest request;
    absl::Status refused;
  };
  using PendingPtr = std::shared_ptr<Pending>;

  absl::Status RunStream();
  absl::Status WriteItems(ArticleStream& stream);
  void ReadAnswers(ArticleStream& stream);
  // The next line to send: one that was sent before, else the file's next. Null at the end, when
  // the stream is broken or the import is stopped.
  absl::StatusOr<PendingPtr> NextToSend();
  absl::StatusOr<bool> ReadLine();
  absl::Status Settle(const ingestion::v1::IngestArticlesResponse& answer);
  void CountDone(const Pending& pending, const absl::Status& why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PopRefused() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  LineReader& lines_;
  const ArticleReader& articles_;
  const ImportOptions options_;
  bool at_end_ = false;  // of the file

  Mutex mutex_;
  CondVar changed_;
  std::deque<PendingPtr> pending_ ABSL_GUARDED_BY(mutex_);  // in the order of lines
  size_t pending_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;  // of pending_, on the present stream
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status mismatch_ ABSL_GUARDED_BY(mutex_);
  ImportProgress progress_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_IMPORT_IMPORTER_H_
