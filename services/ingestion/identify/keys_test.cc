#include "services/ingestion/identify/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace dateline::ingestion {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kDay = absl::FromCivil(absl::CivilDay(2022, 11, 24), absl::UTCTimeZone());

TEST(ChooseEntryKeys, UsesGuidsThatAreTheEntriesOwn) {
  const EntryKeys keys =
      ChooseEntryKeys({{"g1", "http://a/1", "One", {}}, {"g2", "http://a/2", "Two", {}}});
  EXPECT_EQ(keys.form, EntryKeyForm::kGuid);
  EXPECT_THAT(keys.keys, ElementsAre("id:g1", "id:g2"));
}

TEST(ChooseEntryKeys, TakesARepeatedEntryForOne) {
  const EntryFacts entry{"g", "http://a/1", "One", kDay};
  EXPECT_THAT(ChooseEntryKeys({entry, entry, entry}).keys, ElementsAre("id:g", "id:g", "id:g"));
}

TEST(ChooseEntryKeys, DegradesStepByStep) {
  std::vector<EntryFacts> entries;
  for (int i = 0; i < 4; ++i) {
    entries.push_back({"same", absl::StrCat("http://a/", i), absl::StrCat("Title ", i),
                       kDay + absl::Hours(24 * i)});
  }
  EXPECT_EQ(ChooseEntryKeys(entries).form, EntryKeyForm::kLink);
  EXPECT_EQ(ChooseEntryKeys(entries).keys[2], "link://a/2");
  for (EntryFacts& entry : entries) entry.link = "http://a/";
  EXPECT_EQ(ChooseEntryKeys(entries).form, EntryKeyForm::kLinkDate);
  EXPECT_EQ(ChooseEntryKeys(entries).keys[1], "link+date://a/ 2022-11-25T00:00:00Z");
  for (EntryFacts& entry : entries) entry.date = kDay;
  EXPECT_EQ(ChooseEntryKeys(entries).form, EntryKeyForm::kLinkDateTitle);
  EXPECT_EQ(ChooseEntryKeys(entries).keys[3], "link+date+title://a/ 2022-11-24T00:00:00Z title 3");
}

TEST(ChooseEntryKeys, DegradesASingleEntryAlone) {
  std::vector<EntryFacts> entries;
  for (int i = 0; i < 10; ++i) {
    entries.push_back({absl::StrCat("g", i), absl::StrCat("http://a/", i), "Title", kDay});
  }
  entries[3].guid.clear();
  const EntryKeys keys = ChooseEntryKeys(entries);
  EXPECT_EQ(keys.form, EntryKeyForm::kGuid);
  EXPECT_EQ(keys.keys[3], "link://a/3");
  EXPECT_EQ(keys.keys[4], "id:g4");
}

TEST(ChooseEntryKeys, KeepsTheFormThatASourceCameTo) {
  const EntryKeys keys = ChooseEntryKeys({{"g1", "http://a/1", "One", {}}}, EntryKeyForm::kLink);
  EXPECT_EQ(keys.form, EntryKeyForm::kLink);
  EXPECT_THAT(keys.keys, ElementsAre("link://a/1"));
}

TEST(ChooseEntryKeys, HandlesEmptyInput) {
  EXPECT_THAT(ChooseEntryKeys({}).keys, IsEmpty());
  EXPECT_THAT(ChooseEntryKeys({{}}).keys, ElementsAre(""));
  EXPECT_THAT(ChooseEntryKeys({{"", "", "Only a title", {}}}).keys,
              ElementsAre("link+date+title:  only a title"));
}

TEST(ChooseEntryKeys, CarriesFormerKeysWhenTheFormChanges) {
  std::vector<EntryFacts> entries = {{"g1", "http://a/1", "One", {}},
                                     {"same", "http://a/2", "Two", {}},
                                     {"same", "http://a/3", "Three", {}}};
  EntryKeys keys = ChooseEntryKeys(entries);
  EXPECT_EQ(keys.form, EntryKeyForm::kLink);
  EXPECT_THAT(keys.keys, ElementsAre("link://a/1", "link://a/2", "link://a/3"));
  EXPECT_THAT(keys.former, ElementsAre("id:g1", "", ""));
  keys = ChooseEntryKeys(entries, EntryKeyForm::kLink);
  EXPECT_THAT(keys.former, ElementsAre("", "", ""));
  keys = ChooseEntryKeys(entries, EntryKeyForm::kLink, EntryKeyForm::kGuid);
  EXPECT_EQ(keys.form, EntryKeyForm::kLink);
}

TEST(ChooseEntryKeys, DoesNotTellHttpFromHttps) {
  EXPECT_THAT(ChooseEntryKeys({{"https://a/1", "", "One", {}}, {"HTTP://a/1", "", "One", {}}}).keys,
              ElementsAre("id://a/1", "id://a/1"));
  EXPECT_THAT(ChooseEntryKeys({{"ftp://a/1", "", "One", {}}}).keys, ElementsAre("id:ftp://a/1"));
}

TEST(FormForGuidsThatChange, SeesGuidsThatFollowTheHeadline) {
  std::vector<EntryFacts> entries;
  for (int i = 0; i < 10; ++i) {
    entries.push_back({absl::StrCat("g", i), absl::StrCat("http://a/", i), "T", {}});
  }
  GuidMemory memory = FormForGuidsThatChange("", entries);
  EXPECT_EQ(memory.form, EntryKeyForm::kGuid);
  memory = FormForGuidsThatChange(memory.bytes, entries);
  EXPECT_EQ(memory.form, EntryKeyForm::kGuid);
  entries[0].guid = "x0";
  memory = FormForGuidsThatChange(memory.bytes, entries);
  EXPECT_EQ(memory.form, EntryKeyForm::kGuid);
  // An empty document forgets nothing.
  memory = FormForGuidsThatChange(memory.bytes, {});
  entries[1].guid = "x1";
  memory = FormForGuidsThatChange(memory.bytes, entries);
  EXPECT_EQ(memory.form, EntryKeyForm::kLink);
}

TEST(FormForGuidsThatChange, IsNotMisledBySharedLinksOrDamage) {
  std::vector<EntryFacts> entries, reordered;
  for (int i = 0; i < 10; ++i) entries.push_back({absl::StrCat("g", i), "http://a/", "T", {}});
  reordered.assign(entries.rbegin(), entries.rend());
  const GuidMemory memory = FormForGuidsThatChange("", entries);
  EXPECT_EQ(FormForGuidsThatChange(memory.bytes, reordered).form, EntryKeyForm::kGuid);
  for (const char* damaged : {"x", "12345678", "\xFF\xFF\xFF"}) {
    EXPECT_EQ(FormForGuidsThatChange(damaged, entries).form, EntryKeyForm::kGuid);
  }
}

TEST(FormForGuidsThatChange, IsBounded) {
  std::vector<EntryFacts> entries;
  for (int i = 0; i < 5'000; ++i) {
    entries.push_back({absl::StrCat("g", i), absl::StrCat("http://a/", i), "T", {}});
  }
  EXPECT_LE(FormForGuidsThatChange("", entries).bytes.size(), 4'096U);
}

TEST(IdentityKeys, ComeInTheCatalogsOrder) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "word ";
  const auto keys = IdentityKeys("src", "id:g", "http://a/1", "Title", text);
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0], (IdentityKey{IdentityKind::kEntry, "src id:g"}));
  EXPECT_EQ(keys[1], (IdentityKey{IdentityKind::kCanonicalUrl, "//a/1"}));
  EXPECT_EQ(keys[2].kind, IdentityKind::kContent);
  EXPECT_THAT(IdentityKeys("src", "", "", "Title", "short"), IsEmpty());
  const auto hashed = IdentityKeys("src", std::string(600, 'x'), "", "", "");
  EXPECT_EQ(hashed[0].key.substr(0, 11), "src sha256:");
}

}  // namespace
}  // namespace dateline::ingestion
