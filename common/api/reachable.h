#ifndef DATELINE_COMMON_API_REACHABLE_H_
#define DATELINE_COMMON_API_REACHABLE_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

// What the contract itself must keep; for tests.
namespace dateline::api {

// The strings, bytes, lists, maps, numbers, masks and durations that a request of `types` can hold
// and that have no bound, by full name with what is missing; each once, sorted. Timestamps bound
// themselves.
std::vector<std::string> UnboundedFields(
    const std::vector<const google::protobuf::Descriptor*>& types);

// The fields there whose rules are of another type than they are.
std::vector<std::string> MisplacedRules(
    const std::vector<const google::protobuf::Descriptor*>& types);

// The request types of all methods of the services in `file`.
std::vector<const google::protobuf::Descriptor*> RequestTypes(
    const google::protobuf::FileDescriptor* file);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_REACHABLE_H_
