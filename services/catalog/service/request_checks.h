#ifndef DATELINE_SERVICES_CATALOG_SERVICE_REQUEST_CHECKS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_REQUEST_CHECKS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/api/names.h"
#include "common/api/pages.h"
#include "common/api/stable_bytes.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/tokens/page_token.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"
#include "services/catalog/store/write_options.h"

// What the handlers do with every request of a kind, beyond the contract's rules. Pure, but for the
// codec.
namespace dateline::catalog::service {

// The part of CheckReadMask that does not depend on the type.
absl::Status CheckMask(const google::protobuf::Descriptor& message,
                       const google::protobuf::FieldMask& mask);

// INVALID_FIELD if a path of a read's mask is none of `Message` (AIP-157).
template <typename Message>
absl::Status CheckReadMask(const google::protobuf::FieldMask& mask) {
  return CheckMask(*Message::descriptor(), mask);
}

// The ids in names of a collection, which the contract's rules have looked at.
std::vector<std::string> IdsOf(absl::string_view collection,
                               const google::protobuf::RepeatedPtrField<std::string>& names);

// Takes from `*message` what a mask does not name; nothing if it is empty or `*`.
void ApplyReadMask(const google::protobuf::FieldMask& mask, google::protobuf::Message* message);

// All arguments of a list but page_size and page_token, and its type: what its page tokens are
// bound to.
template <typename Request>
std::string BoundArguments(Request request) {
  request.clear_page_token();
  request.clear_page_size();
  return request.GetTypeName() + api::StableBytes(request);
}

// A page of resources by id: `read` gives up to so many behind an id, `add` makes room for one in
// the response. A token is bound to the whole request but for its page_size and page_token.
// INVALID_PAGE_TOKEN, PAGE_TOKEN_MISMATCH.
template <typename Request, typename Response, typename Read, typename Add>
absl::Status ListPage(const tokens::PageTokenCodec& codec, absl::string_view collection,
                      const Request& request, Read read, Add add, Response* response) {
  const std::string bound = BoundArguments(request);
  std::string after;
  if (!request.page_token().empty()) {
    DATELINE_ASSIGN_OR_RETURN(after, codec.Decode(request.page_token(), bound));
  }
  DATELINE_ASSIGN_OR_RETURN(auto page, read(after, api::PageSizeOf(request.page_size())));
  if (page.more) {
    const std::string& last = page.items.back().name();
    response->set_next_page_token(codec.Encode(api::IdInName(collection, last), bound));
  }
  for (auto& message : page.items) *add() = std::move(message);
  return absl::OkStatus();
}

// The number in a list's page token, 0 for the first page, and the token that holds a number; for
// lists by number. A token is bound to the whole request but for its page_size and page_token.
// INVALID_PAGE_TOKEN, PAGE_TOKEN_MISMATCH.
template <typename Request>
absl::StatusOr<int64_t> NumberInToken(const tokens::PageTokenCodec& codec, const Request& request) {
  if (request.page_token().empty()) return 0;
  DATELINE_ASSIGN_OR_RETURN(const std::string text,
                            codec.Decode(request.page_token(), BoundArguments(request)));
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return error::InvalidPageToken();
  return number;
}
template <typename Request>
std::string TokenOfNumber(const tokens::PageTokenCodec& codec, const Request& request,
                          int64_t number) {
  return codec.Encode(absl::StrCat(number), BoundArguments(request));
}

// The part of OptionsOf that does not depend on the type.
store::WriteOptions MakeOptions(absl::string_view method, const std::string& request_id,
                                const google::protobuf::Message& rest, bool validate_only);

// How a write shall be done: request_id, its content's fingerprint, validate_only, and the etag of
// those requests that have one beside the resource.
template <typename Request>
store::WriteOptions OptionsOf(absl::string_view method, Request request) {
  const std::string request_id = request.request_id();
  const bool validate_only = request.validate_only();
  request.clear_request_id();
  store::WriteOptions options = MakeOptions(method, request_id, request, validate_only);
  if constexpr (requires { request.etag(); }) options.etag = request.etag();
  return options;
}

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_REQUEST_CHECKS_H_
