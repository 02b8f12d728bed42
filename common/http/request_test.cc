#include "common/http/request.h"

#include <gtest/gtest.h>

#include "common/errors/errors.h"
#include "common/http/url.h"

namespace dateline::http {
namespace {

HttpRequest Good() {
  HttpRequest request;
  request.url = "https://example.org/feed";
  return request;
}

TEST(HttpRequestTest, NamesTheFieldThatIsWrong) {
  const struct {
    const char* field;
    std::function<void(HttpRequest*)> spoil;
  } cases[] = {
      {"url", [](HttpRequest* r) { r->url = ""; }},
      {"url", [](HttpRequest* r) { r->url = "/feed"; }},
      {"url", [](HttpRequest* r) { r->url = "ftp://example.org/"; }},
      {"url", [](HttpRequest* r) { r->url = "file:///etc/passwd"; }},
      {"url", [](HttpRequest* r) { r->url = "https://user:word@example.org/"; }},
      {"url", [](HttpRequest* r) { r->url = std::string("https://example.org/\0x", 22); }},
      {"url", [](HttpRequest* r) { r->url = "https://example.org/" + std::string(3'000, 'x'); }},
      {"headers[0].name",
       [](HttpRequest* r) {
         r->headers = {{"a b", "c"}};
       }},
      {"headers[1].value",
       [](HttpRequest* r) {
         r->headers = {{"a", "b"}, {"c", "d\r\nE: f"}};
       }},
      {"headers[0].name",
       [](HttpRequest* r) {
         r->headers = {{"Host", "inside"}};
       }},
      {"headers[0].name",
       [](HttpRequest* r) {
         r->headers = {{"Cookie", "a=b"}};
       }},
      {"secret_headers[0].name",
       [](HttpRequest* r) {
         r->secret_headers = {{"Authorization", "x"}};
       }},
      {"body", [](HttpRequest* r) { r->body = "x"; }},
      {"if_none_match", [](HttpRequest* r) { r->if_none_match = "\"a\"\nB: c"; }},
      {"if_modified_since", [](HttpRequest* r) { r->if_modified_since = "a\nB: c"; }},
      {"basic.user",
       [](HttpRequest* r) {
         r->basic = {"a:b", "c"};
       }},
      {"basic.password",
       [](HttpRequest* r) {
         r->basic = {"a", "c\n"};
       }},
      {"bearer_token", [](HttpRequest* r) { r->bearer_token = "a\nb"; }},
      {"max_bytes", [](HttpRequest* r) { r->max_bytes = 0; }},
      {"max_redirects", [](HttpRequest* r) { r->max_redirects = -1; }},
      {"connect_timeout", [](HttpRequest* r) { r->connect_timeout = absl::ZeroDuration(); }},
      {"total_timeout", [](HttpRequest* r) { r->total_timeout = absl::InfiniteDuration(); }},
      {"low_speed_window", [](HttpRequest* r) { r->low_speed_window = absl::Milliseconds(1); }},
  };
  EXPECT_TRUE(Validate(Good()).ok());
  for (const auto& test : cases) {
    HttpRequest request = Good();
    test.spoil(&request);
    const auto violations = error::FieldViolationsOf(Validate(request));
    ASSERT_GE(violations.field_violations_size(), 1) << test.field;
    EXPECT_EQ(violations.field_violations(0).field(), test.field);
  }
}

TEST(HttpRequestTest, NeverRepeatsASecret) {
  HttpRequest request = Good();
  request.url = "https://user:hush@example.org/";
  request.basic = {"hush:", "hush\n"};
  request.bearer_token = "hush\n";
  request.secret_headers = {{"X-Key", "hush\n"}};
  const absl::Status status = Validate(request);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.ToString().find("hush"), std::string::npos) << status;
}

TEST(UrlTest, LeavesQueriesOutOfMessages) {
  const auto url = ParseAddress("https://Example.org:8443/feed?key=hush#part");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(ForMessages(*url), "https://example.org:8443/feed");
  EXPECT_EQ(ParseAddress("http://[2001:db8::1]/")->host, "[2001:db8::1]");
}

TEST(UrlTest, OfALocationKeepsBytesThatAreNoUtf8) {
  const auto base = ParseAddress("https://example.org/a/b?c");
  ASSERT_TRUE(base.has_value());
  const struct {
    const char* reference;
    const char* url;
  } kCases[] = {
      {"d", "https://example.org/a/d"},
      {"?e f", "https://example.org/a/b?e%20f"},
      {"//B.example:443/x/../y#z", "https://b.example/y"},
      {"/caf\xe9", "https://example.org/caf%E9"},
      {"/caf\xc3\xa9", "https://example.org/caf%C3%A9"},
      {"https://b\xc3\xbc.example/", "https://xn--b-eha.example/"},
      {"", "https://example.org/a/b?c"},
  };
  for (const auto& c : kCases) {
    const auto url = ResolveAddress(*base, c.reference);
    ASSERT_TRUE(url.has_value()) << c.reference;
    EXPECT_EQ(url::SerialiseUrl(*url), c.url) << c.reference;
  }
}

}  // namespace
}  // namespace dateline::http
