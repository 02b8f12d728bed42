#ifndef DATELINE_SERVICES_CATALOG_WEBHOOKS_SIGNATURE_H_
#define DATELINE_SERVICES_CATALOG_WEBHOOKS_SIGNATURE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// How calls are signed: the scheme of the Standard Webhooks specification. Pure.
namespace dateline::catalog::webhooks {

// The key in a secret, which is `whsec_` and the base64 of 24 to 64 bytes; nullopt if it is not.
std::optional<std::string> KeyOf(absl::string_view secret);

// The header `webhook-signature`: `v1,` and the base64 of the HMAC-SHA256 of id, time and body.
std::string Sign(absl::string_view key, absl::string_view id, int64_t unix_seconds,
                 absl::string_view body);

}  // namespace dateline::catalog::webhooks

#endif  // DATELINE_SERVICES_CATALOG_WEBHOOKS_SIGNATURE_H_
