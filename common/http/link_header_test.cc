#include "common/http/link_header.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dateline::http {
namespace {

// Each link as `href rel+rel type title`.
std::string Links(const std::vector<std::string>& values) {
  HttpResponse response;
  response.final_url = "https://a.example/d/page?q";
  response.headers.push_back({"X-Link", "<https://no.example/>; rel=hub"});
  for (const std::string& value : values) response.headers.push_back({"LINK", value});
  return absl::StrJoin(LinksOf(response), " | ", [](std::string* out, const HeaderLink& link) {
    absl::StrAppend(out, link.href, " ", absl::StrJoin(link.rels, "+"), " ", link.type, " ",
                    link.title);
  });
}

TEST(LinksOf, ReadsRfc8288) {
  const struct {
    std::vector<std::string> values;
    const char* links;
  } kCases[] = {
      {{"<https://hub.example/>; rel=\"hub\""}, "https://hub.example/ hub  "},
      {{"<https://hub.example/>;rel=hub,<feed>;rel=self"},
       "https://hub.example/ hub   | https://a.example/d/feed self  "},
      {{"</f>; REL=\"Alternate Feed\"; type=\"application/rss+xml\"; title=\"A, \\\"B\\\"; c\""},
       "https://a.example/f alternate+feed application/rss+xml A, \"B\"; c"},
      {{"<a>; rel=x", "<b>; rel=y"}, "https://a.example/d/a x   | https://a.example/d/b y  "},
      // The first of a name counts.
      {{"<a>; rel=x; rel=y"}, "https://a.example/d/a x  "},
      {{"<a,b>; rel=x"}, "https://a.example/d/a,b x  "},
      {{"< a > ; rel = x ; flag"}, "https://a.example/d/a x  "},
      // An anchor speaks of another resource.
      {{"<a>; rel=x; anchor=\"/other\", <b>; rel=y"}, "https://a.example/d/b y  "},
      {{"<javascript:alert(1)>; rel=x"}, ""},
      {{"<a>", "a; rel=x", "<a; rel=x", "", ",,,", "<a>; rel=", "<a>; rel=\""}, ""},
      {{"nonsense, <a>; rel=x"}, "https://a.example/d/a x  "},
      {{"<a>; rel=\"x"}, "https://a.example/d/a x  "},
  };
  for (const auto& c : kCases) EXPECT_EQ(Links(c.values), c.links) << c.values[0];
}

TEST(LinksOf, IsBounded) {
  std::string many;
  for (int i = 0; i < 1'000; ++i) absl::StrAppend(&many, "<a", i, ">; rel=x,");
  HttpResponse response;
  response.final_url = "https://a.example/";
  response.headers = {{"Link", many}};
  EXPECT_EQ(LinksOf(response).size(), 100U);
}

}  // namespace
}  // namespace dateline::http
