// Certificates that the client must and must not trust, over loopback.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "common/http/test_certificate.h"
#include "common/http/test_client.h"
#include "common/http/test_server.h"

namespace dateline::http {
namespace {

using dateline::testing::IsOk;

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

// An HTTPS server on 127.0.0.1 that answers each connection with "secured". Its certificate lies
// in `pem()` until it ends.
class TlsServer {
 public:
  explicit TlsServer(int days)
      : certificate_(days), context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    SSL_CTX_use_certificate_file(context_.get(), pem().c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_.get(), certificate_.key_file().c_str(), SSL_FILETYPE_PEM);
    Listen();
    acceptor_ = std::thread([this] { Serve(); });
  }

  ~TlsServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
  }

  const std::string& pem() const { return certificate_.certificate_file(); }
  int port() const { return port_; }

 private:
  void Listen() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(bind(listener_, raw, size), 0);
    ASSERT_EQ(listen(listener_, 8), 0);
    ASSERT_EQ(getsockname(listener_, raw, &size), 0);
    port_ = ntohs(address.sin_port);
  }

  void Serve() {
    // OpenSSL's writes raise it when the client refuses the certificate.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (true) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      SSL* const ssl = SSL_new(context_.get());
      SSL_set_fd(ssl, fd);
      char request[4'096];
      if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof(request)) > 0) {
        const std::string answer = Answer("200 OK", "Connection: close\r\n", "secured");
        SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
        SSL_shutdown(ssl);
      }
      SSL_free(ssl);
      close(fd);
    }
  }

  const TestCertificate certificate_;
  const Context context_;
  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
};

TEST(HttpClientTlsTest, TrustsOnlyTheRightCertificate) {
  TlsServer valid(/*days=*/0);
  TlsServer expired(/*days=*/-7);
  const struct {
    const char* name;
    const TlsServer& server;
    std::string ca_file;
    const char* host;
    bool trusted;
  } cases[] = {
      {"trusted", valid, valid.pem(), "127.0.0.1", true},
      {"unknown issuer", valid, "", "127.0.0.1", false},
      {"another's issuer", valid, expired.pem(), "127.0.0.1", false},
      {"wrong name", valid, valid.pem(), "localhost", false},
      {"expired", expired, expired.pem(), "127.0.0.1", false},
      {"no such file", valid, "/nonexistent/ca.pem", "127.0.0.1", false},
  };
  const RequestContext context = RequestContext::Background("test").WithTimeout(absl::Seconds(60));
  for (const auto& test : cases) {
    HttpRequest request;
    request.url = absl::StrCat("https://", test.host, ":", test.server.port(), "/");
    const auto response = MakeClient({.ca_file = test.ca_file})->FetchBlocking(context, request);
    if (!test.trusted) {
      EXPECT_THAT(response, FailsWith("tls")) << test.name;
      continue;
    }
    ASSERT_THAT(response, IsOk()) << test.name;
    EXPECT_EQ(response->body, "secured");
    EXPECT_GT(response->timing.secured, absl::ZeroDuration());
  }
}

}  // namespace
}  // namespace dateline::http
