#ifndef DATELINE_SERVICES_CATALOG_SERVICE_RESOURCE_CHECKS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_RESOURCE_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dateline/content/v1/author.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "dateline/content/v1/topic.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"

// Checks of publications, topics and authors that callers write, beyond the contract's rules: each
// returns OK, or INVALID_FIELD with every violation, fields named from the request on. Pure.
namespace dateline::catalog::service {

// An id that a caller chose for a resource, e.g. of the field `topic_id`.
absl::Status CheckNewId(absl::string_view field, absl::string_view id);

absl::Status CheckPublication(const content::v1::Publication& publication);
absl::Status CheckTopic(const content::v1::Topic& topic);
absl::Status CheckAuthor(const content::v1::Author& author);

// A merge's names: INVALID_FIELD if one stands twice or is the target.
absl::Status CheckMerge(const std::string& target,
                        const google::protobuf::RepeatedPtrField<std::string>& merged);

// Changes `*stored` as `update` and `mask` say (AIP-134): an absent mask means all fields that are
// populated, `*` all. The name, the etag and what is output only stay. INVALID_FIELD for an unknown
// path.
absl::Status ApplyUpdate(const google::protobuf::Message& update,
                         const google::protobuf::FieldMask& mask,
                         google::protobuf::Message* stored);

// The same, and the check of what the resource then is.
absl::Status ApplyTopicUpdate(const content::v1::Topic& update,
                              const google::protobuf::FieldMask& mask, content::v1::Topic* stored);
absl::Status ApplyAuthorUpdate(const content::v1::Author& update,
                               const google::protobuf::FieldMask& mask,
                               content::v1::Author* stored);
absl::Status ApplyPublicationUpdate(const content::v1::Publication& update,
                                    const google::protobuf::FieldMask& mask,
                                    content::v1::Publication* stored);

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_RESOURCE_CHECKS_H_
