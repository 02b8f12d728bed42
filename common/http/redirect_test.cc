#include "common/http/redirect.h"

#include <gtest/gtest.h>

#include "common/errors/details.h"
#include "common/http/failure.h"

namespace dateline::http {
namespace {

HttpRequest Request(RedirectPolicy policy) {
  HttpRequest request;
  request.url = "https://a.example/feed";
  request.redirects = policy;
  request.max_redirects = 3;
  return request;
}

std::vector<Hop> Hops(const std::vector<std::string>& urls, Method method = Method::kGet) {
  std::vector<Hop> hops;
  for (const std::string& url : urls) hops.push_back({*ParseAddress(url), method, true});
  return hops;
}

TEST(RedirectTest, ResolvesLocations) {
  const struct {
    const char* location;
    const char* expected;
  } cases[] = {
      {"/other", "https://a.example/other"},
      {"other", "https://a.example/x/other"},
      {"../y?q=1#part", "https://a.example/y?q=1"},
      {"?page=2", "https://a.example/x/feed?page=2"},
      {"//b.example/feed", "https://b.example/feed"},
      {"http://B.Example:8080/", "http://b.example:8080/"},
      {"/with space", "https://a.example/with%20space"},
  };
  for (const auto& test : cases) {
    const auto next = NextHop(Request(RedirectPolicy::kAnyOrigin),
                              Hops({"https://a.example/x/feed"}), 301, test.location);
    ASSERT_TRUE(next.ok()) << test.location << next.status();
    ASSERT_TRUE(next->has_value()) << test.location;
    EXPECT_EQ(url::SerialiseUrl((*next)->url), test.expected) << test.location;
  }
}

TEST(RedirectTest, RefusesWhereItMustNotGo) {
  const struct {
    const char* location;
    RedirectPolicy policy;
    const char* cause;
  } cases[] = {
      {"ftp://a.example/feed", RedirectPolicy::kAnyOrigin, cause::kBadRedirect},
      {"file:///etc/passwd", RedirectPolicy::kAnyOrigin, cause::kBadRedirect},
      {"gopher://a.example/", RedirectPolicy::kAnyOrigin, cause::kBadRedirect},
      {"javascript:alert(1)", RedirectPolicy::kAnyOrigin, cause::kBadRedirect},
      {"https://user:word@a.example/", RedirectPolicy::kAnyOrigin, cause::kBadRedirect},
      {"https://", RedirectPolicy::kAnyOrigin, cause::kBadRedirect},
      {"https://a.example:99999/", RedirectPolicy::kAnyOrigin, cause::kBadRedirect},
      {"https://b.example/feed", RedirectPolicy::kSameOrigin, cause::kBadRedirect},
      {"http://a.example/feed", RedirectPolicy::kSameOrigin, cause::kBadRedirect},
      {"https://a.example:444/feed", RedirectPolicy::kSameOrigin, cause::kBadRedirect},
      {"https://a.example/feed", RedirectPolicy::kAnyOrigin, cause::kRedirectLoop},
      {"#only", RedirectPolicy::kAnyOrigin, cause::kRedirectLoop},
  };
  for (const auto& test : cases) {
    const auto next =
        NextHop(Request(test.policy), Hops({"https://a.example/feed"}), 302, test.location);
    EXPECT_EQ(error::ReasonOf(next.status()), errors::v1::ERROR_REASON_FETCH_FAILED)
        << test.location;
    EXPECT_NE(next.status().message().find(test.cause), absl::string_view::npos)
        << test.location << next.status();
  }
}

TEST(RedirectTest, FollowsOnlyWhatIsARedirectAndAskedFor) {
  for (const int status : {200, 204, 300, 304, 305, 306, 404}) {
    const auto next = NextHop(Request(RedirectPolicy::kAnyOrigin), Hops({"https://a.example/feed"}),
                              status, "/other");
    EXPECT_TRUE(next.ok() && !next->has_value()) << status;
  }
  const auto never =
      NextHop(Request(RedirectPolicy::kNever), Hops({"https://a.example/feed"}), 301, "/other");
  EXPECT_TRUE(never.ok() && !never->has_value());
  const auto nowhere =
      NextHop(Request(RedirectPolicy::kAnyOrigin), Hops({"https://a.example/feed"}), 301, "");
  EXPECT_TRUE(nowhere.ok() && !nowhere->has_value());
}

TEST(RedirectTest, ChangesThePostAsTheStatusSays) {
  const struct {
    int status;
    Method expected;
  } cases[] = {{301, Method::kGet},
               {302, Method::kGet},
               {303, Method::kGet},
               {307, Method::kPost},
               {308, Method::kPost}};
  for (const auto& test : cases) {
    const auto next = NextHop(Request(RedirectPolicy::kAnyOrigin),
                              Hops({"https://a.example/feed"}, Method::kPost), test.status, "/to");
    ASSERT_TRUE(next.ok() && next->has_value()) << test.status;
    EXPECT_EQ((*next)->method, test.expected) << test.status;
  }
}

TEST(RedirectTest, KeepsSecretsFromOtherOriginsAndFromWhatTheyLeadTo) {
  const HttpRequest request = Request(RedirectPolicy::kAnyOrigin);
  std::vector<Hop> hops = Hops({"https://a.example/feed"});
  const auto same = NextHop(request, hops, 301, "https://A.example:443/b");
  ASSERT_TRUE(same.ok() && same->has_value());
  EXPECT_TRUE((*same)->with_secrets);
  const auto away = NextHop(request, hops, 301, "http://a.example/feed");
  ASSERT_TRUE(away.ok() && away->has_value());
  EXPECT_FALSE((*away)->with_secrets);
  hops.push_back(**away);
  const auto back = NextHop(request, hops, 301, "https://a.example/c");
  ASSERT_TRUE(back.ok() && back->has_value());
  EXPECT_FALSE((*back)->with_secrets);
}

TEST(RedirectTest, EndsAfterTheAllowedNumber) {
  const HttpRequest request = Request(RedirectPolicy::kAnyOrigin);
  EXPECT_TRUE(NextHop(request,
                      Hops({"https://a.example/1", "https://a.example/2", "https://a.example/3"}),
                      301, "/4")
                  .ok());
  EXPECT_FALSE(NextHop(request,
                       Hops({"https://a.example/1", "https://a.example/2", "https://a.example/3",
                             "https://a.example/4"}),
                       301, "/5")
                   .ok());
}

}  // namespace
}  // namespace dateline::http
