// TLS both ways between a server and a channel over a port of this machine, with certificates of a
// private authority.
#include "common/rpc/tls.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/errors/errors.h"
#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "common/rpc/status.h"
#include "common/rpc/unary.h"
#include "common/testing/temporary_folder.h"
#include "dateline/query/v1/query_service.grpc.pb.h"

#ifdef __SANITIZE_ADDRESS__
// c-ares, by which gRPC looks names up, loses ten bytes at each look-up of localhost.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libcares.so"; }
#endif

namespace dateline::rpc {
namespace {

using query::v1::QueryService;

// An authority and what it signs, in a folder that goes with it.
class Authority {
 public:
  Authority() {
    Run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority "
        "-keyout authority.key -out authority.pem");
  }

  std::string file() const { return folder_.path() + "/authority.pem"; }

  // A key and a certificate for `name`.
  TlsFiles Sign(const std::string& name) const {
    const std::string stem = absl::StrCat(folder_.path(), "/", name);
    std::ofstream(stem + ".ext") << "subjectAltName=DNS:" << name << "\n";
    Run(absl::StrCat("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=", name,
                     " -keyout ", stem, ".key -out ", stem, ".csr"));
    Run(absl::StrCat(
        "x509 -req -days 2 -CA authority.pem -CAkey authority.key -CAcreateserial -in ", stem,
        ".csr -extfile ", stem, ".ext -out ", stem, ".pem"));
    return {stem + ".pem", stem + ".key", file()};
  }

 private:
  void Run(const std::string& arguments) const {
    const std::string command =
        absl::StrCat("cd ", folder_.path(), " && openssl ", arguments, " >openssl.log 2>&1");
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }

  dateline::testing::TemporaryFolder folder_;
};

class WhoAmI final : public QueryService::CallbackService {
 public:
  explicit WhoAmI(Runtime& runtime) : runtime_(runtime) {}

  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const query::v1::GetArticleRequest*,
                                       query::v1::GetArticleResponse* response) override {
    return RunUnary(context, runtime_, "GetArticle", [=](const RequestContext& call) {
      response->mutable_article()->set_title(call.caller());
      return absl::OkStatus();
    });
  }

 private:
  Runtime& runtime_;
};

class TlsTest : public ::testing::Test {
 protected:
  TlsTest()
      : runtime_(metrics_, 2, 10,
                 *Callers::FromList("reader.test reader # front end\nfeeds.test ingester\n")),
        service_(runtime_) {}

  absl::Status Serve(const TlsFiles& files) {
    ServerOptions options;
    options.runtime = &runtime_;
    options.tls_certificate_file = files.certificate;
    options.tls_key_file = files.key;
    options.tls_client_ca_file = files.authority;
    auto server = Server::Start(options, {{QueryService::service_full_name(), &service_}});
    if (server.ok()) server_ = *std::move(server);
    return server.status();
  }

  absl::Status Call(const TlsFiles& files) {
    ChannelOptions options;
    options.address = absl::StrCat("localhost:", server_->port());
    options.tls = files;
    grpc::ClientContext context;
    query::v1::GetArticleResponse response;
    const grpc::Status status =
        QueryService::NewStub(MakeChannel(options))->GetArticle(&context, {}, &response);
    caller_ = response.article().title();
    return FromGrpcStatus(status);
  }

  const Authority authority_;
  obs::Metrics metrics_;
  Runtime runtime_;
  WhoAmI service_;
  std::unique_ptr<Server> server_;
  std::string caller_;
};

TEST_F(TlsTest, KnowsCallersByTheirCertificates) {
  ASSERT_TRUE(Serve(authority_.Sign("localhost")).ok());
  const absl::Status reader = Call(authority_.Sign("reader.test"));
  EXPECT_TRUE(reader.ok()) << reader;
  EXPECT_EQ(caller_, "reader.test");
  for (const char* const other : {"feeds.test", "stranger.test"}) {
    const absl::Status denied = Call(authority_.Sign(other));
    EXPECT_EQ(denied.code(), absl::StatusCode::kPermissionDenied) << other;
    EXPECT_EQ(error::ReasonOf(denied), errors::v1::ERROR_REASON_PERMISSION_DENIED);
  }
}

TEST_F(TlsTest, LetsNobodyInWithoutACertificate) {
  ASSERT_TRUE(Serve(authority_.Sign("localhost")).ok());
  EXPECT_EQ(Call({"", "", authority_.file()}).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Call({}).code(), absl::StatusCode::kUnavailable);
  const Authority other;
  TlsFiles stranger = other.Sign("reader.test");
  stranger.authority = authority_.file();
  EXPECT_EQ(Call(stranger).code(), absl::StatusCode::kUnavailable);
}

TEST_F(TlsTest, TrustsNoServerOfAnotherNameOrAuthority) {
  ASSERT_TRUE(Serve(authority_.Sign("elsewhere.test")).ok());
  EXPECT_EQ(Call(authority_.Sign("reader.test")).code(), absl::StatusCode::kUnavailable);
}

// A certificate is renewed every few weeks, and no server starts anew for it.
TEST_F(TlsTest, ShowsACertificateThatReplacedItsFirst) {
  const TlsFiles first = authority_.Sign("localhost");
  ASSERT_TRUE(Serve(first).ok());
  const TlsFiles reader = authority_.Sign("reader.test");
  EXPECT_TRUE(Call(reader).ok());
  const Authority other;
  const TlsFiles second = other.Sign("localhost");
  // Key first: a pair that does not match is not taken.
  namespace fs = std::filesystem;
  for (const auto& [from, to] :
       {std::pair(second.key, first.key), std::pair(second.certificate, first.certificate)}) {
    fs::copy_file(from, to + ".new");
    fs::rename(to + ".new", to);
  }
  // A new connection that trusts the other authority alone.
  TlsFiles trusts_other = reader;
  trusts_other.authority = other.file();
  const absl::Time deadline = absl::Now() + absl::Seconds(90);
  absl::Status called = Call(trusts_other);
  while (!called.ok() && absl::Now() < deadline) called = Call(trusts_other);
  EXPECT_TRUE(called.ok()) << called;
  EXPECT_EQ(Call(reader).code(), absl::StatusCode::kUnavailable);
}

TEST_F(TlsTest, CallersWithoutACertificateAreUnknown) {
  TlsFiles one_way = authority_.Sign("localhost");
  one_way.authority.clear();
  ASSERT_TRUE(Serve(one_way).ok());
  EXPECT_EQ(Call({"", "", authority_.file()}).code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(TlsTest, RefusesFilesThatAreNotThere) {
  TlsFiles files = authority_.Sign("localhost");
  files.key += ".gone";
  EXPECT_EQ(Serve(files).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(TlsTest, ServesNoPublicAddressWithoutIt) {
  ServerOptions options;
  options.address = "0.0.0.0:0";
  EXPECT_EQ(Server::Start(options, {}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(CallersTest, ListsAreRead) {
  EXPECT_TRUE(Callers::FromList("# nobody\n\n a.test\treader,service\n* reader").ok());
  EXPECT_EQ(Callers::FromList("a.test reader\nb.test boss").status().message().substr(0, 7),
            "line 2:");
}

}  // namespace
}  // namespace dateline::rpc
