#include "common/http/failure.h"

#include <curl/curl.h>

namespace dateline::http {

absl::string_view CauseOfCurlCode(int code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return cause::kDns;
    case CURLE_COULDNT_CONNECT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return cause::kConnect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_USE_SSL_FAILED:
      return cause::kTls;
    case CURLE_OPERATION_TIMEDOUT:
      return cause::kTimeout;
    case CURLE_FILESIZE_EXCEEDED:
      return cause::kTooLarge;
    default:
      return cause::kProtocol;
  }
}

}  // namespace dateline::http
