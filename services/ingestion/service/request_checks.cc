#include "services/ingestion/service/request_checks.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/http/url.h"

namespace dateline::ingestion::service {
namespace {

bool IsIdCharacter(char c) {
  const auto u = static_cast<unsigned char>(c);
  return absl::ascii_islower(u) || absl::ascii_isdigit(u);
}

}  // namespace

bool IsResourceId(absl::string_view id) {
  return !id.empty() && id.size() <= static_cast<size_t>(limits::kMaxIdLength) &&
         IsIdCharacter(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) { return IsIdCharacter(c) || c == '-'; });
}

bool IsResourceName(absl::string_view name, absl::string_view collection) {
  return absl::ConsumePrefix(&name, collection) && absl::ConsumePrefix(&name, "/") &&
         IsResourceId(name);
}

absl::Status CheckName(absl::string_view field, absl::string_view name,
                       absl::string_view collection) {
  if (IsResourceName(name, collection)) return absl::OkStatus();
  return error::InvalidField(field, absl::StrCat("must be ", collection, "/{id}"));
}

absl::Status CheckAddress(absl::string_view field, const std::string& url) {
  if (http::Url::Parse(url).has_value()) return absl::OkStatus();
  return error::InvalidField(
      field, absl::StrCat("must be an absolute http or https address without a user name, of ",
                          limits::kMaxUrlBytes, " bytes at most"));
}

int PageSizeOf(int requested) {
  return requested == 0 ? limits::kDefaultPageSize : std::min(requested, limits::kMaxPageSize);
}

}  // namespace dateline::ingestion::service
