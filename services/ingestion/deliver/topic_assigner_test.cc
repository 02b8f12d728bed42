// What becomes of an entry's categories, by the source's rules and its policy, and what a delivery
// counts of them.
#include "services/ingestion/deliver/topic_assigner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/errors/errors.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/testing/upsert_builder.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/testing/fake_catalog_port.h"

namespace dateline::ingestion::deliver {
namespace {

using dateline::testing::IsOk;
using ingestion::testing::FakeCatalogPort;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using v1::FeedCategory;

// Adds up what is counted.
class FakeProposals final : public store::ProposalStore {
 public:
  absl::Status Count(const RequestContext& /*context*/,
                     const std::vector<store::SeenProposal>& seen) override {
    if (!failure.ok()) return failure;
    for (const store::SeenProposal& one : seen) {
      entries[one.key] += one.entries;
      topics[one.key] = one.topic;
      examples[one.key] = one.examples;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<Stored>> List(const RequestContext& /*context*/,
                                           const std::optional<Cursor>& /*after*/,
                                           int /*limit*/) override {
    return std::vector<Stored>();
  }
  absl::Status Forget(const RequestContext& /*context*/,
                      const std::vector<std::string>& /*keys*/) override {
    return absl::OkStatus();
  }

  absl::Status failure;
  std::map<std::string, int64_t> entries;
  std::map<std::string, std::string> topics;
  std::map<std::string, std::vector<std::string>> examples;
};

class TopicAssignerTest : public ::testing::Test {
 protected:
  TopicAssignerTest() {
    source_.set_name("sources/wire");
    source_.set_publication("publications/daily");
    catalog_.Refuse("refused");
    Put("kazakhstan", "Kazakhstan", content::v1::TOPIC_STATE_ACTIVE, {"Қазақстан"});
    Put("us", "United States", content::v1::TOPIC_STATE_ACTIVE, {"US"});
    Put("sports", "Sports", content::v1::TOPIC_STATE_PROPOSED);
    Put("gossip", "Gossip", content::v1::TOPIC_STATE_DELETED, {"Chatter"});
    Put("iran", "Iran", content::v1::TOPIC_STATE_ACTIVE);
    content::v1::Topic merged;
    merged.set_name("topics/persia");
    merged.set_display_name("Persia");
    merged.set_state(content::v1::TOPIC_STATE_MERGED);
    merged.set_merged_into("topics/iran");
    catalog_.PutTopic(merged);
  }

  void Put(const std::string& id, const std::string& display, content::v1::TopicState state,
           const std::vector<std::string>& aliases = {}) {
    content::v1::Topic topic;
    topic.set_name("topics/" + id);
    topic.set_display_name(display);
    topic.set_state(state);
    for (const std::string& alias : aliases) topic.add_aliases(alias);
    catalog_.PutTopic(topic);
  }

  // `term` or `term=label`, separated by "|".
  static std::vector<FeedCategory> Categories(const std::string& text) {
    std::vector<FeedCategory> categories;
    for (const absl::string_view one : absl::StrSplit(text, '|')) {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(one, absl::MaxSplits('=', 1));
      categories.emplace_back().set_term(parts.first);
      categories.back().set_label(parts.second);
    }
    return categories;
  }

  static pipeline::DocumentEntry Entry(const std::string& id, const std::string& categories) {
    pipeline::DocumentEntry entry;
    entry.item = *catalog::testing::UpsertBuilder().Item(id, "Title " + id).last();
    entry.categories = Categories(categories);
    return entry;
  }

  // The ids of the topics that an entry gets, separated by spaces.
  std::string Assign(TopicAssigner& assigner, const std::string& categories, size_t entry = 0) {
    catalog::v1::UpsertItem item;
    EXPECT_THAT(assigner.Assign(call_, entry, Categories(categories), &item), IsOk());
    std::vector<std::string> topics;
    for (const auto& topic : item.article().topics()) topics.push_back(topic.topic().substr(7));
    return absl::StrJoin(topics, " ");
  }

  const RequestContext call_ = RequestContext::Background("test");
  FakeCatalogPort catalog_;
  FakeProposals proposals_;
  dateline::testing::FakeClock clock_;
  TopicDirectory directory_{catalog_, &clock_, &proposals_};
  v1::Source source_;
};

TEST_F(TopicAssignerTest, MapsByRuleThenByNameAndAlias) {
  auto& rules = *source_.mutable_topics()->mutable_mapping();
  rules["KZ"] = "topics/kazakhstan";
  rules["ads"] = "";
  rules["Iran"] = "topics/us";
  rules["ghost"] = "topics/nowhere";
  rules["dead"] = "topics/gossip";
  rules["Old Empire"] = "topics/persia";
  rules["tag-17"] = "topics/iran";
  struct Case {
    const char* categories;
    const char* expected;
  };
  constexpr Case kCases[] = {
      {"KZ", "kazakhstan"},
      {" kz ", "kazakhstan"},
      {"ads", ""},
      {"ADS|Kazakhstan", "kazakhstan"},
      {"Iran", "us"},  // The rule comes before the name.
      {"ghost", ""},   // A rule for a topic that is not there.
      {"dead", ""},    // Or not any more.
      {"old  empire", "iran"},
      {"tag-17=Whatever", "iran"},  // By term.
      {"x=KZ", "kazakhstan"},       // By label.
      {"Persia", "iran"},
      {"Gossip", ""},
      {"chatter", ""},
      {"U.S.", "us"},
      {"usa=US", "us"},
      {"us=Undying News", "us"},  // The term names a topic where the label does not.
      {"Sports", "sports"},
      {"Қазақстан|KAZAKHSTAN|KZ|US", "kazakhstan us"},
      {"|  |", ""},
      {"http://schemas.google.com/blogger/2008/kind#post", ""},
      {"★★★", ""},
      {"12", ""},
      {"refused", ""},
  };
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  for (const Case& c : kCases)
    EXPECT_EQ(Assign(assigner, c.categories), c.expected) << c.categories;
  EXPECT_EQ(catalog_.topics().size(), 6u);
}

// An editor merges and dismisses topics while what the catalog has is not heard of yet.
TEST_F(TopicAssignerTest, TakesWhatAnEditorDecidedMeanwhile) {
  source_.mutable_topics()->mutable_mapping()->insert({"ilion", "topics/ilios"});
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  EXPECT_EQ(Assign(assigner, "Iran"), "iran");
  Put("hisarlik", "Hisarlik", content::v1::TOPIC_STATE_ACTIVE);
  Put("junk", "Junk", content::v1::TOPIC_STATE_DELETED);
  for (const char* id : {"troy", "ilios"}) {
    content::v1::Topic merged;
    merged.set_name(absl::StrCat("topics/", id));
    merged.set_display_name(id);
    merged.set_state(content::v1::TOPIC_STATE_MERGED);
    merged.set_merged_into("topics/hisarlik");
    catalog_.PutTopic(merged);
  }
  EXPECT_EQ(Assign(assigner, "Troy"), "hisarlik");
  EXPECT_EQ(Assign(assigner, "ilion"), "hisarlik");
  EXPECT_EQ(Assign(assigner, "Junk"), "");
  EXPECT_EQ(catalog_.topics().count("topics/junk"), 1u);
}

TEST_F(TopicAssignerTest, MakesTopicsAsThePolicySays) {
  struct Case {
    v1::UnknownCategories policy;
    const char* category;
    const char* expected;
    content::v1::TopicState state;
  };
  constexpr Case kCases[] = {
      {v1::UNKNOWN_CATEGORIES_UNSPECIFIED, "Sea ports", "sea-ports",
       content::v1::TOPIC_STATE_PROPOSED},
      {v1::UNKNOWN_CATEGORIES_PROPOSE, "Экономика", "ekonomika", content::v1::TOPIC_STATE_PROPOSED},
      {v1::UNKNOWN_CATEGORIES_PROPOSE, "经济", "jing-ji", content::v1::TOPIC_STATE_PROPOSED},
      {v1::UNKNOWN_CATEGORIES_CREATE, "Railways", "railways", content::v1::TOPIC_STATE_ACTIVE},
      {v1::UNKNOWN_CATEGORIES_IGNORE, "Weather", "", content::v1::TOPIC_STATE_UNSPECIFIED},
  };
  for (const Case& c : kCases) {
    source_.mutable_topics()->set_unknown(c.policy);
    TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
    EXPECT_EQ(Assign(assigner, c.category), c.expected) << c.category;
    // Its own write is seen at once, by others too.
    TopicAssigner other(directory_, source_, /*dry_run=*/true);
    EXPECT_EQ(Assign(other, c.category), c.expected) << c.category;
    if (*c.expected == '\0') continue;
    EXPECT_EQ(catalog_.topics().at(absl::StrCat("topics/", c.expected)).state(), c.state);
    EXPECT_EQ(catalog_.topics().at(absl::StrCat("topics/", c.expected)).display_name(), c.category);
  }
}

TEST_F(TopicAssignerTest, CreatesNothingInADryRun) {
  TopicAssigner assigner(directory_, source_, /*dry_run=*/true);
  EXPECT_EQ(Assign(assigner, "Ports|Kazakhstan"), "kazakhstan");
  assigner.BecameArticle(0, "articles/1");
  assigner.Record(call_);
  EXPECT_EQ(catalog_.calls("EnsureTopics"), 0);
  EXPECT_THAT(proposals_.entries, IsEmpty());
}

TEST_F(TopicAssignerTest, TellsCategoriesApartThatSlugAlike) {
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  EXPECT_EQ(Assign(assigner, "C++"), "c");
  const std::string sharp = Assign(assigner, "C#");
  EXPECT_NE(sharp, "c");
  EXPECT_EQ(sharp.substr(0, 2), "c-");
  // Another process comes to the same.
  TopicDirectory other_directory(catalog_, &clock_);
  TopicAssigner other(other_directory, source_, /*dry_run=*/false);
  EXPECT_EQ(Assign(other, "C#|C++|c#"), sharp + " c");
  // Spellings of one name are one.
  EXPECT_EQ(Assign(assigner, "Trade Wars|trade-wars|TRADE_WARS"), "trade-wars");
}

TEST_F(TopicAssignerTest, FindsWhatAnotherProcessMadeMeanwhile) {
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  Put("ports", "Ports", content::v1::TOPIC_STATE_ACTIVE);
  Put("slander", "Slander", content::v1::TOPIC_STATE_DELETED);
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  EXPECT_EQ(Assign(assigner, "ports|Slander"), "ports");
  EXPECT_EQ(catalog_.calls("GetTopic"), 0);
}

TEST_F(TopicAssignerTest, BoundsWhatADocumentMayCreate) {
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  std::vector<std::string> names;
  names.reserve(1'000);
  for (int i = 0; i < 1'000; ++i) names.push_back(absl::StrCat("Tag number ", i));
  catalog::v1::UpsertItem item;
  ASSERT_THAT(assigner.Assign(call_, 0, Categories(absl::StrJoin(names, "|")), &item), IsOk());
  EXPECT_EQ(item.article().topics_size(), 64);
  EXPECT_EQ(assigner.left_out(), 36u);  // Of the hundred that may be made.
  EXPECT_EQ(catalog_.calls("EnsureTopics"), TopicAssigner::kMaxNewTopics);
  // The next entries of the same document neither.
  EXPECT_EQ(Assign(assigner, "One more|Kazakhstan", 1), "kazakhstan");
  EXPECT_EQ(assigner.left_out(), 0u);
  EXPECT_EQ(catalog_.calls("EnsureTopics"), TopicAssigner::kMaxNewTopics);
  assigner.BecameArticle(0, "articles/1");
  assigner.BecameArticle(1, "articles/2");
  assigner.Record(call_);
  EXPECT_EQ(proposals_.entries.size(), static_cast<size_t>(TopicAssigner::kMaxCategories) + 1);
  EXPECT_EQ(proposals_.topics.at("tag number 0"), "topics/tag-number-0");
  EXPECT_EQ(proposals_.topics.at("one more"), "");
}

// A call for each would make the first documents of a source wait for as many commits.
TEST_F(TopicAssignerTest, MakesTheTopicsOfADocumentByOneCall) {
  pipeline::Document document;
  document.entries = {Entry("1", "Ports|Kazakhstan|C++|Gossip"), Entry("2", "PORTS|t=Rails|★★★")};
  ASSERT_THAT(Deliver(call_, catalog_, directory_, source_, 0, false, document), IsOk());
  EXPECT_EQ(catalog_.calls("EnsureTopics"), 1);
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  EXPECT_EQ(Assign(assigner, "ports|Kazakhstan|C++|rails"), "ports kazakhstan c rails");
  EXPECT_EQ(catalog_.calls("EnsureTopics"), 1);
}

TEST_F(TopicAssignerTest, OneRefusedTopicDoesNotCostTheOthers) {
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  EXPECT_THAT(assigner.Prepare(call_, Categories("refused|Ports|C++|C#")), IsOk());
  EXPECT_EQ(Assign(assigner, "refused|Ports|C++|C#").substr(0, 10), "ports c c-");
}

TEST_F(TopicAssignerTest, SaysWhatWasTooMuchOfAnEntryThatIsTaken) {
  pipeline::Document document;
  document.entries.resize(2);
  for (size_t i = 0; i < document.entries.size(); ++i) {
    catalog::v1::UpsertItem& item = document.entries[i].item;
    item.mutable_article()->set_title("A title");
    item.set_entry_id(absl::StrCat(i));
    item.set_content_hash("hash");
    catalog::v1::IdentityKey& key = *item.add_keys();
    key.set_kind(catalog::v1::IDENTITY_KIND_ENTRY);
    key.set_key(absl::StrCat(i));
  }
  document.entries[0].cuts = {"title: 1000 of 1001 characters kept"};
  std::vector<std::string> names;
  names.reserve(65);
  for (int i = 0; i < 65; ++i) names.push_back(absl::StrCat("Tag number ", i));
  document.entries[0].categories = Categories(absl::StrJoin(names, "|"));
  const auto delivered =
      Deliver(call_, catalog_, directory_, source_, /*lease_epoch=*/0, false, document);
  ASSERT_THAT(delivered, IsOk());
  EXPECT_EQ(delivered->entries[0].error().message(),
            "title: 1000 of 1001 characters kept; topics: 1 left out, 64 kept");
  EXPECT_EQ(delivered->entries[0].error().code(), 0);
  EXPECT_FALSE(delivered->entries[1].has_error());
}

TEST_F(TopicAssignerTest, CountsWhatBecameArticles) {
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  Assign(assigner, "Ports|Kazakhstan|ports", 0);
  Assign(assigner, "PORTS|Sports", 1);
  Assign(assigner, "Ports", 2);
  Assign(assigner, "Gossip|US", 3);
  for (const size_t entry : {0, 1, 3}) {
    assigner.BecameArticle(entry, absl::StrCat("articles/", entry));
  }
  assigner.BecameArticle(0, "articles/0");
  assigner.Record(call_);
  assigner.Record(call_);
  EXPECT_THAT(proposals_.entries, ElementsAre(Pair("ports", 2), Pair("sports", 1)));
  EXPECT_THAT(proposals_.examples.at("ports"), ElementsAre("articles/0", "articles/1"));
}

TEST_F(TopicAssignerTest, TagsTextsIfTheSourceWants) {
  catalog::v1::UpsertItem item;
  item.mutable_article()->set_title("Kazakhstan and Iran");
  item.mutable_derived()->set_body_text("The US said so, and the US did so.");
  source_.mutable_topics()->set_tag_text(true);
  TopicAssigner assigner(directory_, source_, /*dry_run=*/false);
  ASSERT_THAT(assigner.Assign(call_, 0, Categories("Iran"), &item), IsOk());
  std::vector<std::string> topics;
  for (const auto& topic : item.article().topics()) {
    topics.push_back(absl::StrCat(topic.topic(), ":", topic.origin()));
  }
  EXPECT_THAT(topics, ElementsAre("topics/iran:2", "topics/kazakhstan:3", "topics/us:3"));
}

TEST_F(TopicAssignerTest, LosesNoArticleToATopicThatIsDeletedMeanwhile) {
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  pipeline::Document document;
  document.entries = {Entry("1", "Kazakhstan|Iran"), Entry("2", "US|Iran")};
  catalog_.DeleteTopic("topics/kazakhstan");
  const auto delivered =
      Deliver(call_, catalog_, directory_, source_, /*lease_epoch=*/0, false, document);
  ASSERT_THAT(delivered, IsOk());
  EXPECT_EQ(delivered->counts.created(), 2);
  EXPECT_EQ(delivered->counts.rejected(), 0);
  EXPECT_THAT(delivered->rejects, IsEmpty());
  EXPECT_EQ(catalog_.article(delivered->entries[0].article()).topics_size(), 1);
  EXPECT_EQ(directory_.Find("Kazakhstan").meaning, TopicIndex::Meaning::kDeleted);
}

TEST_F(TopicAssignerTest, DeliversEvenIfNothingCanBeCounted) {
  proposals_.failure = absl::UnavailableError("down");
  pipeline::Document document;
  document.entries = {Entry("1", "Ports")};
  const auto delivered =
      Deliver(call_, catalog_, directory_, source_, /*lease_epoch=*/0, false, document);
  ASSERT_THAT(delivered, IsOk());
  EXPECT_EQ(delivered->counts.created(), 1);
}

TEST_F(TopicAssignerTest, KeepsNoTextOfWhatWasTakenDown) {
  pipeline::Document document;
  document.entries = {Entry("1", "Iran")};
  const auto first =
      Deliver(call_, catalog_, directory_, source_, /*lease_epoch=*/0, false, document);
  ASSERT_THAT(first, IsOk());
  catalog_.TakeDownArticle(first->entries[0].article());
  const auto second =
      Deliver(call_, catalog_, directory_, source_, /*lease_epoch=*/0, false, document);
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->rejects.size(), 1u);
  const store::NewReject& reject = second->rejects[0];
  EXPECT_EQ(error::ReasonOf(reject.error), errors::v1::ERROR_REASON_TAKEN_DOWN);
  EXPECT_EQ(reject.title, "");
  catalog::v1::UpsertItem kept;
  ASSERT_TRUE(kept.ParseFromString(reject.content));
  EXPECT_EQ(kept.entry_id(), "1");
  EXPECT_EQ(kept.keys_size(), document.entries[0].item.keys_size());
  EXPECT_FALSE(kept.has_article());
  EXPECT_FALSE(kept.has_derived());
}

}  // namespace
}  // namespace dateline::ingestion::deliver
