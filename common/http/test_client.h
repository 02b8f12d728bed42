#ifndef DATELINE_COMMON_HTTP_TEST_CLIENT_H_
#define DATELINE_COMMON_HTTP_TEST_CLIENT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/http/client.h"
#include "common/testing/status_matchers.h"

namespace dateline::http {

// FETCH_FAILED with this cause.
MATCHER_P(FailsWith, cause, "failed to fetch because of " + std::string(cause)) {
  *result_listener << arg.status().ToString();
  return error::ReasonOf(arg.status()) == errors::v1::ERROR_REASON_FETCH_FAILED &&
         absl::EndsWith(arg.status().message(), absl::StrCat(": ", cause));
}

// A client that may reach loopback.
inline std::unique_ptr<HttpClient> MakeClient(HttpClientOptions options = {}) {
  options.allowed_networks = {"127.0.0.0/8"};
  auto client = HttpClient::Create(options);
  EXPECT_THAT(client, dateline::testing::IsOk());
  return *std::move(client);
}

class HttpClientTest : public ::testing::Test {
 protected:
  absl::StatusOr<HttpResponse> Get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    return Fetch(request);
  }
  absl::StatusOr<HttpResponse> Fetch(HttpRequest request) {
    request.redirects = RedirectPolicy::kAnyOrigin;
    return client_->FetchBlocking(context_, std::move(request));
  }

  RequestContext context_ = RequestContext::Background("test").WithTimeout(absl::Seconds(60));
  std::unique_ptr<HttpClient> client_ = MakeClient();
};

// `text` in gzip's format (RFC 1952).
std::string Gzip(const std::string& text);
// `text` in HTTP's "deflate", which is zlib's format (RFC 9110, 8.4.1.2).
std::string Deflate(const std::string& text);

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_TEST_CLIENT_H_
