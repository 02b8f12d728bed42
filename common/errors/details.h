#ifndef DATELINE_COMMON_ERRORS_DETAILS_H_
#define DATELINE_COMMON_ERRORS_DETAILS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dateline/errors/v1/error_reason.pb.h"
#include "google/rpc/error_details.pb.h"

// How details travel in an absl::Status: as payloads, keyed by the type URL of the google.rpc
// message, so that the transport hands them on without knowing them. Errors are made by errors.h,
// not here.
namespace dateline::error {

// The domain of every ErrorInfo that Dateline sends.
inline constexpr char kDomain[] = "dateline";

// Key and value of ErrorInfo's metadata (AIP-193: every variable of the message is there too).
using Metadata = std::vector<std::pair<std::string, std::string>>;

// How much of what a caller sent an error repeats, in bytes: of a value in its text, in its
// metadata, of a field's path, of why it is wrong; and of all violations together.
inline constexpr size_t kMaxQuotedBytes = 128;
inline constexpr size_t kMaxMetadataBytes = 256;
inline constexpr size_t kMaxFieldPathBytes = 128;
inline constexpr size_t kMaxWhyBytes = 256;
inline constexpr size_t kMaxViolationsBytes = 2'048;

// A status with its one ErrorInfo. `message` and the metadata's values are cut and escaped (see
// Excerpt): at most limits::kMaxErrorMessageBytes and kMaxMetadataBytes.
absl::Status Make(absl::StatusCode code, errors::v1::ErrorReason reason, absl::string_view message,
                  const Metadata& metadata = {});

// The same with RetryInfo: the caller may try again after `retry_delay`.
absl::Status MakeRetryable(absl::StatusCode code, errors::v1::ErrorReason reason,
                           absl::string_view message, absl::Duration retry_delay,
                           const Metadata& metadata = {});

// Adds a detail; one of each type (AIP-193).
void AddResourceInfo(absl::Status* status, absl::string_view resource);
void AddBadRequest(absl::Status* status, const google::rpc::BadRequest& bad_request);

// The reason that a status carries; UNSPECIFIED if it carries none of Dateline's.
errors::v1::ErrorReason ReasonOf(const absl::Status& status);

// The violations of a status; empty if it carries none.
google::rpc::BadRequest FieldViolationsOf(const absl::Status& status);

// After how long to try again; InfiniteDuration if the status does not ask for it.
absl::Duration RetryDelayOf(const absl::Status& status);

// A reason without its enum prefix, as it stands in ErrorInfo.
std::string ReasonName(errors::v1::ErrorReason reason);

}  // namespace dateline::error

#endif  // DATELINE_COMMON_ERRORS_DETAILS_H_
