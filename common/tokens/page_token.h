#ifndef DATELINE_COMMON_TOKENS_PAGE_TOKEN_H_
#define DATELINE_COMMON_TOKENS_PAGE_TOKEN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_mac_ctx_st;

namespace dateline::tokens {

// Page tokens (AIP-158): a payload bound to the request's other arguments and signed with
// HMAC-SHA256, so that only tokens that the system gave are taken. A token gives no rights.
// Thread-safe.
class PageTokenCodec {
 public:
  // `key` is shared by all replicas of a service; any length, 32 random bytes are good.
  explicit PageTokenCodec(std::string key);

  // `fingerprint` stands for the request's other arguments, e.g. their serialised form.
  std::string Encode(absl::string_view payload, absl::string_view fingerprint) const;

  // The payload. INVALID_PAGE_TOKEN if the token was not made with this key, PAGE_TOKEN_MISMATCH if
  // it belongs to other arguments; both name `field`.
  absl::StatusOr<std::string> Decode(absl::string_view token, absl::string_view fingerprint,
                                     absl::string_view field = "page_token") const;

 private:
  struct FreeMac {
    void operator()(evp_mac_ctx_st* mac) const;
  };
  using Mac = std::unique_ptr<evp_mac_ctx_st, FreeMac>;

  std::string Sign(absl::string_view text) const;

  const std::string key_;
  // HMAC with the key in it, of which each signature copies the state: finding the algorithm and
  // taking in the key costs more than a short text does.
  const Mac mac_;
};

}  // namespace dateline::tokens

#endif  // DATELINE_COMMON_TOKENS_PAGE_TOKEN_H_
