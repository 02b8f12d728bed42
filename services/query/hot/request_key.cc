#include "services/query/hot/request_key.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "dateline/query/v1/articles.pb.h"

namespace dateline::query::hot {
namespace {

using google::protobuf::internal::WireFormatLite;
using Request = v1::ListArticlesRequest;

// A filter of some dozen names.
constexpr size_t kMaxKeyBytes = 1'024;

bool IsNotKept(int field) {
  return field == Request::kPageTokenFieldNumber || field == Request::kMinPositionFieldNumber ||
         field == Request::kAsOfFieldNumber || field == Request::kFoldClustersFieldNumber ||
         field == Request::kLanguagesFieldNumber;
}

}  // namespace

std::optional<RequestKey> RequestKeyOf(absl::string_view request) {
  if (request.size() > kMaxKeyBytes) return std::nullopt;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(request.data()),
                                               static_cast<int>(request.size()));
  RequestKey key;
  int begin = 0;
  while (const uint32_t tag = input.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (IsNotKept(field)) return std::nullopt;
    if (field == Request::kIfNoneMatchFieldNumber) {
      // Of another type it is an unknown field to the parser, and no etag.
      if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
          !WireFormatLite::ReadString(&input, &key.if_none_match)) {
        return std::nullopt;
      }
    } else {
      if (!WireFormatLite::SkipField(&input, tag)) return std::nullopt;
      const absl::string_view whole =
          absl::ClippedSubstr(request, static_cast<size_t>(begin),
                              static_cast<size_t>(input.CurrentPosition() - begin));
      key.bytes.append(whole.data(), whole.size());
    }
    begin = input.CurrentPosition();
  }
  if (!input.ConsumedEntireMessage()) return std::nullopt;
  return key;
}

}  // namespace dateline::query::hot
