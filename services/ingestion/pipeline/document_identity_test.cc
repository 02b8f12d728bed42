// What a sequence of documents of one source comes to: nothing is doubled, nothing is revised that
// has not changed.

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/testing/test_documents.h"

namespace dateline::ingestion::pipeline {
namespace {

using dateline::testing::IsOk;
using testing::Rss;

// A source as it is kept, and the catalog's table of identities.
class Source {
 public:
  explicit Source(absl::string_view host = "news.example.org") {
    input_.source.set_name("sources/news");
    input_.source.set_url(absl::StrCat("https://", host, "/feed"));
    input_.observed_at = absl::FromUnixSeconds(1'790'000'000);
  }

  // Takes a document in; returns how many articles were new.
  int Take(const std::string& items) {
    const std::string bytes = Rss(items);
    input_.bytes = bytes;
    input_.observed_at += absl::Hours(1);
    const auto document = ReadDocument(input_);
    EXPECT_THAT(document, IsOk());
    EXPECT_GE(document->key_form, input_.key_form) << "a source never goes back";
    input_.key_form = document->key_form;
    input_.guid_memory = document->guid_memory;
    EXPECT_LE(input_.guid_memory.size(), 4'096U);
    int created = 0;
    for (const DocumentEntry& entry : document->entries) created += Recognise(entry.item) ? 0 : 1;
    return created;
  }

  EntryKeyForm form() const { return input_.key_form; }

 private:
  using Key = std::pair<int, std::string>;

  // As the catalog does: by the first key that is held, in the order of the kinds; then all keys
  // that nobody holds are the article's.
  bool Recognise(const catalog::v1::UpsertItem& item) {
    std::set<Key> keys;
    for (const auto& key : item.keys()) {
      if (key.kind() != catalog::v1::IDENTITY_KIND_CONTENT) keys.emplace(key.kind(), key.key());
    }
    int article = 0;
    for (const Key& key : keys) {
      const auto held = holders_.find(key);
      if (held != holders_.end() && article == 0) article = held->second;
    }
    const bool known = article != 0;
    if (!known) article = ++articles_;
    for (const Key& key : keys) holders_.emplace(key, article);
    return known;
  }

  DocumentInput input_;
  std::map<Key, int> holders_;
  int articles_ = 0;
};

std::string Item(absl::string_view guid, absl::string_view link, absl::string_view title) {
  return absl::StrCat("<item><guid isPermaLink='false'>", guid, "</guid><link>", link,
                      "</link><title>", title, "</title><description>Text of ", title,
                      "</description></item>");
}

// Items 0 to `count` - 1 with guids and addresses of their own.
std::string Items(int count, absl::string_view guid_prefix = "g",
                  absl::string_view site = "https://news.example.org/") {
  std::string items;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&items, Item(absl::StrCat(guid_prefix, i), absl::StrCat(site, i),
                                 absl::StrCat("Title ", i)));
  }
  return items;
}

TEST(SourceIdentity, KnowsEntriesAgain) {
  Source source;
  EXPECT_EQ(source.Take(Items(5)), 5);
  EXPECT_EQ(source.Take(Items(5)), 0);
  EXPECT_EQ(source.Take(Items(7)), 2);
  EXPECT_EQ(source.Take(""), 0);
  EXPECT_EQ(source.Take(Items(3)), 0);
  EXPECT_EQ(source.form(), EntryKeyForm::kGuid);
}

TEST(SourceIdentity, FollowsAnEntryToANewAddressByItsGuid) {
  Source source;
  EXPECT_EQ(source.Take(Items(5)), 5);
  EXPECT_EQ(source.Take(Items(5, "g", "https://news.example.org/2026/")), 0);
  EXPECT_EQ(source.form(), EntryKeyForm::kGuid);
}

TEST(SourceIdentity, TurnsToLinksWhenGuidsChangeWithTheHeadline) {
  Source source;
  EXPECT_EQ(source.Take(Items(20)), 20);
  const auto revised = [](int changed) {
    std::string items;
    for (int i = 0; i < 20; ++i) {
      const bool is_changed = i < changed;
      absl::StrAppend(&items, Item(absl::StrCat(is_changed ? "new" : "g", i),
                                   absl::StrCat("https://news.example.org/", i),
                                   absl::StrCat(is_changed ? "New title " : "Title ", i)));
    }
    return items;
  };
  // One may be a correction.
  EXPECT_EQ(source.Take(revised(1)), 0);
  EXPECT_EQ(source.form(), EntryKeyForm::kGuid);
  EXPECT_EQ(source.Take(revised(2)), 0);
  EXPECT_EQ(source.form(), EntryKeyForm::kGuid);
  EXPECT_EQ(source.Take(revised(3)), 0);
  EXPECT_EQ(source.form(), EntryKeyForm::kLink);
  EXPECT_EQ(source.Take(revised(20)), 0);
  EXPECT_EQ(source.Take(Items(20)), 0);
  EXPECT_EQ(source.form(), EntryKeyForm::kLink);
}

TEST(SourceIdentity, KeepsWhatItHasAtAddressesThatItMayNotClaim) {
  // Nothing but the guid tells the entries of another site.
  Source source("aggregator.example.com");
  const std::string foreign = "https://elsewhere.example.net/";
  EXPECT_EQ(source.Take(Items(20, "g", foreign)), 20);
  std::string items = Items(17, "g", foreign);
  for (int i = 17; i < 20; ++i) {
    absl::StrAppend(&items, Item("shared", absl::StrCat(foreign, i), absl::StrCat("Title ", i)));
  }
  // Three have lost their guids at once: the form changes, the others are known by their old keys.
  EXPECT_EQ(source.Take(items), 3);
  EXPECT_EQ(source.form(), EntryKeyForm::kLink);
  EXPECT_EQ(source.Take(items), 0);
  EXPECT_EQ(source.Take(Items(20, "other", foreign)), 0);
}

TEST(SourceIdentity, TurnsToLinksWhenGuidsAreShared) {
  Source source;
  EXPECT_EQ(source.Take(Item("same", "https://news.example.org/1", "One")), 1);
  std::string items;
  for (int i = 1; i <= 5; ++i) {
    absl::StrAppend(&items, Item("same", absl::StrCat("https://news.example.org/", i),
                                 absl::StrCat("Title ", i)));
  }
  EXPECT_EQ(source.Take(items), 4);
  EXPECT_EQ(source.form(), EntryKeyForm::kLink);
  EXPECT_EQ(source.Take(items), 0);
  // Guids that get good again do not count any more.
  EXPECT_EQ(source.Take(Items(6)), 1);
  EXPECT_EQ(source.form(), EntryKeyForm::kLink);
}

TEST(SourceIdentity, DegradesFurtherWhenLinksAreShared) {
  Source source;
  const auto day = [](int i, absl::string_view title) {
    return absl::StrCat("<item><link>https://news.example.org/</link><title>", title,
                        "</title><pubDate>", 10 + i, " Nov 2022 10:00:00 GMT</pubDate></item>");
  };
  EXPECT_EQ(source.Take(day(1, "A") + day(2, "B") + day(3, "C")), 3);
  EXPECT_EQ(source.form(), EntryKeyForm::kLinkDate);
  EXPECT_EQ(source.Take(day(1, "A") + day(2, "B") + day(3, "C revised")), 0);
  EXPECT_EQ(source.Take(day(4, "D") + day(4, "E") + day(4, "F") + day(1, "A")), 3);
  EXPECT_EQ(source.form(), EntryKeyForm::kLinkDateTitle);
  EXPECT_EQ(source.Take(day(4, "D") + day(4, "E") + day(4, "F") + day(1, "A")), 0);
}

TEST(SourceIdentity, MovesFromHttpToHttps) {
  Source source;
  const auto site = [](absl::string_view scheme) {
    std::string items;
    for (int i = 0; i < 5; ++i) {
      const std::string address = absl::StrCat(scheme, "://news.example.org/", i);
      absl::StrAppend(&items, "<item><guid>", address, "</guid><link>", address,
                      "</link><title>Title ", i, "</title></item>");
    }
    return items;
  };
  EXPECT_EQ(source.Take(site("http")), 5);
  EXPECT_EQ(source.Take(site("https")), 0);
  EXPECT_EQ(source.Take(site("HTTP")), 0);
}

TEST(SourceIdentity, SeesThroughTokensInLinks) {
  Source source;
  const auto with = [](absl::string_view query) {
    return absl::StrCat("<item><link>https://news.example.org/a", query,
                        "</link><title>A</title></item>");
  };
  EXPECT_EQ(source.Take(with("?utm_source=rss&amp;id=7")), 1);
  EXPECT_EQ(source.Take(with("?id=7&amp;utm_campaign=b")), 0);
  EXPECT_EQ(source.Take(with("?id=7&amp;fbclid=x#comments")), 0);
  EXPECT_EQ(source.Take(with("?id=8")), 1);
}

std::string HashOf(const std::string& item) {
  const std::string bytes = Rss(item);
  DocumentInput input;
  input.bytes = bytes;
  input.source.set_name("sources/news");
  input.source.set_url("https://news.example.org/feed");
  input.observed_at = absl::FromUnixSeconds(1'790'000'000);
  const auto document = ReadDocument(input);
  EXPECT_THAT(document, IsOk());
  EXPECT_EQ(document->entries.size(), 1U);
  return document->entries[0].item.content_hash();
}

std::string Whole(absl::string_view rest) {
  return absl::StrCat("<item><guid>https://news.example.org/1</guid><title>A</title>", rest,
                      "</item>");
}

TEST(ContentHash, DoesNotSeeWhatIsVolatile) {
  const struct {
    const char* what;
    const char* first;
    const char* second;
  } kCases[] = {
      {"number of comments",
       "<slash:comments xmlns:slash='http://purl.org/rss/1.0/modules/slash/'>1</slash:comments>",
       "<slash:comments xmlns:slash='http://purl.org/rss/1.0/modules/slash/'>27</slash:comments>"},
      {"number of replies", "<x:total xmlns:x='http://purl.org/syndication/thread/1.0'>1</x:total>",
       "<x:total xmlns:x='http://purl.org/syndication/thread/1.0'>2</x:total>"},
      {"order of categories", "<category>X</category><category>Y</category>",
       "<category>Y</category><category>X</category>"},
      {"signed image in the body",
       "<description>&lt;img src='https://i.example.org/a.jpg?X-Sig=1&amp;amp;e=2'&gt;x"
       "</description>",
       "<description>&lt;img src='https://i.example.org/a.jpg?X-Sig=3&amp;amp;e=4'&gt;x"
       "</description>"},
      {"signed image in srcset",
       "<description>&lt;img src='/a.jpg' srcset='/a.jpg?s=1 1x, /b.jpg?s=1 2x'&gt;x</description>",
       "<description>&lt;img src='/a.jpg' srcset='/a.jpg?s=2 1x, /b.jpg?s=2 2x'&gt;x"
       "</description>"},
      {"signed enclosure", "<enclosure url='https://i.example.org/a.mp3?t=1' type='audio/mpeg'/>",
       "<enclosure url='https://i.example.org/a.mp3?t=2' type='audio/mpeg'/>"},
      {"length of an enclosure",
       "<enclosure url='https://i.example.org/a.mp3' type='audio/mpeg' length='1'/>",
       "<enclosure url='https://i.example.org/a.mp3' type='audio/mpeg' length='2'/>"},
      {"signed media", "<media:content url='https://i.example.org/a.jpg?t=1' medium='image'/>",
       "<media:content url='https://i.example.org/a.jpg?t=2' medium='image'/>"},
      {"time of the update",
       "<dcterms:modified xmlns:dcterms='http://purl.org/dc/terms/'>2022-11-24T10:00:00Z"
       "</dcterms:modified>",
       "<dcterms:modified xmlns:dcterms='http://purl.org/dc/terms/'>2022-11-24T11:00:00Z"
       "</dcterms:modified>"},
      {"tracked link", "<link>https://news.example.org/1?utm_source=a</link>",
       "<link>https://news.example.org/1?utm_source=b</link>"},
      {"white space", "<description>one  two</description>",
       "<description>\none two\n</description>"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(HashOf(Whole(c.first)), HashOf(Whole(c.second))) << c.what;
  }
}

TEST(ContentHash, SeesWhatChanges) {
  const struct {
    const char* what;
    const char* first;
    const char* second;
  } kCases[] = {
      {"a word", "<description>one</description>", "<description>two</description>"},
      {"markup only", "<description>one</description>",
       "<description>&lt;b&gt;one&lt;/b&gt;</description>"},
      {"a picture", "<description>&lt;img src='/a.jpg'&gt;x</description>",
       "<description>&lt;img src='/b.jpg'&gt;x</description>"},
      {"a link in the body", "<description>&lt;a href='/?p=1'&gt;x&lt;/a&gt;</description>",
       "<description>&lt;a href='/?p=2'&gt;x&lt;/a&gt;</description>"},
      {"a category", "<category>X</category>", "<category>Y</category>"},
      {"a recording", "<enclosure url='https://i.example.org/a.mp3' type='audio/mpeg'/>",
       "<enclosure url='https://i.example.org/b.mp3' type='audio/mpeg'/>"},
      {"the address", "<link>https://news.example.org/?p=1</link>",
       "<link>https://news.example.org/?p=2</link>"},
      {"the date", "<pubDate>Thu, 24 Nov 2022 10:00:00 GMT</pubDate>",
       "<pubDate>Thu, 24 Nov 2022 11:00:00 GMT</pubDate>"},
      {"an author", "<dc:creator>Ada</dc:creator>", "<dc:creator>Bo</dc:creator>"},
  };
  for (const auto& c : kCases) {
    EXPECT_NE(HashOf(Whole(c.first)), HashOf(Whole(c.second))) << c.what;
  }
}

}  // namespace
}  // namespace dateline::ingestion::pipeline
