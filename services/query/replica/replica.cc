#include "services/query/replica/replica.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "services/query/replica/store/durable_file.h"

namespace dateline::query::replica {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxWaiters = 10'000;
// A position that no change came with is written at most so often: losing it only means hearing it
// again.
constexpr absl::Duration kIdlePositionInterval = absl::Seconds(5);

}  // namespace

Replica::Replica(std::string folder, Clock* clock)
    : folder_(std::move(folder)),
      machine_clock_(clock),
      clock_(clock),
      waiters_(clock, kMaxWaiters),
      position_(std::make_shared<KnownPosition>()) {}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Open(const std::string& folder, Clock* clock) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot make ", folder, ": ", error.message()));
  }
  std::unique_ptr<Replica> replica(new Replica(folder, clock));
  const absl::Status opened = replica->OpenCurrent();
  if (!opened.ok()) {
    obs::Log(obs::Level::kInfo, "no copy to go on with; one will be made",
             {{"why", opened.message()}});
    replica->RemoveOthers("");
  }
  return replica;
}

absl::Status Replica::OpenCurrent() {
  std::string name;
  std::ifstream(folder_ + "/CURRENT") >> name;
  int number = 0;
  if (!absl::StartsWith(name, "copy-") ||
      !absl::SimpleAtoi(absl::ClippedSubstr(name, 5), &number)) {
    return absl::NotFoundError("there is none");
  }
  next_copy_ = number + 1;
  RemoveOthers(name);
  DATELINE_ASSIGN_OR_RETURN(std::shared_ptr<Store> store,
                            Store::Open(absl::StrCat(folder_, "/", name), /*durable=*/true));
  DATELINE_ASSIGN_OR_RETURN(const CopyState state, ReadCopyState(*store));
  if (!state.complete) return absl::NotFoundError("it is not complete");
  clock_.Observe(state.at);
  {
    MutexLock lock(mutex_);
    current_ = std::move(store);
  }
  Publish(state.position);
  return absl::OkStatus();
}

void Replica::RemoveOthers(const std::string& keep) const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    if (absl::StartsWith(name, "copy-") && name != keep) fs::remove_all(entry.path(), ignored);
  }
}

std::shared_ptr<Store> Replica::current() const {
  MutexLock lock(mutex_);
  return current_;
}

std::shared_ptr<const KnownPosition> Replica::position() const {
  MutexLock lock(mutex_);
  return position_;
}

void Replica::Publish(const content::v1::LogPosition& position) {
  auto known = std::make_shared<KnownPosition>();
  known->position = position;
  known->token = EncodePosition(position);
  {
    MutexLock lock(mutex_);
    position_ = std::move(known);
  }
  waiters_.Reached(position);
}

absl::Status Replica::ApplyAndPublish(const Batch& batch) {
  const std::shared_ptr<Store> store = current();
  if (store == nullptr) return absl::FailedPreconditionError("there is no copy to apply to");
  const absl::Duration now = machine_clock_->Elapsed();
  if (!batch.states.empty() || now - last_stored_ >= kIdlePositionInterval) {
    DATELINE_RETURN_IF_ERROR(Apply(*store, batch));
    last_stored_ = now;
  }
  // After the commit: who learns the position finds what it stands for.
  clock_.Observe(batch.at);
  if (!batch.position.log_id().empty()) Publish(batch.position);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Store>> Replica::BeginCopy() {
  // A copy that was begun and never finished must not fill the disk.
  const std::shared_ptr<Store> serving = current();
  RemoveOthers(serving == nullptr ? "" : fs::path(serving->folder()).filename().string());
  const std::string folder = absl::StrCat(folder_, "/copy-", next_copy_++);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  DATELINE_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, Store::Open(folder, /*durable=*/false));
  return std::shared_ptr<Store>(std::move(store));
}

absl::Status Replica::Swap(std::shared_ptr<Store> copy) {
  DATELINE_RETURN_IF_ERROR(MarkComplete(*copy));
  DATELINE_RETURN_IF_ERROR(copy->MakeDurable());
  DATELINE_ASSIGN_OR_RETURN(const CopyState state, ReadCopyState(*copy));
  const std::string name = fs::path(copy->folder()).filename().string();
  // After a crash the file names the old copy or the new one, never half a name.
  DATELINE_RETURN_IF_ERROR(ReplaceFile(folder_ + "/CURRENT", name + "\n"));
  std::shared_ptr<Store> old;
  {
    MutexLock lock(mutex_);
    old = std::exchange(current_, std::move(copy));
  }
  clock_.Observe(state.at);
  Publish(state.position);
  if (old != nullptr) {
    // Open files stay readable for those who still hold the store.
    std::error_code ignored;
    fs::remove_all(old->folder(), ignored);
  }
  return absl::OkStatus();
}

}  // namespace dateline::query::replica
