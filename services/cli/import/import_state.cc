#include "services/cli/import/import_state.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/fnv.h"
#include "google/protobuf/util/json_util.h"

namespace dateline::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

}  // namespace

ImportState::ImportState(const std::string& folder, const std::string& file,
                         const std::string& options) {
  std::error_code error;
  const fs::path absolute = fs::weakly_canonical(file, error);
  const auto size = fs::file_size(file, error);
  const auto time = fs::last_write_time(file, error).time_since_epoch().count();
  const uint64_t hash =
      Fnv64(absl::StrCat(absolute.string(), "\n", size, "\n", time, "\n", options));
  path_ = absl::StrFormat("%s/import-%016x.json", folder, hash);
}

std::optional<ImportProgress> ImportState::Load() const {
  std::ifstream in(path_);
  if (!in) return std::nullopt;
  const Json json = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("lines") || !json["lines"].is_number_integer() ||
      !json.contains("end") || !json["end"].is_number_integer() || !json.contains("counts")) {
    return std::nullopt;
  }
  ImportProgress progress;
  progress.lines = json["lines"].get<int64_t>();
  progress.end = json["end"].get<int64_t>();
  if (!google::protobuf::util::JsonStringToMessage(json["counts"].dump(), &progress.counts).ok()) {
    return std::nullopt;
  }
  return progress;
}

absl::Status ImportState::Save(const ImportProgress& progress) const {
  std::error_code error;
  fs::create_directories(fs::path(path_).parent_path(), error);
  std::string counts;
  if (!google::protobuf::util::MessageToJsonString(progress.counts, &counts).ok()) {
    return absl::InternalError("counts cannot be written as JSON");
  }
  const std::string part = absl::StrCat(path_, ".", getpid());
  std::ofstream out(part);
  out << absl::StrFormat("{\"lines\": %d, \"end\": %d, \"counts\": %s}\n", progress.lines,
                         progress.end, counts);
  out.close();
  if (out) fs::rename(part, path_, error);
  if (!out || error) return absl::UnavailableError(absl::StrCat("cannot write ", path_));
  return absl::OkStatus();
}

void ImportState::Forget() const {
  std::error_code error;
  fs::remove(path_, error);
}

std::string StateFolder(const std::string& xdg_state_home, const std::string& home) {
  if (!xdg_state_home.empty()) return absl::StrCat(xdg_state_home, "/dateline");
  if (!home.empty()) return absl::StrCat(home, "/.local/state/dateline");
  std::error_code error;
  return absl::StrCat(fs::temp_directory_path(error).string(), "/dateline");
}

}  // namespace dateline::cli
