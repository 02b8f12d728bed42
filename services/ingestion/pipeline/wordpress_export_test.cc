// Exports of WordPress through the whole pipeline.

#include <string>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/pipeline/document.h"

namespace dateline::ingestion::pipeline {
namespace {

using dateline::testing::IsOk;

// The body of the first post.
std::string BodyOf(absl::string_view content) {
  const std::string bytes = absl::StrCat(
      "<rss version='2.0' xmlns:wp='http://wordpress.org/export/1.2/' "
      "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>B</title>"
      "<wp:wxr_version>1.2</wp:wxr_version><item><title>T</title><link>https://b.example.org/1</"
      "link>"
      "<wp:post_id>1</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
      "<content:encoded><![CDATA[",
      content,
      "]]></content:encoded></item><item><title>P</title><guid>2</guid><wp:post_id>2</wp:post_id>"
      "<wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status>"
      "<wp:attachment_url>https://b.example.org/p.jpg</wp:attachment_url></item></channel></rss>");
  DocumentInput input;
  input.bytes = bytes;
  input.source.set_name("sources/uploads");
  input.observed_at = absl::FromUnixSeconds(1'790'000'000);
  const auto document = ReadDocument(input);
  EXPECT_THAT(document, IsOk());
  return document.ok() ? document->entries[0].item.article().body_html() : "";
}

TEST(WordPressPosts, HaveTheBodyThatReadersSee) {
  const struct {
    const char* content;
    const char* body;
  } kCases[] = {
      {"One.\n\nTwo.", "<p>One.</p><p>Two.</p>"},
      {"<strong>One.\n\nTwo.</strong>", "<p><strong>One.</strong></p><p><strong>Two.</strong></p>"},
      {"One\n[caption width=\"9\"]<img src=\"/a.jpg\" alt=\"\"> A[/caption]\ntwo",
       "<p>One</p><figure><img src=\"https://b.example.org/a.jpg\" alt=\"\"><figcaption>A"
       "</figcaption></figure><p>two</p>"},
      {"[gallery ids=\"2\"]",
       "<figure><img src=\"https://b.example.org/p.jpg\" alt=\"P\"></figure>"},
      {"<!-- wp:paragraph -->\n<p>One</p>\n<!-- /wp:paragraph -->", "\n<p>One</p>\n"},
      {"[video src=\"javascript:x()\"][audio src=\"https://b.example.org/\"onerror=\"x()\"]a",
       "<p><a href=\"https://b.example.org/\" rel=\"noopener "
       "noreferrer\">https://b.example.org/</a>a</p>"},
  };
  for (const auto& c : kCases) EXPECT_EQ(BodyOf(c.content), c.body) << c.content;
}

}  // namespace
}  // namespace dateline::ingestion::pipeline
