#ifndef DATELINE_COMMON_HTTP_FAILURE_H_
#define DATELINE_COMMON_HTTP_FAILURE_H_

#include "absl/strings/string_view.h"

namespace dateline::http {

// The words that say why a fetch failed; `cause` in the metadata of FETCH_FAILED.
namespace cause {
inline constexpr char kDns[] = "dns";
inline constexpr char kConnect[] = "connect";
inline constexpr char kTls[] = "tls";
inline constexpr char kTimeout[] = "timeout";
inline constexpr char kTooSlow[] = "too-slow";
inline constexpr char kTooLarge[] = "too-large";
inline constexpr char kHeaderTooLarge[] = "header-too-large";
inline constexpr char kRedirectLoop[] = "redirect-loop";
inline constexpr char kBadRedirect[] = "bad-redirect";
inline constexpr char kProtocol[] = "protocol";
}  // namespace cause

// The word for a CURLcode other than CURLE_OK, as an integer so that libcurl stays out of this
// header. A timeout may be `too-slow` as well: only the caller knows. Pure.
absl::string_view CauseOfCurlCode(int code);

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_FAILURE_H_
