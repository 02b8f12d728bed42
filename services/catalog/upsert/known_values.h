#ifndef DATELINE_SERVICES_CATALOG_UPSERT_KNOWN_VALUES_H_
#define DATELINE_SERVICES_CATALOG_UPSERT_KNOWN_VALUES_H_

#include <string>

#include "google/protobuf/message.h"

namespace dateline::catalog::upsert {

// The path of the first enum within `message` whose number the contract does not have, e.g.
// `article.topics[2].origin`; empty if all are known. Pure.
std::string FirstUnknownEnum(const google::protobuf::Message& message);

}  // namespace dateline::catalog::upsert

#endif  // DATELINE_SERVICES_CATALOG_UPSERT_KNOWN_VALUES_H_
