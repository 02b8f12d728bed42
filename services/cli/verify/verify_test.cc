// Differences are planted in each kind of field, on either side, and have to be named.
#include "services/cli/verify/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/api/resource_digest.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"

namespace dateline::cli {
namespace {

using catalog::v1::ResourceState;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

content::v1::Article Revision(const std::string& title) {
  content::v1::Article article;
  article.set_title(title);
  article.set_body_text("Text");
  return article;
}

ResourceState Named(catalog::v1::ResourceKind kind, int64_t key, const std::string& name) {
  ResourceState state;
  state.set_kind(kind);
  state.set_key(key);
  state.set_name(name);
  state.set_version(2);
  state.set_digest(static_cast<uint64_t>(key) * 7);
  return state;
}

ResourceState Article(int64_t key) {
  ResourceState state =
      Named(catalog::v1::RESOURCE_KIND_ARTICLE, key, "articles/a" + std::to_string(key));
  state.mutable_article()->set_live(Revision("Live").SerializeAsString());
  state.mutable_article()->set_scheduled(Revision("Scheduled").SerializeAsString());
  return state;
}

std::vector<ResourceState> Catalog() {
  std::vector<ResourceState> states = {
      Named(catalog::v1::RESOURCE_KIND_PUBLICATION, 1, "publications/p"),
      Named(catalog::v1::RESOURCE_KIND_TOPIC, 4, "topics/t"),
      Named(catalog::v1::RESOURCE_KIND_PATH, 17, "")};
  states[1].mutable_topic()->set_display_name("Topic");
  states[2].mutable_path()->set_path("/old");
  for (int64_t key = 1; key <= 5; ++key) states.push_back(Article(key));
  return states;
}

query::v1::ResourceDigest Held(const ResourceState& state) {
  query::v1::ResourceDigest held;
  held.set_kind(state.kind());
  held.set_key(state.key());
  held.set_name(state.name());
  held.set_version(state.version());
  held.set_digest(state.digest());
  const api::ResourceDigest digest = api::DigestOf(state);
  held.set_state_digest(digest.state);
  held.set_live_digest(digest.live);
  held.set_scheduled_digest(digest.scheduled);
  return held;
}

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() : catalog_(Catalog()) {
    for (const ResourceState& state : catalog_) held_.push_back(Held(state));
  }

  VerifyCalls Calls() {
    return {[this](const auto& on_page) { return Export(on_page); },
            [this](const auto& request) { return Digest(request); }};
  }

  // Two states a page; `before_export` is called before each export.
  absl::Status Export(
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) {
    if (before_export_) before_export_();
    catalog::v1::ExportResourcesResponse page;
    page.set_start_position("position-" + std::to_string(++exports_));
    absl::Status status = on_page(page);
    for (size_t i = 0; i < catalog_.size() && status.ok(); i += 2) {
      page.Clear();
      for (size_t k = i; k < std::min(i + 2, catalog_.size()); ++k)
        *page.add_states() = catalog_[k];
      status = on_page(page);
    }
    return status;
  }

  // Three a page.
  absl::StatusOr<query::v1::GetDigestResponse> Digest(const query::v1::GetDigestRequest& request) {
    positions_.push_back(request.min_position());
    query::v1::GetDigestResponse response;
    if (request.view() == query::v1::DIGEST_VIEW_DERIVED) {
      response.set_entries(40);
      for (const auto& fault : faults_) *response.add_faults() = fault;
      return response;
    }
    if (held_fails_) return error::NotReady();
    const size_t begin = request.page_token().empty() ? 0 : std::stoul(request.page_token());
    for (size_t i = begin; i < std::min(begin + 3, held_.size()); ++i) {
      *response.add_resources() = held_[i];
    }
    if (begin + 3 < held_.size()) response.set_next_page_token(std::to_string(begin + 3));
    return response;
  }

  // "resource: what" of each difference.
  std::vector<std::string> Differences() {
    const auto found = VerifyReplica(Calls());
    EXPECT_THAT(found, IsOk());
    std::vector<std::string> texts;
    for (const Difference& difference : found->differences) {
      texts.push_back(difference.resource + ": " + difference.what);
    }
    EXPECT_EQ(found->equal(), texts.empty());
    return texts;
  }

  std::vector<ResourceState> catalog_;
  std::vector<query::v1::ResourceDigest> held_;
  std::vector<query::v1::DerivedFault> faults_;
  std::vector<std::string> positions_;
  std::function<void()> before_export_;
  bool held_fails_ = false;
  int exports_ = 0;
};

TEST_F(VerifyTest, WhatIsEqualIsComparedOnceAndAtThePositionOfTheExport) {
  const auto found = VerifyReplica(Calls());
  ASSERT_THAT(found, IsOk());
  EXPECT_TRUE(found->equal());
  EXPECT_EQ(found->resources, 8);
  EXPECT_EQ(found->entries, 40);
  EXPECT_EQ(exports_, 1);
  EXPECT_THAT(positions_, ::testing::Each("position-1"));
}

TEST_F(VerifyTest, NamesADifferenceInEachKindOfField) {
  using Plant = std::function<void(ResourceState&)>;
  const std::vector<std::pair<Plant, std::string>> plants = {
      {[](ResourceState& state) { state.set_version(3); },
       "version is 3 in the catalog, 2 in the replica"},
      {[](ResourceState& state) { state.set_digest(1); }, "the catalog's digest differs"},
      {[](ResourceState& state) { state.mutable_article()->set_cluster("clusters/c"); },
       "state differs"},
      {[](ResourceState& state) { state.mutable_article()->add_topic_keys(4); }, "state differs"},
      {[](ResourceState& state) {
         state.mutable_article()->set_live(Revision("Other").SerializeAsString());
       },
       "live revision differs"},
      {[](ResourceState& state) { state.mutable_article()->clear_scheduled(); },
       "scheduled revision differs"},
  };
  for (const auto& [plant, what] : plants) {
    catalog_ = Catalog();
    plant(catalog_[4]);
    const std::vector<std::string> differences = Differences();
    EXPECT_THAT(differences, ::testing::Contains("articles/a2: " + what));
    for (const std::string& text : differences) EXPECT_EQ(text.substr(0, 11), "articles/a2");
  }
}

TEST_F(VerifyTest, NamesWhatOnlyOneOfThemHas) {
  catalog_.erase(catalog_.begin() + 5);  // articles/a3
  held_.erase(held_.begin() + 7);        // articles/a5
  held_.erase(held_.begin() + 2);        // the path
  held_.erase(held_.begin());            // the publication
  EXPECT_THAT(
      Differences(),
      ElementsAre("articles/a3: is in the replica only", "articles/a5: is in the catalog only",
                  "path 17: is in the catalog only", "publications/p: is in the catalog only"));
}

TEST_F(VerifyTest, OneOfThemMayBeEmpty) {
  held_.clear();
  EXPECT_THAT(Differences(), SizeIs(8));
  catalog_.clear();
  EXPECT_THAT(Differences(), IsEmpty());
  held_.push_back(Held(Article(1)));
  EXPECT_THAT(Differences(), ElementsAre("articles/a1: is in the replica only"));
}

TEST_F(VerifyTest, TellsWhatIsInQuarantine) {
  held_[3].set_quarantine("the revision cannot be read");
  EXPECT_THAT(Differences(),
              ElementsAre("articles/a1: is in quarantine: the revision cannot be read"));
}

TEST_F(VerifyTest, AWriteBetweenTheTwoReadsIsNoDifference) {
  // The first export is older than what the replica has; the second is not.
  catalog_[4].set_version(1);
  before_export_ = [&] {
    if (exports_ == 1) catalog_[4].set_version(2);
  };
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_EQ(exports_, 2);
  EXPECT_EQ(positions_.back(), "position-2");
}

TEST_F(VerifyTest, AnArticleThatIsWrittenAllTheTimeIsNoDifference) {
  before_export_ = [&] {
    catalog_[4].set_version(10 + exports_ * 2);
    held_[4].set_version(11 + exports_ * 2);
  };
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(VerifyTest, MoreDifferencesThanCanBeHeldAreNotTakenForNone) {
  held_.clear();
  for (int64_t key = 6; key <= 10'010; ++key) {
    catalog_.push_back(Named(catalog::v1::RESOURCE_KIND_ARTICLE, key, "articles/more"));
  }
  // By the second time all are there.
  before_export_ = [&] {
    if (exports_ == 0) return;
    held_.clear();
    for (const ResourceState& state : catalog_) held_.push_back(Held(state));
  };
  const auto found = VerifyReplica(Calls());
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(found->differences, IsEmpty());
  EXPECT_TRUE(found->is_cut);
  EXPECT_FALSE(found->equal());
}

TEST_F(VerifyTest, FaultsOfDerivedTablesAreDifferences) {
  faults_.emplace_back().set_table("postings");
  const auto found = VerifyReplica(Calls());
  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE(found->equal());
  EXPECT_THAT(found->faults, SizeIs(1));
}

TEST_F(VerifyTest, AnErrorOfTheReplicaIsToldAndNotTakenForADifference) {
  held_fails_ = true;
  EXPECT_EQ(VerifyReplica(Calls()).status(), error::NotReady());
}

}  // namespace
}  // namespace dateline::cli
