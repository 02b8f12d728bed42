// Damaged documents as they come from servers: no complete entry is lost, and the damage is named.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/pipeline/inspect.h"

namespace dateline::ingestion::pipeline {
namespace {

using dateline::testing::IsOk;

struct Case {
  const char* what;
  std::string document;
  const char* titles;  // Of the entries, joined by "|".
  const char* fault;   // Part of the first fault; empty if the document is well-formed.
};

constexpr char kHead[] = "<rss version=\"2.0\"><channel><title>News</title>";
constexpr char kTail[] = "</channel></rss>";
constexpr char kItemA[] = "<item><title>A</title><link>https://e.org/a</link></item>";
constexpr char kItemZ[] = "<item><title>Z</title><link>https://e.org/z</link></item>";

// A feed in which `damage` stands between two sound items.
std::string Between(const std::string& damage) {
  return absl::StrCat(kHead, kItemA, damage, kItemZ, kTail);
}

void Check(const Case& c) {
  const auto feed =
      InspectBytes(c.document, "", "https://e.org/feed", absl::FromUnixSeconds(1'790'000'000));
  ASSERT_THAT(feed, IsOk()) << c.what;
  std::vector<std::string> titles;
  for (const auto& entry : feed->entries()) titles.push_back(entry.title());
  EXPECT_EQ(absl::StrJoin(titles, "|"), c.titles) << c.what;
  EXPECT_EQ(feed->well_formed(), *c.fault == '\0') << c.what << ": " << feed->fault();
  EXPECT_NE(feed->fault().find(c.fault), std::string::npos) << c.what << ": " << feed->fault();
}

TEST(DamagedFeeds, KeepEntriesAroundADamagedOne) {
  const Case kCases[] = {
      {"ampersand", Between("<item><title>B & C</title></item>"), "A|B & C|Z", "ampersand"},
      {"ampersand in an address",
       Between("<item><title>B</title><link>https://e.org/?a=1&b=2</link></item>"), "A|B|Z",
       "ampersand"},
      {"HTML entity", Between("<item><title>B&eacute;</title></item>"), "A|B\xC3\xA9|Z",
       "&eacute;"},
      {"unknown entity", Between("<item><title>B&foo;</title></item>"), "A|B&foo;|Z", "&foo;"},
      {"control character", Between("<item><title>B\x01</title></item>"), "A|B|Z", "control"},
      {"reference to NUL", Between("<item><title>B&#0;</title></item>"), "A|B|Z", "forbidden"},
      {"emoji in halves", Between("<item><title>&#55357;&#56832;</title></item>"),
       "A|\xF0\x9F\x98\x80|Z", ""},
      {"less than", Between("<item><title>B < C</title></item>"), "A|B < C|Z", "'<'"},
      {"unclosed title", Between("<item><title>B<link>https://e.org/b</link></item>"), "A|B|Z",
       "unclosed <title>"},
      {"unclosed item", Between("<item><title>B</title>"), "A|B|Z", "unclosed <item>"},
      {"stray end tag", Between("<item><title>B</title></b></item>"), "A|B|Z", "without a start"},
      {"stray end of the item", Between("</item><item><title>B</title></item>"), "A|B|Z",
       "without a start"},
      {"raw HTML in the description",
       Between("<item><title>B</title><description>x<br><p>y<img src=\"i.jpg\"></description>"
               "</item>"),
       "A|B|Z", "unclosed"},
      {"attribute without quotes",
       Between("<item><title>B</title><enclosure url=https://e.org/b.mp3 length=1 "
               "type=audio/mpeg /></item>"),
       "A|B|Z", "malformed tag <enclosure>"},
      {"attributes without a space",
       Between("<item><title>B</title><enclosure url='https://e.org/b.mp3'length='1'/></item>"),
       "A|B|Z", "malformed tag <enclosure>"},
      {"attribute twice", Between("<item><title>B</title><guid a='1' a='2'>g</guid></item>"),
       "A|B|Z", "malformed tag <guid>"},
      {"quote not closed",
       Between("<item><title>B</title><guid isPermaLink=\"false>g</guid></item>"), "A|B|Z",
       "malformed tag <guid>"},
      {"undeclared prefix", Between("<item><title>B</title><foo:bar>x</foo:bar></item>"), "A|B|Z",
       "foo"},
      {"CDATA not closed",
       Between("<item><title><![CDATA[B</title></item><item><title><![CDATA[C]]></title></item>"),
       "A|B|C|Z", "unclosed CDATA"},
      {"CDATA in CDATA", Between("<item><title><![CDATA[<![CDATA[B]]>]]></title></item>"), "A|B|Z",
       "nested CDATA"},
      {"comment not closed", Between("<item><title>B</title></item><!-- "), "A|B|Z", "'<'"},
      {"two hyphens in a comment", Between("<!-- a -- b -->"), "A|Z", "malformed comment"},
      {"PHP", Between("<?php echo 1 ?>"), "A|Z", ""},
      {"windows-1252 in UTF-8", Between("<item><title>\xC3\xA9 \xE9</title></item>"),
       "A|\xC3\xA9 \xC3\xA9|Z", "contradict"},
      {"one deep nest",
       Between("<item><title>B</title><description>" +
               absl::StrReplaceAll(std::string(400, 'x'), {{"x", "<i>"}}) +
               "</description></item>"),
       "A|B|Z", "too deep"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(DamagedFeeds, AreFoundAmongWhatServersPutAroundThem) {
  const std::string feed = absl::StrCat(kHead, kItemA, kTail);
  const std::string declaration = "<?xml version='1.0' encoding='utf-8'?>";
  const Case kCases[] = {
      {"nothing", declaration + feed, "A", ""},
      {"blank line", "\n" + declaration + feed, "A", "white space"},
      {"two marks", "\xEF\xBB\xBF\xEF\xBB\xBF" + declaration + feed, "A", "before the document"},
      {"mark behind a blank line", "\n\xEF\xBB\xBF" + declaration + feed, "A",
       "before the document"},
      {"warning", "<br />\n<b>Warning</b>: x in <b>y.php</b><br />\n" + declaration + feed, "A",
       "before the document"},
      {"notice", "Notice: Undefined index\n" + declaration + feed, "A", "before the document"},
      {"comment before the declaration", "<!-- c -->" + declaration + feed, "A", ""},
      {"script behind", declaration + feed + "<script>x</script>", "A", "behind the document"},
      {"text behind", declaration + feed + "0", "A", "behind the document"},
      {"early end", absl::StrCat(kHead, kItemA, "</channel></rss>", kItemZ), "A|Z",
       "behind the document"},
      {"no end", absl::StrCat(kHead, kItemA), "A", "Premature"},
      {"cut within an item", absl::StrCat(kHead, kItemA, "<item><title>B"), "A", "Premature"},
      {"cut within a tag", absl::StrCat(kHead, kItemA, "<item><title>B</title><enclosure url='h"),
       "A", "ends within a tag"},
      {"declaration of the type that never ends",
       absl::StrCat("<!DOCTYPE rss PUBLIC \"-//x>", kHead, kItemA, kTail), "A", "DOCTYPE"},
  };
  for (const Case& c : kCases) Check(c);
}

// What is left out is told, and what is known already stays as it is.
TEST(DamagedFeeds, AnEntryThatIsCutIsAnOldObservation) {
  const std::string bytes = absl::StrCat(
      kHead, kItemA, "<item><title>B</title><link>https://e.org/b</link><description>Some te");
  DocumentInput input;
  input.bytes = bytes;
  input.source.set_name("sources/news");
  input.observed_at = absl::FromUnixSeconds(1'790'000'000);
  const auto document = ReadDocument(input);
  ASSERT_THAT(document, IsOk());
  ASSERT_EQ(document->entries.size(), 2U);
  const DocumentEntry& whole = document->entries[0];
  EXPECT_TRUE(whole.cuts.empty());
  EXPECT_EQ(whole.item.observe_time().seconds(), 1'790'000'000);
  const DocumentEntry& cut = document->entries[1];
  EXPECT_EQ(cut.fate, EntryFate::kDeliver) << cut.rejection;
  EXPECT_EQ(cut.item.article().body_html(), "");
  EXPECT_EQ(absl::StrJoin(cut.cuts, "|"),
            "the document ends within the entry; what ends before is kept");
  EXPECT_TRUE(cut.item.has_observe_time());
  EXPECT_EQ(cut.item.observe_time().seconds(), 0);
}

}  // namespace
}  // namespace dateline::ingestion::pipeline
