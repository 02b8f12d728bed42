#include "services/ingestion/pipeline/document.h"

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/testing/test_documents.h"

namespace dateline::ingestion::pipeline {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using testing::Rss;
using testing::RssItem;

// Tue, 22 Sep 2026
const absl::Time kObserved = absl::FromUnixSeconds(1'790'000'000);

DocumentInput InputOf(absl::string_view bytes) {
  DocumentInput input;
  input.bytes = bytes;
  input.source.set_name("sources/news");
  input.source.set_url("https://news.example.org/feed");
  input.observed_at = kObserved;
  return input;
}

// The only entry of a document.
DocumentEntry OneEntry(const std::string& bytes, const v1::Source* source = nullptr) {
  DocumentInput input = InputOf(bytes);
  if (source != nullptr) input.source = *source;
  auto document = ReadDocument(input);
  EXPECT_THAT(document, IsOk());
  EXPECT_EQ(document->entries.size(), 1U);
  return std::move(document->entries[0]);
}

TEST(ReadDocument, RefusesWhatCannotBeRead) {
  std::string many;
  for (int i = 0; i <= limits::kMaxDocumentEntries; ++i) absl::StrAppend(&many, "<item/>");
  const std::string bomb =
      "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'>"
      "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
      "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>"
      "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>"
      "<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'>]>"
      "<rss version='2.0'><channel><title>&e;</title></channel></rss>";
  const struct {
    std::string bytes;
    errors::v1::ErrorReason reason;
  } kCases[] = {
      {"", errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {"Dear reader,", errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {"<html><body>news</body></html>", errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {std::string(70'000, 'x'), errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {std::string(70'000, '\xE9'), errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {std::string(size_t{7} << 20, 'x'), errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {std::string(256'000, '<'), errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {std::string(limits::kMaxDocumentBytes + 1, ' '),
       errors::v1::ERROR_REASON_DOCUMENT_TOO_LARGE},
      {bomb, errors::v1::ERROR_REASON_ENTITY_EXPANSION},
      {Rss(many), errors::v1::ERROR_REASON_TOO_MANY_ENTRIES},
  };
  for (const auto& c : kCases) {
    const auto document = ReadDocument(InputOf(c.bytes));
    EXPECT_THAT(document, HasReason(c.reason)) << c.bytes.substr(0, 60);
    EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(ReadDocument, PublishesAtTheEarlierOfTheFeedsDateAndTheObservation) {
  const struct {
    const char* dates;
    absl::Time expected;
  } kCases[] = {
      {"<pubDate>Thu, 01 Dec 2022 22:15:00 +0000</pubDate>", absl::FromUnixSeconds(1669932900)},
      {"", kObserved},
      {"<pubDate>soon</pubDate>", kObserved},
      // An hour ahead, and far ahead: shown at once either way.
      {"<pubDate>Mon, 21 Sep 2026 15:13:20 +0000</pubDate>", kObserved},
      {"<pubDate>Thu, 01 Dec 2050 22:15:00 +0000</pubDate>", kObserved},
  };
  for (const auto& c : kCases) {
    const DocumentEntry entry = OneEntry(Rss(RssItem("1", "A", c.dates)));
    EXPECT_EQ(entry.item.article().publish_time().seconds(), absl::ToUnixSeconds(c.expected))
        << c.dates;
  }
}

TEST(ReadDocument, MakesATitleOfTheTextOrTheLinkWhereThereIsNone) {
  const struct {
    std::string item;
    const char* title;
  } kCases[] = {
      {RssItem("1", "", "<description>One two three</description>"), "One two three"},
      {RssItem("1", "", "<description>1 2 3 4 5 6 7 8 9 10 11 12 13 14</description>"),
       "1 2 3 4 5 6 7 8 9 10 11 12..."},
      {RssItem("1", ""), "https://news.example.org/1"},
      {"<item><link>https://other.example.com/x</link></item>", "https://other.example.com/x"},
      {RssItem("1", "A &lt;b&gt;bold&lt;/b&gt; one"), "A bold one"},
  };
  for (const auto& c : kCases) {
    const DocumentEntry entry = OneEntry(Rss(c.item));
    EXPECT_EQ(entry.fate, EntryFate::kDeliver) << entry.rejection;
    EXPECT_EQ(entry.item.article().title(), c.title);
  }
}

TEST(ReadDocument, TakesTheLanguageOfTheEntryTheFeedTheSourceOrTheText) {
  v1::Source source = InputOf("").source;
  source.set_language("kk");
  const std::string german =
      "<description>Die Regierung hat am Montag beschlossen, dass die Brücke über den Fluss noch "
      "in diesem Jahr gebaut werden soll, und die Bürger freuen sich sehr darüber.</description>";
  const struct {
    std::string bytes;
    const v1::Source* source;
    const char* language;
  } kCases[] = {
      {Rss(RssItem("1", "A", "<dc:language>fr</dc:language>"), "<language>en</language>"), &source,
       "fr"},
      {Rss(RssItem("1", "A"), "<language>en_US</language>"), &source, "en-US"},
      {Rss(RssItem("1", "A", german), "<language>!</language>"), &source, "kk"},
      {Rss(RssItem("1", "A", german)), nullptr, "de"},
      {Rss(RssItem("1", "A")), nullptr, ""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(OneEntry(c.bytes, c.source).item.article().language(), c.language) << c.bytes;
  }
}

TEST(ReadDocument, ClaimsCanonicalAddressesOfItsOwnHostsOnly) {
  v1::Source source = InputOf("").source;
  source.add_canonical_hosts("partner.example.com");
  const struct {
    const char* link;
    const char* canonical;
  } kCases[] = {
      {"https://news.example.org/a?utm_source=rss", "https://news.example.org/a"},
      {"https://www.news.example.org/a", "https://www.news.example.org/a"},
      {"https://blog.news.example.org/a", "https://blog.news.example.org/a"},
      {"https://partner.example.com/a", "https://partner.example.com/a"},
      {"https://other.example.com/a", ""},
      {"https://evilnews.example.org/a", ""},
  };
  for (const auto& c : kCases) {
    const DocumentEntry entry = OneEntry(
        Rss(absl::StrCat("<item><title>A</title><link>", c.link, "</link></item>")), &source);
    EXPECT_EQ(entry.item.article().canonical_url(), c.canonical) << c.link;
    bool has_url_key = false;
    for (const auto& key : entry.item.keys()) {
      has_url_key = has_url_key || key.kind() == catalog::v1::IDENTITY_KIND_URL;
    }
    EXPECT_EQ(has_url_key, *c.canonical != '\0') << c.link;
  }
}

TEST(ReadDocument, BelievesNoDocumentWhoseAddressesAreItsOwn) {
  const std::string victim =
      "<item><title>A</title><link>https://victim.example.com/a</link></item>";
  DocumentInput input = InputOf("");
  const std::string bytes = Rss(absl::StrCat("<link>https://victim.example.com/</link>", victim));
  input.bytes = bytes;
  for (const char* base_url :
       {"https://news.example.org/feed", "https://victim.example.com/feed"}) {
    input.base_url = base_url;
    const auto document = ReadDocument(input);
    ASSERT_THAT(document, IsOk());
    ASSERT_EQ(document->entries.size(), 1U);
    EXPECT_EQ(document->entries[0].item.article().canonical_url(), "");
    EXPECT_EQ(document->entries[0].item.article().external_url(), "https://victim.example.com/a");
  }
}

TEST(ReadDocument, RejectsEntriesThatCannotBeTakenAndKeepsTheOthers) {
  const std::string long_body =
      absl::StrCat("<description>", std::string(limits::kMaxBodyBytes + 1, 'x'), "</description>");
  const auto document = ReadDocument(InputOf(Rss(absl::StrCat(
      RssItem("1", "Good"), "<item><pubDate>", "</pubDate></item>", RssItem("3", "Long", long_body),
      RssItem("1", "Another with the same id"), RssItem("1", "Good")))));
  ASSERT_THAT(document, IsOk());
  ASSERT_EQ(document->entries.size(), 5U);
  EXPECT_EQ(document->entries[0].fate, EntryFate::kDeliver);
  EXPECT_THAT(document->entries[1].rejection, HasReason(errors::v1::ERROR_REASON_EMPTY_ENTRY));
  EXPECT_THAT(document->entries[2].rejection, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_NE(document->entries[2].rejection.message().find("body_html"), std::string::npos);
  EXPECT_NE(document->entries[3].fate, EntryFate::kSkip);
  EXPECT_EQ(document->entries[4].fate, EntryFate::kDeliver);
}

// What a feed has too much of costs no entry. In all formats.
TEST(ReadDocument, CutsWhatIsTooMuchAndSaysSo) {
  const std::string title = absl::StrCat("A ", std::string(998, 'b'), "\u00E9");
  std::string rss;
  std::string atom;
  std::string json;
  for (int i = 0; i < 65; ++i) {
    absl::StrAppend(&rss, "<dc:creator>Ann ", i, "</dc:creator>");
    absl::StrAppend(&atom, "<author><name>Ann ", i, "</name></author>");
    absl::StrAppend(&json, i == 0 ? "" : ",", "{\"name\": \"Ann ", i, "\"}");
  }
  const std::string documents[] = {
      Rss(RssItem("1", title, rss)),
      absl::StrCat("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>", title,
                   "</title>", atom, "</entry></feed>"),
      absl::StrCat(
          "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"id\": \"1\", "
          "\"title\": \"",
          title, "\", \"authors\": [", json, "]}]}")};
  for (const std::string& document : documents) {
    const DocumentEntry entry = OneEntry(document);
    EXPECT_EQ(entry.fate, EntryFate::kDeliver) << entry.rejection;
    const content::v1::Article& article = entry.item.article();
    EXPECT_EQ(article.title(), absl::StrCat("A ", std::string(997, 'b'), "\u2026"));
    ASSERT_EQ(article.bylines_size(), 64);
    EXPECT_EQ(article.bylines(63).text(), "Ann 63");
    EXPECT_THAT(entry.cuts,
                ElementsAre("title: 1000 of 1001 characters kept", "bylines: 64 of 65 kept"));
  }
  EXPECT_THAT(OneEntry(Rss(RssItem("1", "A"))).cuts, ElementsAre());
}

TEST(ReadDocument, CutsEveryFieldOfAnArticle) {
  const std::string name(501, 'n');
  const std::string text(5'001, 't');
  const std::string path(2'048, 'p');
  const DocumentEntry entry = OneEntry(Rss(
      RssItem("1", "A",
              absl::StrCat("<dc:creator>", name, "</dc:creator><dc:rights>", text, "</dc:rights>",
                           "<media:content url='https://e.test/1.jpg'><media:credit>", text,
                           "</media:credit><media:title>", text, "</media:title></media:content>",
                           "<media:content url='https://e.test/", path, ".jpg'/>",
                           "<enclosure url='https://e.test/", path, ".mp3' type='audio/mpeg'/>",
                           "<description>&lt;img src='https://e.test/2.jpg' alt='", text,
                           "'&gt;"
                           "&lt;a href='https://e.test/",
                           path, "'&gt;x&lt;/a&gt;</description>"))));
  EXPECT_EQ(entry.fate, EntryFate::kDeliver) << entry.rejection;
  EXPECT_THAT(entry.cuts, ElementsAre("bylines[0].text: 500 of 501 characters kept",
                                      "images[0].alt: 5000 of 5001 characters kept",
                                      "images[0].credit: 1000 of 5001 characters kept",
                                      "images[1]: left out, its address is too long",
                                      "images[2].alt: 5000 of 5001 characters kept",
                                      "media[0]: left out, its address is too long",
                                      "cited_links[0]: left out, its address is too long",
                                      "rights.usage: 5000 of 5001 characters kept"));
  EXPECT_EQ(entry.item.article().images_size(), 2);
  EXPECT_EQ(entry.item.derived().cited_links_size(), 0);
}

TEST(ReadDocument, TellsEntriesOfOnePageApartByAnchorsAndTextsOfNoTitleByTheirWords) {
  const struct {
    const char* what;
    std::string first;
    std::string second;
  } kCases[] = {
      {"anchors", "<item><title>Letter</title><link>https://news.example.org/all#2</link></item>",
       "<item><title>Letter</title><link>https://news.example.org/all#1</link></item>"},
      {"words", "<item><description>Rain today</description></item>",
       "<item><description>Sun today</description></item>"},
      {"words at one guid",
       "<item><guid>https://news.example.org/day</guid><description>Rain</description></item>",
       "<item><guid>https://news.example.org/day</guid><description>Sun</description></item>"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const auto document = ReadDocument(InputOf(Rss(c.first + c.second)));
    ASSERT_THAT(document, IsOk());
    ASSERT_EQ(document->entries.size(), 2U);
    EXPECT_NE(document->entries[0].entry_id, document->entries[1].entry_id);
    for (const DocumentEntry& entry : document->entries) {
      EXPECT_EQ(entry.fate, EntryFate::kDeliver) << entry.rejection;
      // A page of several articles is the address of none.
      EXPECT_EQ(entry.item.article().canonical_url(), "");
    }
  }
}

TEST(ReadDocument, TakesTheSummaryForTheBodyOnlyWhereThereIsNone) {
  const DocumentEntry both = OneEntry(
      Rss(RssItem("1", "A",
                  "<description>Short</description><content:encoded>&lt;p&gt;Long &lt;script&gt;x()"
                  "&lt;/script&gt;text&lt;/p&gt;</content:encoded>")));
  EXPECT_EQ(both.item.article().body_html(), "<p>Long text</p>");
  const DocumentEntry summary =
      OneEntry(Rss(RssItem("1", "A", "<description>Short</description>")));
  EXPECT_EQ(summary.item.derived().body_text(), "Short");
}

TEST(ReadDocument, KeepsPeopleMediaAndCategories) {
  const DocumentEntry entry = OneEntry(Rss(
      RssItem("1", "A",
              "<dc:creator>Ada</dc:creator><dc:creator>Ada</dc:creator><dc:creator>Bo</dc:creator>"
              "<category>One</category><category> Two </category><category>One</category>"
              "<category></category>"
              "<enclosure url='https://news.example.org/a.mp3' type='audio/mpeg' length='12'/>"
              "<enclosure url='https://news.example.org/a.jpg' type='image/jpeg' length='x'/>"
              "<description>&lt;img src='/b.jpg' alt='B'&gt; &lt;a href='/c'&gt;c&lt;/a&gt;"
              "</description>")));
  const content::v1::Article& article = entry.item.article();
  ASSERT_EQ(article.bylines_size(), 2);
  EXPECT_EQ(article.bylines(0).text(), "Ada");
  EXPECT_EQ(article.bylines(1).text(), "Bo");
  ASSERT_EQ(entry.categories.size(), 2U);
  EXPECT_EQ(entry.categories[0].term(), "One");
  EXPECT_EQ(entry.categories[1].term(), "Two");
  ASSERT_EQ(article.media_size(), 1);
  EXPECT_EQ(article.media(0).length(), 12);
  EXPECT_EQ(article.type(), content::v1::ARTICLE_TYPE_AUDIO);
  ASSERT_EQ(article.images_size(), 2);
  EXPECT_EQ(article.images(0).url(), "https://news.example.org/a.jpg");
  EXPECT_EQ(article.images(1).url(), "https://news.example.org/b.jpg");
  EXPECT_THAT(entry.item.derived().cited_links(), ElementsAre("https://news.example.org/c"));
}

// In all formats that have attached files.
TEST(ReadDocument, KnowsPicturesWithoutATypeByTheirAddress) {
  const std::string documents[] = {
      Rss(RssItem("1", "A", "<enclosure url='https://e.test/p.jpg?w=460' length='0'/>")),
      Rss(RssItem("1", "A", "<media:content url='https://e.test/p.jpg?w=460' width='460'/>")),
      "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>A</title>"
      "<link rel='enclosure' href='https://e.test/p.jpg?w=460'/></entry></feed>",
      R"({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1",
          "title": "A", "attachments": [{"url": "https://e.test/p.jpg?w=460"}]}]})"};
  for (const std::string& document : documents) {
    const DocumentEntry entry = OneEntry(document);
    ASSERT_EQ(entry.item.article().images_size(), 1) << document;
    EXPECT_EQ(entry.item.article().images(0).url(), "https://e.test/p.jpg?w=460");
    EXPECT_EQ(entry.item.article().media_size(), 0);
    EXPECT_EQ(entry.item.article().type(), content::v1::ARTICLE_TYPE_ARTICLE);
  }
  const DocumentEntry sound = OneEntry(
      Rss(RssItem("1", "A", "<enclosure url='https://e.test/p.mp3' type='' length='0'/>")));
  EXPECT_EQ(sound.item.article().type(), content::v1::ARTICLE_TYPE_AUDIO);
}

TEST(ReadDocument, TakesNoSmileyForThePicture) {
  const DocumentEntry entry = OneEntry(Rss(
      RssItem("1", "A",
              "<media:content url='https://s.w.org/images/core/emoji/15.0.3/72x72/1f600.png' "
              "medium='image'/><description>&lt;img class='wp-smiley' src='https://e.test/s.png' "
              "alt=':-)'/&gt; x &lt;img srcset='/a.jpg 300w, /b.jpg 600w'&gt;</description>")));
  ASSERT_EQ(entry.item.article().images_size(), 1);
  EXPECT_EQ(entry.item.article().images(0).url(), "https://news.example.org/b.jpg");
  EXPECT_EQ(entry.item.derived().body_text(), ":-) x");
}

TEST(ReadDocument, HashesWhatTheFeedSaysAndNotWhenItWasRead) {
  const std::string undated = Rss(RssItem("1", "A", "<description>Text</description>"));
  DocumentInput input = InputOf(undated);
  const auto first = ReadDocument(input);
  input.observed_at += absl::Hours(5);
  const auto later = ReadDocument(input);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(later, IsOk());
  const auto hash_of = [](const Document& document) {
    return document.entries[0].item.content_hash();
  };
  EXPECT_EQ(hash_of(*first), hash_of(*later));
  for (const char* change :
       {"<description>Texts</description>", "<description>Text</description><category>C</category>",
        "<description>Text</description><pubDate>Thu, 01 Dec 2022 22:15:00 GMT</pubDate>",
        "<description>Text</description><dc:creator>Ada</dc:creator>"}) {
    EXPECT_NE(OneEntry(Rss(RssItem("1", "A", change))).item.content_hash(), hash_of(*first))
        << change;
  }
}

TEST(ReadDocument, TakesPublishedWordPressPostsOnly) {
  const struct {
    const char* status;
    const char* type;
    const char* password;
    EntryFate fate;
  } kCases[] = {
      {"publish", "post", "", EntryFate::kDeliver},
      {"draft", "post", "", EntryFate::kSkip},
      {"future", "post", "", EntryFate::kSkip},
      {"private", "post", "", EntryFate::kSkip},
      {"publish", "page", "", EntryFate::kSkip},
      {"inherit", "attachment", "", EntryFate::kSkip},
      {"publish", "post", "secret", EntryFate::kSkip},
      {"trash", "post", "", EntryFate::kSkip},
  };
  for (const auto& c : kCases) {
    const std::string bytes = absl::StrCat(
        "<rss version='2.0' xmlns:wp='http://wordpress.org/export/1.2/'><channel><title>B</title>"
        "<wp:wxr_version>1.2</wp:wxr_version><item><title>T</title>"
        "<guid isPermaLink='false'>https://b.example.org/?p=1</guid><wp:status>",
        c.status, "</wp:status><wp:post_type>", c.type, "</wp:post_type><wp:post_password>",
        c.password, "</wp:post_password></item></channel></rss>");
    const DocumentEntry entry = OneEntry(bytes);
    EXPECT_EQ(entry.fate, c.fate) << c.status << " " << c.type << " " << c.password;
    EXPECT_EQ(entry.skip_reason.empty(), c.fate != EntryFate::kSkip);
  }
}

}  // namespace
}  // namespace dateline::ingestion::pipeline
