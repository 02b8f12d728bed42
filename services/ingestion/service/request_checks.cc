#include "services/ingestion/service/request_checks.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/text_rules.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/http/url.h"

namespace dateline::ingestion::service {

namespace {

// Whether `name` is `collection/{id}`.
bool IsResourceName(absl::string_view name, absl::string_view collection) {
  return absl::ConsumePrefix(&name, collection) && absl::ConsumePrefix(&name, "/") &&
         api::IsResourceId(name);
}

}  // namespace

absl::Status CheckName(absl::string_view field, absl::string_view name,
                       absl::string_view collection) {
  if (IsResourceName(name, collection)) return absl::OkStatus();
  return error::InvalidField(field, absl::StrCat("must be ", collection, "/{id}"));
}

absl::Status CheckAddress(absl::string_view field, const std::string& url) {
  if (http::ParseAddress(url).has_value()) return absl::OkStatus();
  return error::InvalidField(
      field, absl::StrCat("must be an absolute http or https address without a user name, of ",
                          limits::kMaxUrlBytes, " bytes at most"));
}

}  // namespace dateline::ingestion::service
