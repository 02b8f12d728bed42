#include "services/query/service/request_checks.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/utf8.h"

namespace dateline::query::service {
namespace {

// The longest id has 63 bytes; room for longer collections and for catalogs of other versions.
constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxTermBytes = 256;

// Bytes are said by their place and never repeated.
absl::Status CheckText(absl::string_view field, absl::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return error::InvalidField(field,
                               absl::StrCat("has ", text.size(), " bytes, more than ", max_bytes));
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) {
      return error::InvalidField(field, absl::StrCat("has a control character at byte ", i));
    }
  }
  if (!text::IsValidUtf8(text)) return error::InvalidField(field, "is not UTF-8");
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckName(absl::string_view field, absl::string_view collection,
                       absl::string_view name) {
  DATELINE_RETURN_IF_ERROR(CheckText(field, name, kMaxNameBytes));
  const std::string prefix = absl::StrCat(collection, "/");
  if (absl::StartsWith(name, prefix) && name.size() > prefix.size()) return absl::OkStatus();
  return error::InvalidField(field, absl::StrCat("must be a name such as ", prefix, "{id}"));
}

absl::Status CheckTerm(absl::string_view field, absl::string_view term) {
  return CheckText(field, term, kMaxTermBytes);
}

}  // namespace dateline::query::service
