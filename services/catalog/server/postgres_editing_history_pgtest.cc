// What editors are told of articles: revisions, lists and the audit.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_editing_test_base.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::CatalogService::Stub;
using v1::ArticleRecord;

TEST_F(EditingTest, AnOldRevisionComesBack) {
  const std::string name = CreatePublished("One", "/one").name();
  v1::UpdateArticleRequest change = Change(name);
  change.mutable_article()->set_title("Two");
  change.mutable_article()->set_path("/two");
  change.set_publish(true);
  ASSERT_THAT(Update(change), IsOk());
  v1::RollbackArticleRequest back;
  back.set_name(name + "/revisions/1");
  back.set_publish(true);
  v1::RollbackArticleResponse rolled;
  ASSERT_THAT(catalog_.Call(&Stub::RollbackArticle, back, &rolled), IsOk());
  EXPECT_EQ(rolled.record().article().title(), "One");
  EXPECT_EQ(rolled.record().article().path(), "/two");
  EXPECT_EQ(rolled.record().live_revision(), 3);
  back.set_name(name + "/revisions/9");
  EXPECT_THAT(catalog_.Call(&Stub::RollbackArticle, back, &rolled),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(EditingTest, RevisionsAreListedNewestFirst) {
  const std::string name = CreatePublished("One").name();
  for (const char* title : {"Two", "Three"}) {
    v1::UpdateArticleRequest change = Change(name);
    change.mutable_article()->set_title(title);
    change.set_reason(title);
    ASSERT_THAT(Update(change), IsOk());
  }
  v1::ListArticleRevisionsRequest request;
  request.set_parent(name);
  request.set_page_size(2);
  v1::ListArticleRevisionsResponse page;
  ASSERT_THAT(catalog_.Call(&Stub::ListArticleRevisions, request, &page), IsOk());
  ASSERT_EQ(page.revisions_size(), 2);
  EXPECT_EQ(page.revisions(0).name(), name + "/revisions/3");
  EXPECT_EQ(page.revisions(0).snapshot().title(), "Three");
  EXPECT_EQ(page.revisions(0).reason(), "Three");
  EXPECT_EQ(page.revisions(0).editor(), "local");
  EXPECT_EQ(page.revisions(0).snapshot().body_html(), "");  // BASIC.
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(catalog_.Call(&Stub::ListArticleRevisions, request, &page), IsOk());
  ASSERT_EQ(page.revisions_size(), 1);
  EXPECT_EQ(page.revisions(0).snapshot().title(), "One");
  EXPECT_EQ(page.next_page_token(), "");
  request.set_parent("articles/none");
  EXPECT_THAT(catalog_.Call(&Stub::ListArticleRevisions, request, &page),
              HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
  request.clear_page_token();
  EXPECT_THAT(catalog_.Call(&Stub::ListArticleRevisions, request, &page),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  v1::GetArticleRevisionRequest get;
  v1::GetArticleRevisionResponse revision;
  get.set_name(name + "/revisions/latest");
  ASSERT_THAT(catalog_.Call(&Stub::GetArticleRevision, get, &revision), IsOk());
  EXPECT_EQ(revision.revision().snapshot().title(), "Three");
  EXPECT_EQ(revision.revision().snapshot().body_html(), "<p>Some words.</p>");
  get.set_name(name + "/revisions/7");
  EXPECT_THAT(catalog_.Call(&Stub::GetArticleRevision, get, &revision),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(EditingTest, ArticlesAreListedByWhatTheyAreAtTheInstant) {
  const std::string live = CreatePublished("Live").name();
  const std::string draft = Create(New("Draft")).name();
  v1::CreateArticleRequest later = New("Later");
  later.set_publish(true);
  *later.mutable_article()->mutable_publish_time() = TimeToProto(absl::Now() + absl::Hours(1));
  const std::string scheduled = Create(later).name();
  v1::CreateArticleRequest held = New("Held");
  held.set_publish(true);
  *held.mutable_article()->mutable_embargo_time() = TimeToProto(absl::Now() + absl::Hours(1));
  const std::string embargoed = Create(held).name();
  const std::string deleted = CreatePublished("Gone").name();
  v1::DeleteArticleRequest remove;
  remove.set_name(deleted);
  v1::DeleteArticleResponse removed;
  ASSERT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());
  const auto list = [&](std::vector<content::v1::ArticleState> states) {
    v1::ListArticlesRequest request;
    request.set_page_size(1);
    request.set_publication("publications/daily");
    for (const content::v1::ArticleState state : states) request.add_states(state);
    std::vector<std::string> names;
    do {
      v1::ListArticlesResponse page;
      EXPECT_THAT(catalog_.Call(&Stub::ListArticles, request, &page), IsOk());
      for (const ArticleRecord& record : page.records()) names.push_back(record.name());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return names;
  };
  EXPECT_THAT(list({}), ElementsAre(embargoed, scheduled, draft, live));
  EXPECT_THAT(list({content::v1::ARTICLE_STATE_PUBLISHED}), ElementsAre(live));
  EXPECT_THAT(list({content::v1::ARTICLE_STATE_DRAFT}), ElementsAre(draft));
  EXPECT_THAT(list({content::v1::ARTICLE_STATE_SCHEDULED}), ElementsAre(scheduled));
  EXPECT_THAT(list({content::v1::ARTICLE_STATE_EMBARGOED}), ElementsAre(embargoed));
  EXPECT_THAT(list({content::v1::ARTICLE_STATE_EXPIRED}), IsEmpty());
  EXPECT_THAT(list({content::v1::ARTICLE_STATE_DELETED, content::v1::ARTICLE_STATE_DRAFT}),
              ElementsAre(deleted, draft));
}

TEST_F(EditingTest, EveryWriteIsInTheAudit) {
  v1::CreateArticleRequest request = New("One");
  request.set_reason("begun");
  const std::string name = Create(request).name();
  ASSERT_THAT(Publish(name), IsOk());
  v1::ListAuditEntriesRequest list;
  list.set_resource(name);
  list.set_page_size(1);
  v1::ListAuditEntriesResponse page;
  ASSERT_THAT(catalog_.Call(&Stub::ListAuditEntries, list, &page), IsOk());
  ASSERT_EQ(page.entries_size(), 1);
  EXPECT_EQ(page.entries(0).method(), "PublishArticle");
  EXPECT_EQ(page.entries(0).version(), 2);
  EXPECT_EQ(page.entries(0).caller(), "local");
  list.set_page_token(page.next_page_token());
  ASSERT_THAT(catalog_.Call(&Stub::ListAuditEntries, list, &page), IsOk());
  ASSERT_EQ(page.entries_size(), 1);
  EXPECT_EQ(page.entries(0).method(), "CreateArticle");
  EXPECT_EQ(page.entries(0).reason(), "begun");
  EXPECT_EQ(page.next_page_token(), "");
  const auto count = [&](const std::function<void(v1::ListAuditEntriesRequest*)>& change) {
    v1::ListAuditEntriesRequest filtered;
    filtered.set_page_size(200);
    change(&filtered);
    EXPECT_THAT(catalog_.Call(&Stub::ListAuditEntries, filtered, &page), IsOk());
    return page.entries_size();
  };
  EXPECT_EQ(count([](auto* r) { r->set_method("PublishArticle"); }), 1);
  EXPECT_EQ(count([](auto* r) { r->set_caller("nobody"); }), 0);
  EXPECT_EQ(
      count([](auto* r) { *r->mutable_start_time() = TimeToProto(absl::Now() + absl::Hours(1)); }),
      0);
  EXPECT_EQ(count([](auto* r) {
              r->set_method("CreateArticle");
              *r->mutable_end_time() = TimeToProto(absl::Now() + absl::Hours(1));
            }),
            1);
}

}  // namespace
}  // namespace dateline::catalog
