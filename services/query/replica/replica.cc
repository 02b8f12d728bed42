#include "services/query/replica/replica.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "services/query/replica/apply/clean_copy.h"
#include "services/query/replica/apply/training.h"
#include "services/query/replica/store/durable_file.h"

namespace dateline::query::replica {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxWaiters = 10'000;
// How long a replica may have been away for the machine's clock to tell how long it was.
constexpr absl::Duration kMaxAway = absl::Minutes(10);
// A position that no change came with is written at most so often: losing it only means hearing it
// again.
constexpr absl::Duration kIdlePositionInterval = absl::Seconds(5);

// How long ago a copy was written, by this machine's clock; zero if that is not to be believed.
absl::Duration SinceWritten(const std::string& copy, absl::Time now) {
  struct stat file {};
  if (::stat((copy + "/data.mdb").c_str(), &file) != 0) return absl::ZeroDuration();
  const absl::Duration since = now - absl::TimeFromTimespec(file.st_mtim);
  return since <= kMaxAway ? std::max(since, absl::ZeroDuration()) : absl::ZeroDuration();
}

}  // namespace

Replica::Replica(std::string folder, Clock* clock)
    : folder_(std::move(folder)),
      ends_(folder_),
      machine_clock_(clock),
      clock_(clock),
      waiters_(clock, kMaxWaiters),
      position_(std::make_shared<KnownPosition>()) {}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Open(const std::string& folder, Clock* clock,
                                                       absl::Duration max_age) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot make ", folder, ": ", error.message()));
  }
  std::unique_ptr<Replica> replica(new Replica(folder, clock));
  const absl::Status opened = replica->OpenCurrent(max_age);
  if (!opened.ok()) {
    const bool damaged = absl::IsDataLoss(opened);
    obs::Log(damaged ? obs::Level::kError : obs::Level::kInfo,
             "no copy to go on with; one will be made", {{"why", opened.message()}});
    MutexLock lock(replica->mutex_);
    if (damaged) replica->damaged_ = opened;
    DATELINE_RETURN_IF_ERROR(replica->RemoveOthers(""));
  }
  return replica;
}

absl::Status Replica::OpenCurrent(absl::Duration max_age) {
  std::string name;
  std::ifstream(folder_ + "/CURRENT") >> name;
  int number = 0;
  if (!absl::StartsWith(name, "copy-") ||
      !absl::SimpleAtoi(absl::ClippedSubstr(name, 5), &number)) {
    return absl::NotFoundError("there is none");
  }
  next_copy_ = number + 1;
  const absl::Status removed = RemoveOthers(name);
  // Before it is opened, which may write to it.
  const absl::Duration away = SinceWritten(absl::StrCat(folder_, "/", name), machine_clock_->Now());
  DATELINE_ASSIGN_OR_RETURN(
      std::shared_ptr<Store> store,
      Store::Open(absl::StrCat(folder_, "/", name), /*durable=*/true,
                  ends_.unclean() >= 2 ? PageCheck::kAll : PageCheck::kBranches));
  DATELINE_ASSIGN_OR_RETURN(const CopyState state, ReadCopyState(*store));
  if (!state.complete) return absl::NotFoundError("it is not complete");
  // What ended meanwhile must not come back while the catalog is away.
  clock_.Observe(state.at + away);
  {
    MutexLock lock(mutex_);
    held_ = std::move(store);
    removed_ = removed;
    serving_ = machine_clock_->Now() - state.at <= max_age;
  }
  Publish(state.position);
  return absl::OkStatus();
}

absl::Status Replica::RemoveOthers(const std::string& keep) const {
  absl::Status removed;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (!absl::StartsWith(name, "copy-") || name == keep) continue;
    std::error_code failed;
    fs::remove_all(entry.path(), failed);
    if (failed) {
      removed =
          absl::UnavailableError(absl::StrCat("cannot remove ", name, ": ", failed.message()));
    }
  }
  if (error)
    removed = absl::UnavailableError(absl::StrCat("cannot list copies: ", error.message()));
  return removed;
}

std::shared_ptr<Store> Replica::current() const {
  MutexLock lock(mutex_);
  return serving_ ? held_ : nullptr;
}

std::shared_ptr<Store> Replica::held() const {
  MutexLock lock(mutex_);
  return held_;
}

void Replica::StartServing() {
  MutexLock lock(mutex_);
  serving_ = true;
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
  MutexLock lock(listeners_mutex_);
  for (const auto& [number, listener] : listeners_) listener();
}

int Replica::AddListener(std::function<void()> listener) {
  MutexLock lock(listeners_mutex_);
  listeners_.emplace(next_listener_, std::move(listener));
  return next_listener_++;
}

void Replica::RemoveListener(int listener) {
  MutexLock lock(listeners_mutex_);
  listeners_.erase(listener);
}

absl::Status Replica::ApplyAndPublish(const Batch& batch) {
  const std::shared_ptr<Store> store = held();
  if (store == nullptr) return absl::FailedPreconditionError("there is no copy to apply to");
  const absl::Duration now = machine_clock_->Elapsed();
  // What time turns is written when it turns, so that the journal tells it.
  if (!batch.states.empty() || now - last_stored_ >= kIdlePositionInterval ||
      IsDue(*store, batch.at)) {
    DATELINE_RETURN_IF_ERROR(Apply(*store, batch));
    last_stored_ = now;
  }
  // After the commit: who learns the position finds what it stands for.
  clock_.Observe(batch.at);
  if (!batch.position.log_id().empty()) Publish(batch.position);
  return absl::OkStatus();
}

absl::Status Replica::Reconcile(const Batch& batch) {
  const std::shared_ptr<Store> store = held();
  if (store == nullptr) return absl::FailedPreconditionError("there is no copy to reconcile");
  if (batch.states.empty() && batch.position.log_id().empty()) return absl::OkStatus();
  DATELINE_RETURN_IF_ERROR(Apply(*store, batch));
  clock_.Observe(batch.at);
  if (!batch.position.log_id().empty()) Publish(batch.position);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Store>> Replica::BeginCopy() {
  // A copy that was begun and never finished must not fill the disk.
  const std::shared_ptr<Store> kept = held();
  DATELINE_RETURN_IF_ERROR(
      RemoveOthers(kept == nullptr ? "" : fs::path(kept->folder()).filename().string()));
  const std::string folder = absl::StrCat(folder_, "/copy-", next_copy_++);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  DATELINE_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, Store::Open(folder, /*durable=*/false));
  return std::shared_ptr<Store>(std::move(store));
}

absl::Status Replica::Swap(std::shared_ptr<Store> copy, bool serves) {
  DATELINE_RETURN_IF_ERROR(MarkComplete(*copy));
  DATELINE_RETURN_IF_ERROR(copy->MakeDurable());
  DATELINE_ASSIGN_OR_RETURN(const CopyState state, ReadCopyState(*copy));
  const std::string name = fs::path(copy->folder()).filename().string();
  // After a crash the file names the old copy or the new one, never half a name.
  DATELINE_RETURN_IF_ERROR(ReplaceFile(folder_ + "/CURRENT", name + "\n"));
  std::shared_ptr<Store> old;
  {
    MutexLock lock(mutex_);
    old = std::exchange(held_, std::move(copy));
    damaged_ = absl::OkStatus();
    serving_ = serves;
  }
  clock_.Observe(state.at);
  Publish(state.position);
  // Open files stay readable for those who still hold the store.
  const absl::Status removed = RemoveOthers(name);
  if (!removed.ok()) obs::Log(obs::Level::kError, removed.message(), {});
  MutexLock lock(mutex_);
  removed_ = removed;
  return absl::OkStatus();
}

absl::StatusOr<OwedReceipts> Replica::owed_receipts() const {
  std::shared_ptr<Store> store;
  {
    MutexLock lock(mutex_);
    DATELINE_RETURN_IF_ERROR(removed_);
    store = held_;
  }
  if (store == nullptr) return OwedReceipts();
  return ReadOwedReceipts(*store);
}

absl::Status Replica::ForgetReceipts(const std::vector<std::string>& articles) const {
  const std::shared_ptr<Store> store = held();
  return store == nullptr ? absl::OkStatus() : replica::ForgetReceipts(*store, articles);
}

absl::Status Replica::CheckCopy() const {
  std::shared_ptr<Store> store;
  {
    MutexLock lock(mutex_);
    DATELINE_RETURN_IF_ERROR(damaged_);
    store = held_;
  }
  return store == nullptr ? absl::OkStatus() : store->Check();
}

bool Replica::needs_compaction() const {
  const std::shared_ptr<Store> store = held();
  return store != nullptr && (HasUnclean(*store).value_or(false) || WantsDictionary(*store));
}

absl::Status Replica::Compact(absl::FunctionRef<absl::Status()> check) {
  const std::shared_ptr<Store> store = held();
  if (store == nullptr) return absl::OkStatus();
  // What is in memory only goes with it: Swap goes on from what the new copy says.
  DATELINE_RETURN_IF_ERROR(Apply(*store, Batch{{}, position()->position}));
  DATELINE_ASSIGN_OR_RETURN(std::shared_ptr<Store> copy, BeginCopy());
  absl::Status copied = CopyClean(*store, *copy, check);
  if (copied.ok()) return Swap(std::move(copy), /*serves=*/current() != nullptr);
  if (absl::IsDataLoss(copied)) store->NoteDamage();
  // It may be the disk that is full.
  copy.reset();
  DATELINE_RETURN_IF_ERROR(RemoveOthers(fs::path(store->folder()).filename().string()));
  return copied;
}

}  // namespace dateline::query::replica
