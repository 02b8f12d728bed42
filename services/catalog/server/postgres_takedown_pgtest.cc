// What is taken down or purged leaves nothing behind.

#include <map>

#include "absl/strings/match.h"
#include "services/catalog/server/postgres_takedown_test_base.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::CatalogService::Stub;

TEST_F(TakedownTest, NothingOfTheTextIsLeft) {
  const std::string name = MakeMarked();
  EXPECT_THAT(PlacesOf(kMarker), ::testing::Not(IsEmpty()));
  v1::TakeDownArticleResponse response;
  ASSERT_THAT(TakeDown(name, &response), IsOk());
  EXPECT_EQ(response.record().state(), content::v1::ARTICLE_STATE_TAKEN_DOWN);
  EXPECT_EQ(response.record().article().state(), content::v1::ARTICLE_STATE_TAKEN_DOWN);
  EXPECT_EQ(response.record().article().canonical_url(), "https://e.test/1");
  EXPECT_EQ(response.record().article().title(), "");
  EXPECT_EQ(response.record().origins_size(), 1);
  EXPECT_FALSE(response.record().origins(0).has_feed_proposal());
  for (const std::string& table : Sql("SELECT relname FROM pg_class WHERE relkind = 'r' "
                                      "AND relnamespace = 'catalog'::regnamespace")) {
    Sql(absl::StrCat("VACUUM FULL catalog.", table));
  }
  EXPECT_THAT(PlacesOf(kMarker), IsEmpty());
  // Who wrote it when and why stays.
  v1::ListArticleRevisionsRequest list;
  list.set_parent(name);
  v1::ListArticleRevisionsResponse revisions;
  ASSERT_THAT(catalog_.Call(&Stub::ListArticleRevisions, list, &revisions), IsOk());
  ASSERT_EQ(revisions.revisions_size(), 5);
  EXPECT_EQ(revisions.revisions(0).editor(), "local");
  EXPECT_TRUE(revisions.revisions(0).has_create_time());
  // Nothing refers to it.
  EXPECT_THAT(Sql("SELECT count(*) FROM catalog.article_topics"), ElementsAre("0"));
  EXPECT_THAT(Sql("SELECT count(*) FROM catalog.paths"), ElementsAre("0"));
  EXPECT_THAT(Sql("SELECT articles::text FROM catalog.pins"), ElementsAre("{}"));
  EXPECT_THAT(Sql("SELECT reason FROM catalog.audit WHERE method = 'TakeDownArticle'"),
              ElementsAre("a court's order"));
}

TEST_F(TakedownTest, ReadersOfTheLogAreToldOfEachStep) {
  const std::string name = MakeMarked();
  v1::TakeDownArticleResponse response;
  ASSERT_THAT(TakeDown(name, &response), IsOk());
  const auto articles = ChangesUpTo(response.position(), v1::RESOURCE_KIND_ARTICLE);
  ASSERT_FALSE(articles.empty());
  EXPECT_EQ(articles.back().change_kind(), v1::CHANGE_KIND_TAKEN_DOWN);
  EXPECT_FALSE(articles.back().superseded());
  EXPECT_EQ(articles.back().state().tombstone().reason(), v1::TOMBSTONE_REASON_TAKEN_DOWN);
  EXPECT_EQ(articles.back().version(), response.record().version());
  const auto paths = ChangesUpTo(response.position(), v1::RESOURCE_KIND_PATH);
  ASSERT_FALSE(paths.empty());
  // What the catalog's memory has of the time before tells of paths that were there.
  std::map<int64_t, bool> gone;
  for (const v1::Change& change : paths) gone[change.key()] = change.state().has_tombstone();
  for (const auto& [path, is_gone] : gone) EXPECT_TRUE(is_gone) << path;
  const auto pins = ChangesUpTo(response.position(), v1::RESOURCE_KIND_PINS);
  ASSERT_FALSE(pins.empty());
  EXPECT_THAT(pins.back().state().pins().articles(), IsEmpty());
}

TEST_F(TakedownTest, NoFeedBringsItBack) {
  const std::string name = MakeMarked();
  TakeDown(name);
  // The same, something newer, and another source's entry of the same address.
  for (const char* source : {"wire", "other"}) {
    for (const char* text : {"Words", "Newer words"}) {
      testing::UpsertBuilder batch(source);
      batch.Item("1", text, text).Key(v1::IDENTITY_KIND_URL, "https://e.test/1");
      const auto response = Deliver(batch);
      EXPECT_EQ(response.results(0).outcome(), v1::UPSERT_OUTCOME_REJECTED) << source << text;
      EXPECT_EQ(response.results(0).article(), name);
      EXPECT_TRUE(absl::StrContains(response.results(0).error().ShortDebugString(), "TAKEN_DOWN"));
    }
  }
  EXPECT_THAT(Sql("SELECT count(*) FROM catalog.articles"), ElementsAre("1"));
}

TEST_F(TakedownTest, IsAskedForAsEveryWriteIs) {
  const std::string name = MakeMarked();
  const std::string etag = Get(name).etag();
  v1::TakeDownArticleResponse first, second;
  EXPECT_THAT(TakeDown("articles/none", &first),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(TakeDown(name, &first, "", "\"1-0\""),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  ASSERT_THAT(TakeDown(name, &first, "", etag, /*validate_only=*/true), IsOk());
  EXPECT_EQ(first.record().state(), content::v1::ARTICLE_STATE_TAKEN_DOWN);
  EXPECT_EQ(Get(name).etag(), etag);
  ASSERT_THAT(TakeDown(name, &first, "r1", etag), IsOk());
  ASSERT_THAT(TakeDown(name, &second, "r1", etag), IsOk());
  EXPECT_EQ(first.record().etag(), second.record().etag());
  EXPECT_EQ(Get(name).etag(), first.record().etag());
  EXPECT_THAT(TakeDown(name, &first), HasReason(errors::v1::ERROR_REASON_TAKEN_DOWN));
}

TEST_F(TakedownTest, APathThatAnotherDraftHoldsStaysIts) {
  const std::string name = MakeMarked();  // "/one" leads to it.
  v1::CreateArticleRequest create;
  create.mutable_article()->set_publication("publications/daily");
  create.mutable_article()->set_title("Other");
  create.mutable_article()->set_path("/one");
  v1::CreateArticleResponse created;
  ASSERT_THAT(catalog_.Call(&Stub::CreateArticle, create, &created), IsOk());
  TakeDown(name);
  v1::ResolvePathRequest resolve;
  resolve.set_publication("publications/daily");
  resolve.set_path("/one");
  v1::ResolvePathResponse resolved;
  ASSERT_THAT(catalog_.Call(&Stub::ResolvePath, resolve, &resolved), IsOk());
  EXPECT_EQ(resolved.record().name(), created.record().name());
}

TEST_F(TakedownTest, WhatWasDeletedLongAgoGoesForGood) {
  const std::string name = MakeMarked();
  v1::DeleteArticleRequest remove;
  remove.set_name(name);
  v1::DeleteArticleResponse removed;
  ASSERT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());
  testing::UpsertBuilder other;
  other.Item("2", "Stays");
  const std::string stays = Deliver(other).results(0).article();
  Sql("UPDATE catalog.articles SET purge_time = now() WHERE state = 7");
  Catalog next(ConnInfo("dateline_catalog"));  // Looks for what is due when it starts.
  const absl::Time until = absl::Now() + absl::Seconds(60);
  while (Sql("SELECT id FROM catalog.articles").size() > 1 && absl::Now() < until) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(Get(stays).name(), stays);
  for (const char* table : {"article_revisions", "origins", "identities", "paths"}) {
    EXPECT_THAT(Sql(absl::StrCat("SELECT count(*) FROM catalog.", table)), ElementsAre("1"));
  }
  EXPECT_THAT(Sql("SELECT articles::text FROM catalog.pins"), ElementsAre("{}"));
  std::string position;
  ASSERT_THAT(catalog_.CreateTopic("last", &position), IsOk());
  const auto articles = ChangesUpTo(position, v1::RESOURCE_KIND_ARTICLE);
  ASSERT_FALSE(articles.empty());
  EXPECT_EQ(articles.back().change_kind(), v1::CHANGE_KIND_DELETED);
  EXPECT_EQ(articles.back().version(), removed.record().version() + 1);
  EXPECT_EQ(articles.back().state().tombstone().reason(), v1::TOMBSTONE_REASON_DELETED);
  EXPECT_THAT(Sql("SELECT resource FROM catalog.audit WHERE method = 'Purge'"), ElementsAre(name));
}

}  // namespace
}  // namespace dateline::catalog
