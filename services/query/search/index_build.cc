#include "services/query/search/index_build.h"

#include <sys/resource.h>

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace dateline::query::search {
namespace {

// Below threads that answer calls (nice(2)).
constexpr int kNice = 10;

}  // namespace

IndexBuild::IndexBuild(std::string path, size_t part_bytes)
    : path_(std::move(path)), part_bytes_(part_bytes) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Run(); });
}

IndexBuild::~IndexBuild() {
  {
    MutexLock lock(mutex_);
    waiting_.clear();
  }
  Join();
}

absl::Status IndexBuild::Add(Articles articles) {
  MutexLock lock(mutex_);
  while (waiting_.size() >= kThreads && status_.ok()) changed_.Wait(mutex_);
  DATELINE_RETURN_IF_ERROR(status_);
  waiting_.push_back(std::move(articles));
  changed_.SignalAll();
  return absl::OkStatus();
}

void IndexBuild::Join() {
  {
    MutexLock lock(mutex_);
    ended_ = true;
    changed_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void IndexBuild::Run() {
  // Linux takes it for the calling thread alone. Without it the index is made all the same.
  setpriority(PRIO_PROCESS, 0, kNice);
  std::unique_ptr<IndexWriter> part;
  for (;;) {
    Articles articles;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !ended_) changed_.Wait(mutex_);
      if (waiting_.empty() || !status_.ok()) break;
      articles = std::move(waiting_.front());
      waiting_.pop_front();
      changed_.SignalAll();
    }
    const absl::Status written = Write(articles, &part);
    if (written.ok()) continue;
    MutexLock lock(mutex_);
    status_.Update(written);
    changed_.SignalAll();
    break;
  }
  if (part == nullptr) return;
  const absl::Status flushed = part->Flush();
  MutexLock lock(mutex_);
  status_.Update(flushed);
}

absl::Status IndexBuild::Write(const Articles& articles, std::unique_ptr<IndexWriter>* part) {
  for (const IndexedArticle& article : articles) {
    if (*part != nullptr && (*part)->written_bytes() >= part_bytes_) {
      DATELINE_RETURN_IF_ERROR((*part)->Flush());
      part->reset();
    }
    if (*part == nullptr) {
      DATELINE_ASSIGN_OR_RETURN(*part, NewPart());
    }
    DATELINE_RETURN_IF_ERROR((*part)->Add(article));
    if ((*part)->pending_bytes() >= kCommitBytes) DATELINE_RETURN_IF_ERROR((*part)->Flush());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<IndexWriter>> IndexBuild::NewPart() {
  std::string path;
  {
    MutexLock lock(mutex_);
    path = absl::StrCat(path_, "/", parts_.size());
    parts_.push_back(path);
  }
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  return IndexWriter::Open(path, /*durable=*/false);
}

absl::Status IndexBuild::Finish(const IndexState& state, const std::string& path) {
  Join();
  {
    MutexLock lock(mutex_);
    DATELINE_RETURN_IF_ERROR(status_);
  }
  // Only one part may have a state; an empty index has it, too.
  DATELINE_ASSIGN_OR_RETURN(std::unique_ptr<IndexWriter> last, NewPart());
  DATELINE_RETURN_IF_ERROR(last->Commit(state));
  last.reset();
  MutexLock lock(mutex_);
  return IndexWriter::Merge(parts_, path);
}

}  // namespace dateline::query::search
