#ifndef DATELINE_COMMON_API_STABLE_BYTES_H_
#define DATELINE_COMMON_API_STABLE_BYTES_H_

#include <string>

#include "google/protobuf/message.h"

namespace dateline::api {

// A message's encoding with the entries of its maps in a fixed order: equal messages give equal
// bytes. Pure.
std::string StableBytes(const google::protobuf::Message& message);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_STABLE_BYTES_H_
