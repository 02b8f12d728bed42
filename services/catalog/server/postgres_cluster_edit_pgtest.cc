// What editors decide about near-duplicates, and that deliveries leave it alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using Stub = v1::CatalogService::Stub;
using v1::ArticleRecord;

constexpr uint64_t kText = 0xF123456789ABCDEFu;

class ClusterEditTest : public ::testing::Test {
 protected:
  ClusterEditTest() : catalog_(SharedDatabase()) {
    EXPECT_THAT(catalog_.CreatePublication(), IsOk());
  }

  // A published article with a fingerprint.
  std::string Add(const std::string& id, uint64_t simhash, const std::string& text = "words") {
    testing::UpsertBuilder batch;
    batch.Item(id, "Title " + id, text);
    batch.last()->set_simhash(simhash);
    v1::BatchUpsertArticlesResponse response;
    EXPECT_THAT(
        catalog_.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &response),
        IsOk());
    return response.results(0).article();
  }

  ArticleRecord Get(const std::string& name) {
    v1::GetArticleRequest request;
    request.set_name(name);
    v1::GetArticleResponse response;
    EXPECT_THAT(catalog_.Call(&Stub::GetArticle, request, &response), IsOk());
    return response.record();
  }
  std::string ClusterOf(const std::string& name) { return Get(name).article().cluster(); }

  absl::Status Join(const std::vector<std::string>& names, v1::JoinClustersResponse* response,
                    const std::string& etag = "") {
    v1::JoinClustersRequest request;
    for (const std::string& name : names) request.add_articles(name);
    request.set_etag(etag);
    return catalog_.Call(&Stub::JoinClusters, request, response);
  }
  absl::Status Split(const std::vector<std::string>& names, const std::string& etag = "") {
    v1::SplitClusterRequest request;
    for (const std::string& name : names) request.add_articles(name);
    request.set_etag(etag);
    v1::SplitClusterResponse response;
    const absl::Status status = catalog_.Call(&Stub::SplitCluster, request, &response);
    EXPECT_EQ(response.position().empty(), !status.ok());
    return status;
  }

  // The members, page by page, and the etag.
  std::vector<std::string> Members(const std::string& cluster, std::string* etag = nullptr) {
    std::vector<std::string> names;
    v1::ListClusterMembersRequest request;
    request.set_parent(cluster);
    request.set_page_size(1);
    do {
      v1::ListClusterMembersResponse page;
      EXPECT_THAT(catalog_.Call(&Stub::ListClusterMembers, request, &page), IsOk());
      for (const ArticleRecord& record : page.records()) {
        EXPECT_EQ(record.article().body_html(), "");  // BASIC.
        names.push_back(record.name());
      }
      request.set_page_token(page.next_page_token());
      if (etag != nullptr) *etag = page.etag();
    } while (!request.page_token().empty());
    return names;
  }

  Catalog catalog_;
};

TEST_F(ClusterEditTest, MembersAreListedOldestFirst) {
  const std::string first = Add("1", kText), second = Add("2", kText);
  EXPECT_THAT(Members(ClusterOf(first)), ElementsAre(first, second));
  v1::ListClusterMembersRequest request;
  request.set_parent("clusters/none");
  v1::ListClusterMembersResponse page;
  EXPECT_THAT(catalog_.Call(&Stub::ListClusterMembers, request, &page),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(ClusterEditTest, WhatWasTakenOutIsNotPutBackByAMachine) {
  const std::string first = Add("1", kText), second = Add("2", kText), third = Add("3", kText);
  const std::string cluster = ClusterOf(first);
  const ArticleRecord before = Get(second);
  ASSERT_THAT(Split({second}), IsOk());
  EXPECT_EQ(ClusterOf(second), "");
  EXPECT_EQ(Get(second).version(), before.version() + 1);
  EXPECT_NE(Get(second).etag(), before.etag());
  EXPECT_EQ(Add("2", kText, "other words"), second);
  EXPECT_EQ(ClusterOf(second), "");
  // Nor does another find it: who is near both joins the cluster, who is near it alone founds none.
  EXPECT_EQ(ClusterOf(Add("4", kText ^ 1)), cluster);
  EXPECT_THAT(Split({second}), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  // People put it back, and then it stays.
  v1::JoinClustersResponse joined;
  ASSERT_THAT(Join({first, second}, &joined), IsOk());
  EXPECT_EQ(joined.cluster(), cluster);
  EXPECT_EQ(ClusterOf(second), cluster);
  Add("2", ~kText, "all other words");
  EXPECT_EQ(ClusterOf(second), cluster);
}

TEST_F(ClusterEditTest, WhatIsTakenOutFoundsNoCluster) {
  const std::string first = Add("1", kText), second = Add("2", kText);
  ASSERT_THAT(Split({first, second}), IsOk());
  EXPECT_EQ(ClusterOf(Add("3", kText)), "");
  EXPECT_EQ(ClusterOf(first), "");
}

TEST_F(ClusterEditTest, ArticlesJoinWithAllOfTheirClusters) {
  const std::string first = Add("1", kText), second = Add("2", kText);
  const std::string third = Add("3", ~kText), fourth = Add("4", ~kText);
  const std::string alone = Add("5", kText * 5);
  v1::JoinClustersResponse joined;
  ASSERT_THAT(Join({alone, third, first}, &joined), IsOk());
  EXPECT_EQ(joined.cluster(), ClusterOf(second));
  std::string etag;
  EXPECT_THAT(Members(joined.cluster(), &etag), ElementsAre(first, second, third, fourth, alone));
  EXPECT_EQ(etag, joined.etag());
  // Once more changes nothing.
  const std::string before = Get(first).etag();
  ASSERT_THAT(Join({first, alone}, &joined, etag), IsOk());
  EXPECT_EQ(Get(first).etag(), before);
  ASSERT_THAT(Split({alone}, etag), IsOk());
  EXPECT_THAT(Split({first}, etag), HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  EXPECT_THAT(Join({first, alone}, &joined, etag),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  v1::ListAuditEntriesRequest audit;
  audit.set_method("JoinClusters");
  audit.set_resource(second);
  v1::ListAuditEntriesResponse entries;
  ASSERT_THAT(catalog_.Call(&Stub::ListAuditEntries, audit, &entries), IsOk());
  EXPECT_EQ(entries.entries_size(), 1);
}

TEST_F(ClusterEditTest, TwoThatStandAloneFoundACluster) {
  const std::string first = Add("1", kText), second = Add("2", ~kText);
  v1::JoinClustersRequest request;
  request.add_articles(first);
  request.add_articles(second);
  request.set_validate_only(true);
  v1::JoinClustersResponse joined, again;
  ASSERT_THAT(catalog_.Call(&Stub::JoinClusters, request, &joined), IsOk());
  EXPECT_EQ(ClusterOf(first), "");
  request.set_validate_only(false);
  request.set_request_id("r1");
  ASSERT_THAT(catalog_.Call(&Stub::JoinClusters, request, &joined), IsOk());
  ASSERT_THAT(catalog_.Call(&Stub::JoinClusters, request, &again), IsOk());
  EXPECT_EQ(joined.cluster(), again.cluster());
  EXPECT_EQ(joined.etag(), again.etag());
  EXPECT_EQ(ClusterOf(second), joined.cluster());
  EXPECT_EQ(Get(first).version(), 2);
}

TEST_F(ClusterEditTest, WhatCannotBeJoinedIsRefused) {
  const std::string first = Add("1", kText), second = Add("2", ~kText);
  v1::JoinClustersResponse joined;
  EXPECT_THAT(Join({first, first}, &joined), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(Join({first, "articles/none"}, &joined),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  v1::DeleteArticleRequest remove;
  remove.set_name(second);
  v1::DeleteArticleResponse removed;
  ASSERT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());
  EXPECT_THAT(Join({first, second}, &joined), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  for (int i = 0; i < 40; ++i) Add(absl::StrCat("n", i), kText * 3);
  EXPECT_THAT(Join({first, Add("n0", kText * 3)}, &joined),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(ClusterEditTest, ATakedownLeavesTheCluster) {
  const std::string first = Add("1", kText), second = Add("2", kText);
  const std::string cluster = ClusterOf(first);
  v1::TakeDownArticleRequest request;
  request.set_name(first);
  request.set_reason("why");
  v1::TakeDownArticleResponse response;
  ASSERT_THAT(catalog_.Call(&Stub::TakeDownArticle, request, &response), IsOk());
  EXPECT_EQ(response.record().article().cluster(), "");
  EXPECT_THAT(Members(cluster), ElementsAre(second));
}

}  // namespace
}  // namespace dateline::catalog
