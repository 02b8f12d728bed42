#include "common/rpc/parse.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/utf8.h"

namespace dateline::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kMaxDepth = 100;  // As the parser's own.

absl::string_view ReadBytes(CodedInputStream* in, absl::string_view all) {
  uint32_t length = 0;
  if (!in->ReadVarint32(&length)) return {};
  const auto begin = static_cast<size_t>(in->CurrentPosition());
  if (length > all.size() - begin || !in->Skip(static_cast<int>(length))) return {};
  return all.substr(begin, length);
}

// The path of the first text in `bytes` that is no UTF-8; empty if there is none. Looks at the
// bytes once.
std::string TextThatIsNoUtf8(const Descriptor* type, absl::string_view bytes, int depth) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  while (const uint32_t tag = in.ReadTag()) {
    const FieldDescriptor* const field =
        type->FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
        field == nullptr) {
      if (!WireFormatLite::SkipField(&in, tag)) break;
      continue;
    }
    const absl::string_view value = ReadBytes(&in, bytes);
    if (field->type() == FieldDescriptor::TYPE_STRING && !text::IsValidUtf8(value)) {
      return field->name();
    }
    if (field->type() != FieldDescriptor::TYPE_MESSAGE || depth == 0) continue;
    const std::string inner = TextThatIsNoUtf8(field->message_type(), value, depth - 1);
    if (!inner.empty()) return absl::StrCat(field->name(), ".", inner);
  }
  return {};
}

absl::Status Unreadable(const Descriptor* type, grpc::ByteBuffer* bytes) {
  grpc::Slice slice;
  if (!bytes->DumpToSingleSlice(&slice).ok()) {
    return error::InvalidField("request", "is missing");
  }
  const absl::string_view all(reinterpret_cast<const char*>(slice.begin()), slice.size());
  const std::string field = TextThatIsNoUtf8(type, all, kMaxDepth);
  if (!field.empty()) return error::InvalidField(field, "must be UTF-8");
  return error::InvalidField("request",
                             absl::StrCat("the bytes are no message of the type ", type->name()));
}

}  // namespace

absl::Status ParseMessage(grpc::ByteBuffer* bytes, google::protobuf::Message* request) {
  if (!bytes->Valid()) return error::InvalidField("request", "is missing");
  bool parsed = false;
  {
    grpc::ProtoBufferReader reader(bytes);
    parsed = reader.status().ok() && request->ParseFromZeroCopyStream(&reader);
  }
  if (!parsed) return Unreadable(request->GetDescriptor(), bytes);
  bytes->Clear();
  return absl::OkStatus();
}

absl::Status ParseRequest(grpc::ByteBuffer* bytes, google::protobuf::Message* request,
                          api::UnknownFields unknown) {
  DATELINE_RETURN_IF_ERROR(ParseMessage(bytes, request));
  return api::Check(*request, "", unknown);
}

}  // namespace dateline::rpc
