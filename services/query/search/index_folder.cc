#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/query/search/index.h"

namespace dateline::query::search {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kPrefix = "index-";
constexpr absl::string_view kNew = "new";
constexpr absl::string_view kBuild = "build";

absl::Status Failed(absl::string_view what, const std::string& path, const std::error_code& error) {
  return absl::UnavailableError(absl::StrCat("cannot ", what, " ", path, ": ", error.message()));
}

std::string PathOf(const std::string& folder, int number) {
  return absl::StrCat(folder, "/", kPrefix, number);
}

}  // namespace

std::string IndexFolder::path() const {
  MutexLock lock(mutex_);
  return number_ == 0 ? std::string() : PathOf(folder_, number_);
}

absl::Status IndexFolder::Open() {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return Failed("make", folder_, error);
  MutexLock lock(mutex_);
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    int number = 0;
    if (absl::StartsWith(name, kPrefix) &&
        absl::SimpleAtoi(absl::ClippedSubstr(name, kPrefix.size()), &number)) {
      number_ = std::max(number_, number);
    }
  }
  if (error) return Failed("list", folder_, error);
  const std::string kept = absl::StrCat(kPrefix, number_);
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    std::error_code failed;
    if (entry.path().filename().string() != kept) fs::remove_all(entry.path(), failed);
    if (failed) return Failed("remove", entry.path().string(), failed);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> IndexFolder::BeginNew() { return Begin(kNew); }
absl::StatusOr<std::string> IndexFolder::BeginBuild() { return Begin(kBuild); }

absl::StatusOr<std::string> IndexFolder::Begin(absl::string_view name) {
  std::string path = absl::StrCat(folder_, "/", name);
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return Failed("remove", path, error);
  return path;
}

absl::Status IndexFolder::Replace() {
  MutexLock lock(mutex_);
  std::error_code error;
  fs::rename(absl::StrCat(folder_, "/", kNew), PathOf(folder_, number_ + 1), error);
  if (error) return Failed("rename", folder_, error);
  // A start between these steps removes what is not in use.
  fs::remove_all(absl::StrCat(folder_, "/", kBuild), error);
  if (error) return Failed("remove", folder_, error);
  const int old = number_++;
  if (old > 0) fs::remove_all(PathOf(folder_, old), error);
  return error ? Failed("remove", PathOf(folder_, old), error) : absl::OkStatus();
}

int64_t IndexFolder::SizeBytes() const {
  int64_t size = 0;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder_, error)) {
    std::error_code gone;
    const auto bytes = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
    if (!gone) size += static_cast<int64_t>(bytes);
  }
  return size;
}

}  // namespace dateline::query::search
