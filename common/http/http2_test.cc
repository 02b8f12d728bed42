// The client against a real HTTP/2 server, Node's, over TLS on loopback.
#include <gtest/gtest.h>

#include <string>

#include "common/http/test_certificate.h"
#include "common/http/test_client.h"
#include "common/testing/node_server.h"

namespace dateline::http {
namespace {

using dateline::testing::IsOk;

class Http2Test : public ::testing::Test {
 protected:
  Http2Test()
      : server_("common/http/h2_server.mjs",
                {certificate_.certificate_file(), certificate_.key_file()}),
        client_(MakeClient({.ca_file = certificate_.certificate_file()})) {}

  absl::StatusOr<HttpResponse> Get(const std::string& path, HttpRequest request = {}) {
    request.url = absl::StrCat("https://127.0.0.1:", server_.port(), path);
    request.redirects = RedirectPolicy::kAnyOrigin;
    return client_->FetchBlocking(RequestContext::Background("test").WithTimeout(absl::Seconds(60)),
                                  std::move(request));
  }

  const TestCertificate certificate_{/*days=*/0};
  const dateline::testing::NodeServer server_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(Http2Test, FetchesOverTwo) {
  ASSERT_GT(server_.port(), 0) << "node did not start";
  const auto feed = Get("/feed");
  ASSERT_THAT(feed, IsOk());
  EXPECT_EQ(feed->http_major_version, 2);
  EXPECT_EQ(feed->body, "over two");
  EXPECT_EQ(feed->Header("ETag"), "W/\"2\"");
  EXPECT_EQ(feed->Header("x-saw-user-agent"), "Dateline/1.0");
  EXPECT_EQ(Get("/br")->body, "pressed");
  HttpRequest conditional;
  conditional.if_none_match = feed->Header("etag");
  EXPECT_EQ(Get("/304", conditional)->status, 304);
  const auto moved = Get("/moved");
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->body, "over two");
  EXPECT_EQ(moved->redirects.at(0).status, 308);
}

TEST_F(Http2Test, EndsAbuseInItsBound) {
  ASSERT_GT(server_.port(), 0) << "node did not start";
  const struct {
    const char* path;
    const char* cause;
  } kCases[] = {
      {"/endless", "too-large"},        {"/reset", "protocol"}, {"/short", "protocol"},
      {"/headers", "header-too-large"}, {"/silent", "timeout"},
  };
  for (const auto& c : kCases) {
    HttpRequest request;
    request.max_bytes = size_t{1} << 20;
    if (std::string(c.path) == "/silent") request.total_timeout = absl::Milliseconds(300);
    EXPECT_THAT(Get(c.path, request), FailsWith(c.cause)) << c.path;
    // The connection that others share is none the worse for it.
    EXPECT_EQ(Get("/feed")->body, "over two") << c.path;
  }
}

}  // namespace
}  // namespace dateline::http
