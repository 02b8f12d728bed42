#include "common/html/address.h"

#include <gtest/gtest.h>

#include "common/url/url.h"

namespace dateline::html {
namespace {

// Every address is what the URL parser makes of it, whether it had to be asked or not.
TEST(CleanAddress, GivesWhatTheParserGives) {
  for (const char* address : {
           "https://example.org/",
           "https://example.org/a/b.html?c=d&e=f#g",
           "http://example.org/a/b-c_d~e!f$g(h)*i+j,k;l=m:n@o",
           "https://example.org/%7Ea%20b",
           "https://example.org",
           "https://example.org?x",
           "https://EXAMPLE.org/",
           "HTTPS://example.org/",
           "https://example.org:443/",
           "https://example.org:8080/",
           "https://user@example.org/",
           "https://xn--bcher-kva.example/",
           "https://b\u00FCcher.example/",
           "https://127.1/",
           "https://example.1/",
           "https://example.0x1/",
           "https://exa_mple.org/",
           "https://-example.org/",
           "https://example..org/",
           "https://.example.org/",
           "https://example.org./",
           "https://example/",
           "https://[::1]/",
           "https://example.org/./a",
           "https://example.org/a/../b",
           "https://example.org/a/.b",
           "https://example.org/a/b.",
           "https://example.org/%2e%2E/a",
           "https://example.org/a/%2e",
           "https://example.org/a.b/c..d",
           "https://example.org/?a=/../b",
           "https://example.org/#a#b",
           "https://example.org/#a?b",
           "https://example.org/a'b?c'd",
           "https://example.org/a\"b",
           "https://example.org/a b",
           "https://example.org/a\\b",
           "https://example.org/a|b^c`d{e}",
           "https://example.org/[a]",
           "https://example.org/a%",
           "https://example.org/a%zz",
           "https://example.org/\u00E9?\u00E9#\u00E9",
           "https://example.org//a",
           "https:///example.org/",
           "https://",
           "https:///",
           "https://exam ple.org/",
           "https://example.org/a\tb",
       }) {
    EXPECT_EQ(CleanAddress(address, ""), url::ResolveUrl("", address)) << address;
    EXPECT_EQ(CleanAddress(address, "http://b.example/c/d"), url::ResolveUrl("", address))
        << address;
  }
}

TEST(CleanAddress, IsSettled) {
  for (const char* address :
       {"a", "a b", "a\\b", "/a", "?a b", "#a b", "..", "./a:b", "//a.example", "\\\\a.example\\b",
        "http:/a", " a\nb ", "a?b\\c", "\u00E9"}) {
    for (const char* base : {"", "https://a.example/b/c"}) {
      const auto once = CleanAddress(address, base);
      ASSERT_TRUE(once.has_value()) << address;
      EXPECT_EQ(CleanAddress(*once, base), once) << address;
      // What is relative still leads where it led.
      EXPECT_EQ(url::ResolveUrl("https://a.example/b/c", *once),
                url::ResolveUrl("https://a.example/b/c", address))
          << address;
    }
  }
}

}  // namespace
}  // namespace dateline::html
