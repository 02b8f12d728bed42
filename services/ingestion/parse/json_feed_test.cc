// JSON Feed 1.0 and 1.1, and what is written in its name.

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

std::string Item(const char* members) {
  return absl::StrCat(
      R"({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{)", members,
      "}]}");
}

std::string Top(const char* members) {
  return absl::StrCat(R"({"version": "https://jsonfeed.org/version/1.1", )", members,
                      R"(, "items": []})");
}

TEST(JsonFeed, FeedLevel) {
  ExpectFeeds({
      {"1.0", R"({"version": "https://jsonfeed.org/version/1", "title": "A", "items": []})",
       "format=json10\nversion=1.0\ntitle=A"},
      {"1.1", R"({"version": "https://jsonfeed.org/version/1.1", "items": []})",
       "format=json11\nversion=1.1"},
      {"no version", R"({"title": "A", "items": [{"id": "1"}]})", "format=json11\nentries=1"},
      {"links", Top(R"("home_page_url": "/h", "feed_url": "https://a.example/f.json")"),
       "link=https://doc.example/h\nself=https://a.example/f.json"},
      {"texts", Top(R"("title": " A  B ", "description": "D & d", "language": "en_GB")"),
       "title=A B\nsubtitle=D & d\nlanguage=en-GB"},
      {"images", Top(R"("icon": "/i.png", "favicon": "/f.ico")"),
       "image=https://doc.example/i.png\nicon=https://doc.example/f.ico"},
      {"author", Top(R"("author": {"name": "Ann", "url": "https://a.example/"})"),
       "authors[0].name=Ann\nauthors[0].uri=https://a.example/"},
      {"authors", Top(R"("authors": [{"name": "Ann"}, {"name": "Bob"}], "author": {"name": "No"})"),
       "authors=2\nauthors[1].name=Bob"},
      {"hubs", Top(R"("hubs": [{"type": "WebSub", "url": "https://h.example/"}])"),
       "hubs[0]=https://h.example/"},
      {"blanks first", "\n  {\"items\": []}", "format=json11"},
      {"byte order mark", "\xEF\xBB\xBF{\"items\": []}", "format=json11"},
      {"wrong types",
       R"({"version": 1, "title": 5, "authors": "Ann", "hubs": {}, "items": [1, null, {"id": "x"}]})",
       "title=5\nauthors[0].name=Ann\nentries=1"},
  });
}

TEST(JsonFeed, Items) {
  ExpectFeeds({
      {"id and url", Item(R"("id": "1", "url": "https://a.example/1", "title": "A <b> & B")"),
       "0.id=1\n0.link=https://a.example/1\n0.title=A <b> & B\n0.links[0].rel=alternate"},
      {"number as id", Item(R"("id": 42)"), "0.id=42\n0.link="},
      {"address as id", Item(R"("id": "https://a.example/1")"), "0.link=https://a.example/1"},
      {"double-escaped title", Item(R"("title": "It&#8217;s")"), "0.title=It\u2019s"},
      {"html", Item(R"("content_html": "<p>a</p>", "content_text": "b", "summary": "s")"),
       "0.content=<p>a</p>\n0.content.html=yes\n0.summary=s"},
      {"text", Item(R"("content_text": "a <b>")"), "0.content=a <b>\n0.content.html=no"},
      {"empty html", Item(R"("content_html": "", "content_text": "a")"),
       "0.content=a\n0.content.html=no"},
      {"external_url",
       Item(R"("url": "https://a.example/1", "external_url": "https://b.example/")"),
       "0.link=https://a.example/1\n0.links[1].href=https://b.example/\n0.links[1].rel=related"},
      {"external_url alone", Item(R"("external_url": "https://b.example/")"),
       "0.link=https://b.example/"},
      {"images", Item(R"("image": "/i.png", "banner_image": "/b.png")"),
       "0.media=2\n0.media[0].url=https://doc.example/i.png\n0.media[0].medium=image"},
      {"dates",
       Item(
           R"("date_published": "2020-01-10T10:00:00-05:00", "date_modified": "2020-01-11T10:00:00Z")"),
       "0.published=2020-01-10 15:00:00\n0.updated=2020-01-11 10:00:00"},
      {"unreadable date", Item(R"("date_published": "soon")"), "0.published=\n0.unparsed[0]=soon"},
      {"date as a number", Item(R"("date_published": 1578650400)"),
       "0.published=2020-01-10 10:00:00"},
      {"authors", Item(R"("authors": [{"name": "Ann", "url": "/ann"}])"),
       "0.authors[0].name=Ann\n0.authors[0].uri=https://doc.example/ann"},
      {"author", Item(R"("author": {"name": "Ann"})"), "0.authors[0].name=Ann"},
      {"author as a string", Item(R"("author": "Ann <ann@a.example>")"),
       "0.authors[0].name=Ann\n0.authors[0].email=ann@a.example"},
      {"authors of the feed",
       R"({"authors": [{"name": "F"}], "items": [{"id": "1"}, {"id": "2", "author": {"name": "E"}}]})",
       "0.authors[0].name=F\n1.authors[0].name=E\n1.authors=1"},
      {"tags", Item(R"("tags": ["a", " b ", "", "a", 3])"),
       "0.categories=3\n0.categories[1].term=b"},
      {"one tag", Item(R"("tags": "a")"), "0.categories[0].term=a"},
      {"attachments",
       Item(
           R"("attachments": [{"url": "/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9, "duration_in_seconds": 61.5}])"),
       "0.enclosures[0].url=https://doc.example/1.mp3\n0.enclosures[0].type=audio/"
       "mpeg\n0.enclosures[0].length=9\n0.enclosures[0].duration=61"},
      {"size as a string", Item(R"("attachments": [{"url": "/1", "size_in_bytes": "9"}])"),
       "0.enclosures[0].length=9"},
      {"language", Item(R"("language": "de")"), "0.language=de"},
      {"null",
       Item(
           R"("id": null, "url": null, "title": null, "tags": null, "attachments": null, "authors": null)"),
       "entries=1\n0.id=\n0.title="},
      {"surrogates", Item(R"("title": "\ud83d\ude00 \u00e9")"), "0.title=\U0001F600 \u00e9"},
  });
}

TEST(JsonFeed, IsMendedAndNamed) {
  const auto feed = [](absl::string_view rest) {
    return absl::StrCat(R"({"version": "https://jsonfeed.org/version/1.1", "title": "T", )", rest);
  };
  const auto items = [&](absl::string_view list) {
    return feed(absl::StrCat("\"items\": [", list, "]}"));
  };
  ExpectFeeds({
      {"lone surrogates", items(R"({"id": "1", "title": "a\ud83d b\uDE00c \ud83d\ude00 \ud83dx"})"),
       "0.title=a\uFFFD b\uFFFDc \U0001F600 \uFFFDx\nwell_formed=no\nfault=lone surrogate (line "
       "1)"},
      {"raw line breaks", items("{\"id\": \"1\", \"title\": \"a\n\tb\r\nc\x01\"}"),
       "0.title=a b c\nwell_formed=no\nfault=control character in a string (line 1)"},
      {"trailing commas", items(R"({"id": "1", "tags": ["a", ], }, {"id": "2"} , )"),
       "entries=2\n0.categories=1\n1.id=2\nfault=trailing comma (line 1)"},
      {"unknown escape", items(R"({"id": "1", "title": "a\'b\x \u12 \\ \n"})"),
       "0.title=a'bx u12 \\\nfault=unknown escape (line 1)"},
      {"cut within an item",
       feed("\"items\": [{\"id\": \"1\",\n\"title\": \"a\"}, {\"id\": \"2\", \"ti"),
       "entries=1\n0.title=a\nwell_formed=no\nfault=the document ends early (line 2)"},
      {"cut within an escape", feed(R"("items": [{"id": "1"}, {"id": "2", "title": "\u00)"),
       "entries=1\nfault=the document ends early (line 1)"},
      {"cut behind an item", feed(R"("items": [{"id": "1"}, {"id": "2"})"), "entries=2\n1.id=2"},
      {"cut behind a comma", feed(R"("items": [{"id": "1"},)"), "entries=1"},
      {"cut before the end", feed(R"("items": [{"id": "1"}])"),
       "entries=1\nfault=the document ends early (line 1)"},
      {"cut before the items", feed(R"("home_page_url": "https://a.example/", "ite)"),
       "failure=document: JSON that is no feed"},
      {"cut in the last of the feed's fields",
       feed(R"("items": [{"id": "1"}], "author": {"name": "Ann", "url": "htt)"),
       "entries=1\nauthors[0].name=Ann"},
      {"cut within a text",
       feed(R"("items": [{"id": "1"}, {"id": "2", "title": "b", "url": "/2", "content_html": "x)"),
       "entries=2\n0.cut=no\n1.cut=yes\n1.id=2\n1.title=b\n1.link=https://doc.example/"
       "2\n1.content="},
      {"cut within an author",
       feed(R"("items": [{"id": "2", "title": "b", "tags": ["t"], "author": {"name": "x)"),
       "entries=1\n0.cut=yes\n0.categories=1\n0.authors=0"},
      {"cut behind a list in an item", feed(R"("items": [{"id": "2", "title": "b", "tags": ["t"])"),
       "entries=1\n0.cut=yes\n0.categories=1"},
      {"cut without what an item is known by",
       feed(R"("items": [{"id": "1"}, {"title": "b", "content_html": "x)"), "entries=1\n0.cut=no"},
      {"cut within a list of the feed",
       feed(R"("items": [{"id": "1"}], "authors": [{"name": "Ann", "url": "htt)"),
       "entries=1\n0.cut=no"},
      {"cut post of WordPress", R"([{"id": 1, "link": "/1", "title": {"rendered": "a"}},
          {"id": 2, "link": "/2", "title": {"rendered": "b"}, "content": {"rendered": "x)",
       "entries=2\n1.cut=yes\n1.title=b\n1.content="},
      {"several faults", items("{\"id\": \"1\", \"title\": \"a\nb\",}"),
       "0.title=a b\nfault=control character in a string (line 1)"},
      {"posts of WordPress", R"([{"id": 1, "link": "/1", "title": {"rendered": "a\ud800"}},
          {"id": 2, "link": "/2", "title": {"rend)",
       "entries=1\n0.title=a\uFFFD\nfault=lone surrogate (line 1)"},
      {"no JSON", feed("\"items\": [}]"), "failure=document: malformed JSON, no feed"},
      {"no JSON at all", "{name: 'x'}", "failure=document: malformed JSON, no feed"},
      {"text behind", items("{\"id\": \"1\"}") + "x", "failure=document: malformed JSON, no feed"},
  });
}

TEST(WordPressRest, Posts) {
  const char* post =
      R"({"id": 7, "date": "2020-01-10T11:00:00", "date_gmt": "2020-01-10T10:00:00", "modified_gmt": "2020-01-11T10:00:00",
    "guid": {"rendered": "https://a.example/?p=7"}, "link": "https://a.example/one/", "status": "publish", "type": "post",
    "title": {"rendered": "It&#8217;s <em>A</em> &#038; B"}, "content": {"rendered": "<p>c</p>", "protected": false},
    "excerpt": {"rendered": "<p>e</p>"}, "_embedded": {"author": [{"name": "Ann", "link": "https://a.example/ann"}],
    "wp:term": [[{"name": "News &amp; Views", "taxonomy": "category"}], [{"name": "x", "taxonomy": "post_tag"}]],
    "wp:featuredmedia": [{"source_url": "https://a.example/i.jpg", "mime_type": "image/jpeg", "media_type": "image", "alt_text": "I",
    "media_details": {"width": 640, "height": 480}}]}})";
  const char* want =
      "format=wp_rest\nentries=1\n0.id=https://a.example/?p=7\n0.link=https://a.example/one/"
      "\n0.title=It\u2019s A & B\n"
      "0.content=<p>c</p>\n0.summary=<p>e</p>\n0.published=2020-01-10 "
      "10:00:00\n0.updated=2020-01-11 10:00:00\n0.status=publish\n"
      "0.post_type=post\n0.authors[0].name=Ann\n0.authors[0].uri=https://a.example/"
      "ann\n0.categories=2\n"
      "0.categories[0].term=News & "
      "Views\n0.categories[0].scheme=category\n0.media[0].url=https://a.example/"
      "i.jpg\n0.media[0].width=640\n"
      "0.media[0].title=I";
  ExpectFeeds({
      {"array", absl::StrCat("[", post, "]"), want},
      {"one post", post, want},
      {"protected",
       R"([{"title": {"rendered": "P"}, "link": "https://a.example/", "content": {"rendered": "", "protected": true}}])",
       "0.protected=yes\n0.content="},
      {"no embedded", R"([{"title": {"rendered": "P"}, "link": "https://a.example/"}])",
       "0.authors=0\n0.title=P"},
      {"embedded error",
       R"([{"title": {"rendered": "P"}, "_embedded": {"author": [{"code": "rest_user_invalid_id", "message": "x"}],
        "wp:featuredmedia": [{"code": "x"}]}}])",
       "0.authors=0\n0.media=0"},
      {"empty array", "[]", "failure=document: JSON that is no feed"},
      {"an error of WordPress", R"({"code": "rest_no_route", "message": "x"})",
       "failure=document: JSON that is no feed"},
      {"cut off", R"([{"title": {"rendered": "P")", "failure=document: malformed JSON, no feed"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
