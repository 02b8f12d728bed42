#ifndef DATELINE_SERVICES_INGESTION_WEBSUB_SIGNATURE_H_
#define DATELINE_SERVICES_INGESTION_WEBSUB_SIGNATURE_H_

#include "absl/strings/string_view.h"

namespace dateline::ingestion::websub {

// Whether an X-Hub-Signature header (WebSub, section 7.1) is the HMAC of `body` under `secret`:
// `method=hex` with the methods sha1, sha256, sha384 and sha512. Compared in constant time. An
// empty secret fits nothing. Pure.
bool SignatureFits(absl::string_view header, absl::string_view secret, absl::string_view body);

}  // namespace dateline::ingestion::websub

#endif  // DATELINE_SERVICES_INGESTION_WEBSUB_SIGNATURE_H_
