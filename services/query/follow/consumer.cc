#include "services/query/follow/consumer.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/names.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/text/slug.h"
#include "services/query/replica/store/durable_file.h"

namespace dateline::query::follow {
namespace {

// An id has at most 63 characters, of which the folder's own takes 26.
constexpr size_t kMaxHost = 28;

}  // namespace

absl::StatusOr<std::string> ConsumerName(const std::string& folder, const std::string& host) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string path = folder + "/CONSUMER";
  std::string id;
  std::ifstream(path) >> id;
  if (!api::IsValidId(id) || id.size() != NewId().size()) {
    id = NewId();
    DATELINE_RETURN_IF_ERROR(replica::ReplaceFile(path, id + "\n"));
  }
  const std::string slug = text::Slugify(host).substr(0, kMaxHost);
  const absl::string_view machine = absl::StripSuffix(slug, "-");
  return api::MakeName(api::kConsumers,
                       absl::StrCat("query-", machine, machine.empty() ? "" : "-", id));
}

}  // namespace dateline::query::follow
