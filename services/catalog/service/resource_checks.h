#ifndef DATELINE_SERVICES_CATALOG_SERVICE_RESOURCE_CHECKS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_RESOURCE_CHECKS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dateline/content/v1/author.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "dateline/content/v1/topic.pb.h"
#include "google/protobuf/field_mask.pb.h"

// Checks of publications, topics and authors that callers write, beyond the contract's rules: each
// returns OK, or INVALID_FIELD with every violation, fields named from the request on. Pure.
namespace dateline::catalog::service {

// An id that a caller chose for a resource, e.g. of the field `topic_id`.
absl::Status CheckNewId(absl::string_view field, absl::string_view id);

absl::Status CheckPublication(const content::v1::Publication& publication);
absl::Status CheckTopic(const content::v1::Topic& topic);
absl::Status CheckAuthor(const content::v1::Author& author);

// Changes `*stored` as `update` and `mask` say (AIP-134): an absent mask means all fields that are
// populated, `*` all. Output-only fields stay. INVALID_FIELD for an unknown path; STATE_CONFLICT
// for a state that is reached otherwise; ETAG_MISMATCH.
absl::Status ApplyTopicUpdate(const content::v1::Topic& update,
                              const google::protobuf::FieldMask& mask, content::v1::Topic* stored);

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_RESOURCE_CHECKS_H_
