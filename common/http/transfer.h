#ifndef DATELINE_COMMON_HTTP_TRANSFER_H_
#define DATELINE_COMMON_HTTP_TRANSFER_H_

#include <curl/curl.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/http/address_policy.h"
#include "common/http/content_decoder.h"
#include "common/http/redirect.h"
#include "common/http/request.h"

namespace dateline::http {

// What all transfers of a client have in common.
struct TransferSettings {
  std::string user_agent;
  std::string ca_file;  // empty: the system's certificates
  AddressPolicy addresses;
};

// One hop over the network: a libcurl easy handle with its bounds and what has been received.
// Belongs to one thread.
class Transfer {
 public:
  // `settings` and `request` must outlive the transfer. `time_left` bounds it from its start.
  Transfer(const TransferSettings& settings, const HttpRequest& request, const Hop& hop,
           absl::Duration time_left);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes the handle ready; INTERNAL if libcurl refuses a setting.
  absl::Status Prepare();

  CURL* handle() { return easy_; }

  // What came of it, once libcurl is done with the handle: an answer of any status, FETCH_FAILED
  // or ADDRESS_NOT_PUBLIC. Call it once.
  absl::StatusOr<HttpResponse> Finish(CURLcode code);

 private:
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int OnBeforeRequest(void* self, char* remote_address, char* local_address, int remote_port,
                             int local_port);

  bool SetTarget();
  bool SetBounds();
  bool SetCallbacks();
  bool SetHeaders();
  bool AddHeader(absl::string_view name, absl::string_view value);
  void TakeHeaderLine(absl::string_view line);
  // Takes a piece of the body; false if it is not acceptable, with the reason kept.
  bool TakeBody(absl::string_view bytes);
  // The encoding of the answer's body, as its headers say.
  std::string ContentEncoding() const;
  absl::string_view Cause(CURLcode code);

  const TransferSettings& settings_;
  const HttpRequest& request_;
  const Hop hop_;
  const absl::Duration time_left_;
  const absl::Duration started_;  // of Clock::Elapsed()
  CURL* const easy_;
  curl_slist* headers_ = nullptr;
  HttpResponse response_;
  size_t header_bytes_ = 0;
  bool headers_done_ = false;
  bool informational_ = false;  // the header lines are those of a 1xx answer
  bool address_refused_ = false;
  bool too_large_ = false;
  bool badly_encoded_ = false;
  size_t received_ = 0;                      // of the body, as it came
  std::unique_ptr<ContentDecoder> decoder_;  // from the body's first byte on
  bool header_too_large_ = false;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_TRANSFER_H_
