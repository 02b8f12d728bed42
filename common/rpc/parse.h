#ifndef DATELINE_COMMON_RPC_PARSE_H_
#define DATELINE_COMMON_RPC_PARSE_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"
#include "common/api/check.h"

namespace dateline::rpc {

// Reads a request, or a message of a stream, from its bytes. INVALID_ARGUMENT with an ErrorInfo if
// they are no message of its type, or hold a text that is no UTF-8 (its field is named). `bytes` is
// used up. Thread-safe.
absl::Status ParseMessage(grpc::ByteBuffer* bytes, google::protobuf::Message* request);

// The same, and checks what it has read: the errors of api::Check besides. For methods of services
// and ingesters `unknown` is kIgnored, see api::UnknownFieldsFor.
absl::Status ParseRequest(grpc::ByteBuffer* bytes, google::protobuf::Message* request,
                          api::UnknownFields unknown = api::UnknownFields::kRefused);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_PARSE_H_
