// Certificates that the client must and must not trust, over loopback.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "common/http/test_client.h"
#include "common/http/test_server.h"

namespace dateline::http {
namespace {

using dateline::testing::IsOk;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

// For 127.0.0.1 and no other name, signed by itself, valid for a day on both sides of now shifted
// by `days`.
Certificate MakeCertificate(EVP_PKEY* key, int days) {
  Certificate certificate(X509_new(), &X509_free);
  X509* const x509 = certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), (days - 1) * 86'400L);
  X509_gmtime_adj(X509_getm_notAfter(x509), (days + 1) * 86'400L);
  X509_set_pubkey(x509, key);
  X509_NAME* const name = X509_get_subject_name(x509);
  const auto* const text = reinterpret_cast<const unsigned char*>("test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_EXTENSION* const names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(x509, names, -1);
  X509_EXTENSION_free(names);
  EXPECT_GT(X509_sign(x509, key, EVP_sha256()), 0);
  return certificate;
}

// An HTTPS server on 127.0.0.1 that answers each connection with "secured". Its certificate lies
// in `pem()` until it ends.
class TlsServer {
 public:
  explicit TlsServer(int days)
      : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free),
        certificate_(MakeCertificate(key_.get(), days)),
        context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    SSL_CTX_use_certificate(context_.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context_.get(), key_.get());
    char path[] = "/tmp/dateline-tls-XXXXXX";
    std::FILE* const file = fdopen(mkstemp(path), "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
    pem_ = path;
    Listen();
    acceptor_ = std::thread([this] { Serve(); });
  }

  ~TlsServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    unlink(pem_.c_str());
  }

  const std::string& pem() const { return pem_; }
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

  const Key key_;
  const Certificate certificate_;
  const Context context_;
  std::string pem_;
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
