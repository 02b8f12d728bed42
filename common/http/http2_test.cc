// The client against a real HTTP/2 server, Node's, over TLS on loopback.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "common/http/test_certificate.h"
#include "common/http/test_client.h"

namespace dateline::http {
namespace {

using dateline::testing::IsOk;

// h2_server.mjs as a child process.
class Http2Server {
 public:
  Http2Server() : certificate_(/*days=*/0) {
    int in[2];
    int out[2];
    if (pipe(in) != 0 || pipe(out) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      close(in[1]);
      execlp("node", "node", DATELINE_SOURCE_DIR "/common/http/h2_server.mjs",
             certificate_.certificate_file().c_str(), certificate_.key_file().c_str(), nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    stdin_ = in[1];
    std::FILE* const answer = fdopen(out[0], "r");
    if (std::fscanf(answer, "%d", &port_) != 1) port_ = 0;
    std::fclose(answer);
  }
  ~Http2Server() {
    close(stdin_);
    waitpid(pid_, nullptr, 0);
  }

  int port() const { return port_; }
  const std::string& pem() const { return certificate_.certificate_file(); }

 private:
  const TestCertificate certificate_;
  pid_t pid_ = -1;
  int stdin_ = -1;
  int port_ = 0;
};

class Http2Test : public ::testing::Test {
 protected:
  Http2Test() : client_(MakeClient({.ca_file = server_.pem()})) {}

  absl::StatusOr<HttpResponse> Get(const std::string& path, HttpRequest request = {}) {
    request.url = absl::StrCat("https://127.0.0.1:", server_.port(), path);
    request.redirects = RedirectPolicy::kAnyOrigin;
    return client_->FetchBlocking(RequestContext::Background("test").WithTimeout(absl::Seconds(60)),
                                  std::move(request));
  }

  Http2Server server_;
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
