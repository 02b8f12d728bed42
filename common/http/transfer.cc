#include "common/http/transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/errors/errors.h"
#include "common/http/failure.h"

namespace dateline::http {
namespace {

// libcurl's timers have whole milliseconds and may fire a little early.
constexpr absl::Duration kTimerSlack = absl::Milliseconds(50);

template <typename Value>
bool Set(CURL* easy, CURLoption option, Value value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

long Milliseconds(absl::Duration duration) {  // NOLINT(google-runtime-int): libcurl's type
  return static_cast<long>(std::max<int64_t>(1, absl::ToInt64Milliseconds(duration)));
}

absl::Duration Time(CURL* easy, CURLINFO info) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, info, &microseconds);
  return absl::Microseconds(microseconds);
}

std::string Authorization(const HttpRequest& request) {
  if (!request.bearer_token.empty()) return absl::StrCat("Bearer ", request.bearer_token);
  if (!request.basic.has_value()) return "";
  return absl::StrCat("Basic ", absl::Base64Escape(absl::StrCat(request.basic->user, ":",
                                                                request.basic->password)));
}

}  // namespace

Transfer::Transfer(const TransferSettings& settings, const HttpRequest& request, const Hop& hop,
                   absl::Duration time_left)
    : settings_(settings),
      request_(request),
      hop_(hop),
      time_left_(time_left),
      started_(RealClock()->Elapsed()),
      easy_(curl_easy_init()) {}

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

absl::Status Transfer::Prepare() {
  if (easy_ != nullptr && SetTarget() && SetBounds() && SetCallbacks() && SetHeaders()) {
    return absl::OkStatus();
  }
  return error::Internal("cannot prepare an HTTP request");
}

bool Transfer::SetTarget() {
  bool ok = Set(easy_, CURLOPT_URL, url::SerialiseUrl(hop_.url).c_str()) &&
            Set(easy_, CURLOPT_PROTOCOLS_STR, "http,https") &&
            Set(easy_, CURLOPT_FOLLOWLOCATION, 0L) &&
            Set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS)) &&
            Set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2)) &&
            Set(easy_, CURLOPT_USERAGENT, settings_.user_agent.c_str()) &&
            // A proxy from the environment would be judged instead of the host behind it.
            Set(easy_, CURLOPT_PROXY, "") && Set(easy_, CURLOPT_NOSIGNAL, 1L) &&
            // Otherwise a slow name server would hold up all transfers when one is given up.
            Set(easy_, CURLOPT_QUICK_EXIT, 1L);
  if (!settings_.ca_file.empty()) {
    ok = ok && Set(easy_, CURLOPT_CAINFO, settings_.ca_file.c_str());
  }
  if (hop_.method == Method::kPost) {
    ok = ok && Set(easy_, CURLOPT_POST, 1L) &&
         Set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size())) &&
         Set(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  return ok;
}

bool Transfer::SetBounds() {
  return Set(easy_, CURLOPT_TIMEOUT_MS, Milliseconds(time_left_)) &&
         Set(easy_, CURLOPT_CONNECTTIMEOUT_MS,
             Milliseconds(std::min(request_.connect_timeout, time_left_))) &&
         Set(easy_, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(request_.min_bytes_per_second)) &&
         Set(easy_, CURLOPT_LOW_SPEED_TIME,
             static_cast<long>(absl::ToInt64Seconds(request_.low_speed_window))) &&
         // As announced; what really comes is counted in OnBody.
         Set(easy_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_bytes));
}

bool Transfer::SetCallbacks() {
  return Set(easy_, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader) &&
         Set(easy_, CURLOPT_HEADERDATA, this) &&
         Set(easy_, CURLOPT_WRITEFUNCTION, &Transfer::OnBody) &&
         Set(easy_, CURLOPT_WRITEDATA, this) &&
         Set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::OnOpenSocket) &&
         Set(easy_, CURLOPT_OPENSOCKETDATA, this) &&
         Set(easy_, CURLOPT_PREREQFUNCTION, &Transfer::OnBeforeRequest) &&
         Set(easy_, CURLOPT_PREREQDATA, this);
}

bool Transfer::AddHeader(absl::string_view name, absl::string_view value) {
  // libcurl takes "Name:" for "do not send Name"; with a semicolon it sends an empty value.
  const std::string line =
      value.empty() ? absl::StrCat(name, ";") : absl::StrCat(name, ": ", value);
  curl_slist* const longer = curl_slist_append(headers_, line.c_str());
  if (longer == nullptr) return false;
  headers_ = longer;
  return true;
}

bool Transfer::SetHeaders() {
  // ContentDecoder's, not libcurl's.
  bool ok = AddHeader("Accept-Encoding", "gzip, deflate, br");
  bool has_content_type = false;
  const auto add = [&](const HttpHeader& header) {
    const bool is_content_type = absl::EqualsIgnoreCase(header.name, "content-type");
    has_content_type |= is_content_type;
    // A redirect that made a GET of a POST left the content behind.
    if (is_content_type && hop_.method != Method::kPost) return;
    ok = ok && AddHeader(header.name, header.value);
  };
  std::for_each(request_.headers.begin(), request_.headers.end(), add);
  if (hop_.with_secrets) {
    std::for_each(request_.secret_headers.begin(), request_.secret_headers.end(), add);
    const std::string authorization = Authorization(request_);
    if (!authorization.empty()) ok = ok && AddHeader("Authorization", authorization);
  }
  if (!request_.if_none_match.empty()) {
    ok = ok && AddHeader("If-None-Match", request_.if_none_match);
  }
  if (!request_.if_modified_since.empty()) {
    ok = ok && AddHeader("If-Modified-Since", request_.if_modified_since);
  }
  const auto leave_out = [&](const char* line) {
    curl_slist* const longer = curl_slist_append(headers_, line);
    ok = ok && longer != nullptr;
    if (longer != nullptr) headers_ = longer;
  };
  leave_out("Expect:");
  if (hop_.method == Method::kPost && !has_content_type) leave_out("Content-Type:");
  return ok && Set(easy_, CURLOPT_HTTPHEADER, headers_);
}

size_t Transfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto* const transfer = static_cast<Transfer*>(self);
  const size_t bytes = size * count;
  transfer->header_bytes_ += bytes;
  if (transfer->header_bytes_ > transfer->request_.max_header_bytes) {
    transfer->header_too_large_ = true;
    return 0;
  }
  transfer->TakeHeaderLine(absl::string_view(data, bytes));
  return bytes;
}

void Transfer::TakeHeaderLine(absl::string_view line) {
  if (absl::StartsWith(line, "HTTP/") && (!headers_done_ || informational_)) {
    response_.headers.clear();
    headers_done_ = false;
    const size_t space = line.find(' ');
    informational_ =
        space != absl::string_view::npos && absl::ClippedSubstr(line, space + 1, 1) == "1";
    return;
  }
  // Trailers are not headers (RFC 9110, 6.5.1).
  if (headers_done_) return;
  const absl::string_view text = absl::StripAsciiWhitespace(line);
  if (text.empty()) {
    headers_done_ = true;
    return;
  }
  const size_t colon = text.find(':');
  const bool is_folded = line[0] == ' ' || line[0] == '\t';
  if (is_folded && !response_.headers.empty()) {
    absl::StrAppend(&response_.headers.back().value, " ", text);
  } else if (colon != absl::string_view::npos && colon > 0) {
    response_.headers.push_back(
        {std::string(text.substr(0, colon)),
         std::string(absl::StripAsciiWhitespace(absl::ClippedSubstr(text, colon + 1)))});
  }
}

size_t Transfer::OnBody(char* data, size_t size, size_t count, void* self) {
  const size_t bytes = size * count;
  return static_cast<Transfer*>(self)->TakeBody({data, bytes}) ? bytes : 0;
}

std::string Transfer::ContentEncoding() const {
  std::string encoding;
  for (const HttpHeader& header : response_.headers) {
    if (!absl::EqualsIgnoreCase(header.name, "content-encoding")) continue;
    absl::StrAppend(&encoding, encoding.empty() ? "" : ",", header.value);
  }
  return encoding;
}

bool Transfer::TakeBody(absl::string_view bytes) {
  if (decoder_ == nullptr) {
    decoder_ = ContentDecoder::Create(ContentEncoding(), request_.max_bytes);
  }
  if (decoder_ == nullptr) {
    badly_encoded_ = true;
    return false;
  }
  received_ += bytes.size();
  const auto result = received_ > request_.max_bytes ? ContentDecoder::Result::kTooLarge
                                                     : decoder_->Add(bytes, &response_.body);
  too_large_ = result == ContentDecoder::Result::kTooLarge;
  badly_encoded_ = result == ContentDecoder::Result::kBroken;
  return result == ContentDecoder::Result::kOk;
}

curl_socket_t Transfer::OnOpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  auto* const transfer = static_cast<Transfer*>(self);
  const auto ip = IpAddress::FromSockaddr(&address->addr);
  if (!ip.has_value() || !transfer->settings_.addresses.Allows(*ip)) {
    transfer->address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The same once more for the connection that is really used, a reused one included.
int Transfer::OnBeforeRequest(void* self, char* remote_address, char*, int, int) {
  auto* const transfer = static_cast<Transfer*>(self);
  const auto ip = IpAddress::Parse(remote_address);
  if (ip.has_value() && transfer->settings_.addresses.Allows(*ip)) return CURL_PREREQFUNC_OK;
  transfer->address_refused_ = true;
  return CURL_PREREQFUNC_ABORT;
}

absl::string_view Transfer::Cause(CURLcode code) {
  if (too_large_) return cause::kTooLarge;
  if (badly_encoded_) return cause::kProtocol;
  if (header_too_large_) return cause::kHeaderTooLarge;
  // What libcurl says of a single line that outgrows its own bound, before it shows us any of it.
  const bool began = Time(easy_, CURLINFO_STARTTRANSFER_TIME_T) > absl::ZeroDuration();
  if (code == CURLE_OUT_OF_MEMORY && began && !headers_done_) return cause::kHeaderTooLarge;
  // Within an answer that had begun, libcurl says so of chunks that make no sense too.
  if (code == CURLE_RECV_ERROR && headers_done_) return cause::kProtocol;
  if (code != CURLE_OPERATION_TIMEDOUT) return CauseOfCurlCode(code);
  // libcurl has one code for both; a transfer that had begun and had time left was too slow.
  const bool had_begun = Time(easy_, CURLINFO_PRETRANSFER_TIME_T) > absl::ZeroDuration();
  const bool had_time = RealClock()->Elapsed() - started_ < time_left_ - kTimerSlack;
  return had_begun && had_time ? cause::kTooSlow : cause::kTimeout;
}

absl::StatusOr<HttpResponse> Transfer::Finish(CURLcode code) {
  if (address_refused_ && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK)) {
    return error::AddressNotPublic(ForMessages(hop_.url));
  }
  if (code != CURLE_OK) return error::FetchFailed(ForMessages(hop_.url), Cause(code));
  // Its length fits, but its encoding ends in the middle.
  if (decoder_ != nullptr && !decoder_->AtEnd()) {
    return error::FetchFailed(ForMessages(hop_.url), cause::kProtocol);
  }
  long status = 0;   // NOLINT(google-runtime-int): libcurl's type
  long version = 0;  // NOLINT(google-runtime-int): libcurl's type
  char* remote_address = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &remote_address);
  response_.status = static_cast<int>(status);
  response_.http_major_version = version == CURL_HTTP_VERSION_2_0 ? 2 : 1;
  response_.remote_address = remote_address == nullptr ? "" : remote_address;
  response_.final_url = url::SerialiseUrl(hop_.url);
  response_.timing = {Time(easy_, CURLINFO_NAMELOOKUP_TIME_T), Time(easy_, CURLINFO_CONNECT_TIME_T),
                      Time(easy_, CURLINFO_APPCONNECT_TIME_T),
                      Time(easy_, CURLINFO_STARTTRANSFER_TIME_T),
                      Time(easy_, CURLINFO_TOTAL_TIME_T)};
  return std::move(response_);
}

}  // namespace dateline::http
