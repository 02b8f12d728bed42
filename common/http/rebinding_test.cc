// Names that lead inside: what counts is the address that is really connected to, at every hop.
//
// This program answers for the names below itself, in the place of the C library's resolver;
// libcurl and everything behind it are the real ones.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/http/test_client.h"
#include "common/http/test_server.h"

namespace {

// One answer: the addresses that a name has at a time.
using Addresses = std::vector<std::string>;

// The answers of each name, one after the other; the last stays.
class Names {
 public:
  void Set(const std::string& name, std::vector<Addresses> answers) {
    dateline::MutexLock lock(mutex_);
    answers_[name] = std::move(answers);
    asked_[name] = 0;
  }
  bool Answer(const std::string& name, Addresses* addresses) {
    dateline::MutexLock lock(mutex_);
    const auto known = answers_.find(name);
    if (known == answers_.end()) return false;
    const size_t asked = asked_[name]++;
    *addresses = known->second[std::min(asked, known->second.size() - 1)];
    return true;
  }

 private:
  dateline::Mutex mutex_;
  std::map<std::string, std::vector<Addresses>> answers_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, size_t> asked_ ABSL_GUARDED_BY(mutex_);
};

Names& TestNames() {
  static auto* const names = new Names();
  return *names;
}

using Resolver = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

Resolver SystemResolver() {
  static const auto resolver = reinterpret_cast<Resolver>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return resolver;
}

}  // namespace

// Each address goes through the system's resolver as a literal, so that its memory is the system's
// own; the lists are joined, which freeaddrinfo takes.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  Addresses addresses;
  if (node == nullptr || !TestNames().Answer(node, &addresses)) {
    return SystemResolver()(node, service, hints, found);
  }
  addrinfo literal = hints == nullptr ? addrinfo{} : *hints;
  literal.ai_flags |= AI_NUMERICHOST;
  literal.ai_family = AF_UNSPEC;
  *found = nullptr;
  addrinfo** end = found;
  for (const std::string& address : addresses) {
    if (SystemResolver()(address.c_str(), service, &literal, end) != 0) continue;
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  return *found == nullptr ? EAI_NONAME : 0;
}

namespace dateline::http {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using errors::v1::ERROR_REASON_ADDRESS_NOT_PUBLIC;

// A client that may reach 127.0.0.1 beside public addresses, and remembers no name.
absl::StatusOr<HttpResponse> Get(const std::string& url) {
  HttpClientOptions options;
  options.allowed_networks = {"127.0.0.1/32"};
  const auto client = HttpClient::Create(options);
  EXPECT_THAT(client, IsOk());
  HttpRequest request;
  request.url = url;
  request.redirects = RedirectPolicy::kAnyOrigin;
  return (*client)->FetchBlocking(RequestContext::Background("test").WithTimeout(absl::Seconds(60)),
                                  request);
}

TEST(RebindingTest, ANameThatComesToLeadInsideIsRefused) {
  TestServer server(TestServer::Always(Answer("200 OK", "", "outside")));
  TestNames().Set("rebind.test", {{"127.0.0.1"}, {"127.0.0.2"}});
  const std::string url = absl::StrCat("http://rebind.test:", server.port(), "/");
  const auto first = Get(url);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->remote_address, "127.0.0.1");
  EXPECT_THAT(Get(url), HasReason(ERROR_REASON_ADDRESS_NOT_PUBLIC));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(RebindingTest, ANameOfBothKindsLeadsOnlyOutside) {
  TestServer server(TestServer::Always(Answer("200 OK", "", "outside")));
  TestNames().Set("both.test", {{"127.0.0.2", "::1", "127.0.0.1", "10.0.0.1"}});
  const auto response = Get(absl::StrCat("http://both.test:", server.port(), "/"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->remote_address, "127.0.0.1");
}

TEST(RebindingTest, ARedirectToANameIsJudgedWhenItIsConnectedTo) {
  TestServer inside(TestServer::Always(Answer("200 OK", "", "secret")));
  TestServer outside(TestServer::Always(Answer(
      "302 Found", absl::StrCat("Location: http://inner.test:", inside.port(), "/\r\n"), "")));
  TestNames().Set("inner.test", {{"127.0.0.2"}});
  EXPECT_THAT(Get(outside.Url("/")), HasReason(ERROR_REASON_ADDRESS_NOT_PUBLIC));
  EXPECT_TRUE(inside.requests().empty());
}

TEST(RebindingTest, NoSpellingOfAnInnerAddressPasses) {
  for (const char* address : {"10.0.0.1",
                              "127.0.0.2",
                              "0.0.0.0",
                              "169.254.169.254",
                              "100.64.0.1",
                              "192.168.0.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "240.0.0.1",
                              "192.0.2.1",
                              "::",
                              "::1",
                              "::ffff:10.0.0.1",
                              "::ffff:169.254.169.254",
                              "64:ff9b::a00:1",
                              "64:ff9b:1::a00:1",
                              "2002:a00:1::1",
                              "2001::1",
                              "fc00::1",
                              "fd00:ec2::254",
                              "fe80::1",
                              "ff02::1",
                              "2001:db8::1"}) {
    TestNames().Set("spelt.test", {{address}});
    EXPECT_THAT(Get("http://spelt.test:9/"), HasReason(ERROR_REASON_ADDRESS_NOT_PUBLIC)) << address;
  }
}

TEST(RebindingTest, ANameWithoutAddressesIsSaidToHaveNone) {
  TestNames().Set("none.test", {{}});
  EXPECT_THAT(Get("http://none.test/"), FailsWith("dns"));
}

}  // namespace
}  // namespace dateline::http
