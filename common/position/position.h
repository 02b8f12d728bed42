#ifndef DATELINE_COMMON_POSITION_POSITION_H_
#define DATELINE_COMMON_POSITION_POSITION_H_

#include <compare>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dateline/content/v1/position.pb.h"

namespace dateline {

// Positions in the catalog's change log. Outside they are opaque strings (base64url of a
// LogPosition); a position is no secret and gives no rights, so it is not signed. All functions are
// pure.

// The token that callers see. An empty position (no log id) gives the empty string.
std::string EncodePosition(const content::v1::LogPosition& position);

// Reads a token. INVALID_ARGUMENT (reason INVALID_POSITION, naming `field`) if it was not made by
// EncodePosition; the empty string is refused too.
absl::StatusOr<content::v1::LogPosition> DecodePosition(absl::string_view token,
                                                        absl::string_view field);

// Whether two positions can be compared at all: same log and same timeline.
bool SameLog(const content::v1::LogPosition& a, const content::v1::LogPosition& b);

// The order of (xid, seq). Only meaningful if SameLog(a, b).
std::strong_ordering ComparePositions(const content::v1::LogPosition& a,
                                      const content::v1::LogPosition& b);

}  // namespace dateline

#endif  // DATELINE_COMMON_POSITION_POSITION_H_
