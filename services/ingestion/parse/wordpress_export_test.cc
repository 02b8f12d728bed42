// Exports of WordPress (WXR).

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

std::string Wxr(const char* ns, absl::string_view items) {
  return absl::StrCat(R"(<rss version="2.0" xmlns:excerpt=")", ns,
                      R"(excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp=")",
                      ns, R"("><channel><title>A</title><wp:wxr_version>1.2</wp:wxr_version>
      <wp:author><wp:author_login>ann1</wp:author_login><wp:author_email>ann@a.example</wp:author_email>
      <wp:author_display_name><![CDATA[Ann Lee]]></wp:author_display_name></wp:author>
      <wp:category><wp:cat_name>no</wp:cat_name></wp:category><item>)",
                      items, "</item></channel></rss>");
}

constexpr char kNamespace[] = "http://wordpress.org/export/1.2/";

TEST(WordPressExport, Items) {
  const char* item =
      R"(<title>x</title><dc:creator>ann1</dc:creator><pubDate>Fri, 10 Jan 2020 10:00:00 +0000</pubDate>
    <content:encoded><![CDATA[c

d]]></content:encoded><excerpt:encoded><![CDATA[e]]></excerpt:encoded><wp:status>publish</wp:status>
    <wp:post_type>post</wp:post_type><category domain="category" nicename="news"><![CDATA[News]]></category>
    <wp:comment><wp:comment_author>no</wp:comment_author></wp:comment>)";
  const char* want =
      "format=wxr\nversion=1.2\n0.status=publish\n0.post_type=post\n0.content=<p>c</p><p>d</"
      "p>\n0.summary=<p>e</p>\n0."
      "authors=1\n"
      "0.authors[0].name=Ann "
      "Lee\n0.authors[0].email=ann@a.example\n0.categories=1\n0.categories[0].scheme=category\n"
      "0.published=2020-01-10 10:00:00\ncategories=0\nauthors=0";
  ExpectFeeds({
      {"1.2", Wxr(kNamespace, item), want},
      {"https", Wxr("https://wordpress.org/export/1.2/", item), want},
      {"1.0", Wxr("http://wordpress.org/export/1.0/", item), want},
      {"draft",
       Wxr(kNamespace,
           R"(<wp:status>draft</wp:status><wp:post_type>page</wp:post_type>
        <wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt><wp:post_password>s</wp:post_password>)"),
       "0.status=draft\n0.post_type=page\n0.protected=yes\n0.published=\n0.unparsed=0"},
      {"date of the post",
       Wxr(kNamespace, "<wp:post_date_gmt>2020-01-10 10:00:00</wp:post_date_gmt>"),
       "0.published=2020-01-10 10:00:00"},
  });
}

// A date that WordPress has not worked out is zero.
TEST(WordPressExport, DatesOfTheBlogsOwnTimeWhereThereIsNoOther) {
  const char* zero = "<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>";
  ExpectFeeds({
      {"date",
       Wxr(kNamespace, absl::StrCat("<wp:post_date>2020-01-10 10:00:00</wp:post_date>", zero)),
       "0.published=2020-01-10 10:00:00\n0.unparsed=0"},
      {"before the zero",
       Wxr(kNamespace, absl::StrCat(zero,
                                    "<wp:post_date><![CDATA[2020-01-10 10:00:00]]></wp:post_date>"
                                    "<pubDate>Wed, 30 Nov -0001 00:00:00 +0000</pubDate>")),
       "0.published=2020-01-10 10:00:00\n0.unparsed=0"},
      {"both",
       Wxr(kNamespace,
           "<wp:post_date>2020-01-10 12:00:00</wp:post_date>"
           "<wp:post_date_gmt>2020-01-10 10:00:00</wp:post_date_gmt>"),
       "0.published=2020-01-10 10:00:00"},
      {"changed",
       Wxr(kNamespace,
           "<wp:post_modified>2020-01-10 12:00:00</wp:post_modified>"
           "<wp:post_modified_gmt>0000-00-00 00:00:00</wp:post_modified_gmt>"),
       "0.updated=2020-01-10 12:00:00\n0.unparsed=0"},
  });
}

TEST(WordPressExport, PostsAreWhatReadersSee) {
  ExpectFeeds({
      {"files of the export",
       Wxr(kNamespace,
           "<title>T</title><wp:post_id>7</wp:post_id><wp:post_type>post</wp:post_type>"
           "<content:encoded><![CDATA[One.\n\n[gallery]\n\n[audio]]]></content:encoded></item>"
           "<item><title>B &amp; "
           "c</title><wp:post_id>8</wp:post_id><wp:post_parent>7</wp:post_parent>"
           "<wp:attachment_url>https://a.example/b.jpg</wp:attachment_url>"
           "<wp:post_type>attachment</wp:post_type><excerpt:encoded>By <![CDATA[Ann]]>"
           "</excerpt:encoded></item><item><wp:post_id>9</wp:post_id>"
           "<wp:post_parent>7</wp:post_parent><wp:post_type>attachment</wp:post_type>"
           "<wp:attachment_url>/c.mp3</wp:attachment_url>"),
       "entries=3\n0.content=<p>One.</p><figure><img src=\"https://a.example/b.jpg\" alt=\"B "
       "&amp; c\"><figcaption>By Ann</figcaption></figure><p><audio controls "
       "src=\"https://doc.example/c.mp3\"></audio></p>"},
      {"a feed of WordPress has been through it all",
       RssItem("<content:encoded>One [gallery] Two</content:encoded>"),
       "0.content=One [gallery] Two"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
