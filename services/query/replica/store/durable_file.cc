#include "services/query/replica/store/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace dateline::query::replica {
namespace {

absl::Status Failed(absl::string_view step, const std::string& path) {
  const int error = errno;
  return absl::UnavailableError(
      absl::StrCat("cannot ", step, " ", path, ": ", std::generic_category().message(error)));
}

absl::Status WriteAll(int file, const std::string& path, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Failed("write", path);
    text.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status SyncAt(const std::string& path, int flags, absl::string_view text) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0) return Failed("open", path);
  const absl::Cleanup close = [file] { ::close(file); };
  DATELINE_RETURN_IF_ERROR(WriteAll(file, path, text));
  return ::fsync(file) == 0 ? absl::OkStatus() : Failed("sync", path);
}

}  // namespace

absl::Status ReplaceFile(const std::string& path, absl::string_view text) {
  const std::string aside = path + ".new";
  DATELINE_RETURN_IF_ERROR(SyncAt(aside, O_WRONLY | O_CREAT | O_TRUNC, text));
  if (std::rename(aside.c_str(), path.c_str()) != 0) return Failed("rename", aside);
  // The folder holds the name: without this the rename may be lost.
  return SyncAt(std::filesystem::path(path).parent_path().string(), O_RDONLY | O_DIRECTORY, "");
}

}  // namespace dateline::query::replica
