#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using content::v1::Article;
using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Stub = v1::CatalogService::Stub;
using v1::ArticleRecord;

// An editor at a catalog with one publication and two topics.
class EditingTest : public ::testing::Test {
 protected:
  EditingTest() : catalog_(SharedDatabase()) {
    EXPECT_THAT(catalog_.CreatePublication(), IsOk());
    EXPECT_THAT(catalog_.CreateTopic("energy"), IsOk());
    EXPECT_THAT(catalog_.CreateTopic("ports"), IsOk());
  }

  v1::CreateArticleRequest New(const std::string& title) const {
    v1::CreateArticleRequest request;
    request.mutable_article()->set_publication("publications/daily");
    request.mutable_article()->set_title(title);
    request.mutable_article()->set_body_html("<p>Some words.</p>");
    return request;
  }

  ArticleRecord Create(const v1::CreateArticleRequest& request) {
    v1::CreateArticleResponse response;
    EXPECT_THAT(catalog_.Call(&Stub::CreateArticle, request, &response), IsOk());
    EXPECT_FALSE(response.position().empty());
    return response.record();
  }

  ArticleRecord CreatePublished(const std::string& title, const std::string& path = "") {
    v1::CreateArticleRequest request = New(title);
    request.set_publish(true);
    request.mutable_article()->set_path(path);
    return Create(request);
  }

  v1::UpdateArticleRequest Change(const std::string& name) const {
    v1::UpdateArticleRequest request;
    request.mutable_article()->set_name(name);
    return request;
  }

  absl::Status Update(const v1::UpdateArticleRequest& request, ArticleRecord* record = nullptr) {
    v1::UpdateArticleResponse response;
    const absl::Status status = catalog_.Call(&Stub::UpdateArticle, request, &response);
    if (record != nullptr) *record = response.record();
    return status;
  }

  // Publishes or drafts the article at another path.
  absl::Status Move(const std::string& name, const std::string& path, bool publish) {
    v1::UpdateArticleRequest request = Change(name);
    request.mutable_article()->set_path(path);
    request.set_publish(publish);
    return Update(request);
  }

  ArticleRecord Get(const std::string& name,
                    v1::RevisionSelector revision = v1::REVISION_SELECTOR_UNSPECIFIED) {
    v1::GetArticleRequest request;
    request.set_name(name);
    request.set_revision(revision);
    v1::GetArticleResponse response;
    EXPECT_THAT(catalog_.Call(&Stub::GetArticle, request, &response), IsOk());
    return response.record();
  }

  absl::Status Publish(const std::string& name, ArticleRecord* record = nullptr) {
    v1::PublishArticleRequest request;
    request.set_name(name);
    v1::PublishArticleResponse response;
    const absl::Status status = catalog_.Call(&Stub::PublishArticle, request, &response);
    if (record != nullptr) *record = response.record();
    return status;
  }

  v1::UpsertResult Deliver(const testing::UpsertBuilder& batch) {
    v1::BatchUpsertArticlesResponse response;
    EXPECT_THAT(
        catalog_.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &response),
        IsOk());
    return response.results(0);
  }

  // What replicas are told of old paths: "path -> article".
  std::vector<std::string> Redirects() {
    std::vector<std::string> redirects;
    absl::Status status;
    for (const auto& page : catalog_.Export({}, &status)) {
      for (const auto& state : page.states()) {
        if (!state.has_path()) continue;
        redirects.push_back(absl::StrCat(state.path().path(), " -> ", state.path().article()));
      }
    }
    EXPECT_THAT(status, IsOk());
    return redirects;
  }

  Catalog catalog_;
};

TEST_F(EditingTest, ADraftBecomesAnArticle) {
  const ArticleRecord draft = Create(New("One"));
  EXPECT_EQ(draft.state(), content::v1::ARTICLE_STATE_DRAFT);
  EXPECT_EQ(draft.live_revision(), 0);
  EXPECT_EQ(draft.draft_revision(), 1);
  EXPECT_FALSE(draft.article().path().empty());
  ArticleRecord published;
  ASSERT_THAT(Publish(draft.name(), &published), IsOk());
  EXPECT_EQ(published.state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_EQ(published.article().state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_TRUE(published.article().has_first_publish_time());
  EXPECT_EQ(published.draft_revision(), 0);
  EXPECT_EQ(published.version(), 2);
  EXPECT_NE(published.etag(), draft.etag());
  // Once more changes nothing.
  ArticleRecord again;
  ASSERT_THAT(Publish(draft.name(), &again), IsOk());
  EXPECT_EQ(again.etag(), published.etag());
}

TEST_F(EditingTest, WhatAnEditorWritesIsCleanedAndCut) {
  v1::CreateArticleRequest request = New("One");
  request.mutable_article()->set_body_html(
      "<p onclick=x()>Two <a href=https://e.test/a>words</a></p><script>bad()</script>");
  const ArticleRecord made = Create(request);
  EXPECT_EQ(made.article().body_html(),
            "<p>Two <a href=\"https://e.test/a\" rel=\"noopener noreferrer\">words</a></p>");
  EXPECT_EQ(made.article().body_text(), "Two words");
  EXPECT_EQ(made.article().word_count(), 2);
  EXPECT_EQ(made.article().teaser().text(), "Two words");
  EXPECT_EQ(made.article().teaser().source(), content::v1::TEASER_SOURCE_BODY);
  EXPECT_THAT(made.article().cited_links(), ElementsAre("https://e.test/a"));
  v1::UpdateArticleRequest change = Change(made.name());
  change.mutable_article()->mutable_teaser()->set_text("My own words.");
  ArticleRecord changed;
  ASSERT_THAT(Update(change, &changed), IsOk());
  EXPECT_EQ(changed.article().teaser().source(), content::v1::TEASER_SOURCE_EDITOR);
  EXPECT_EQ(changed.article().body_text(), "Two words");
}

TEST_F(EditingTest, DraftAndLiveStandSideBySide) {
  const std::string name = CreatePublished("One").name();
  v1::UpdateArticleRequest change = Change(name);
  change.mutable_article()->set_title("Two");
  ASSERT_THAT(Update(change), IsOk());
  EXPECT_EQ(Get(name).article().title(), "One");
  EXPECT_EQ(Get(name, v1::REVISION_SELECTOR_LATEST).article().title(), "Two");
  EXPECT_EQ(Get(name).draft_revision(), 2);
  ASSERT_THAT(Publish(name), IsOk());
  EXPECT_EQ(Get(name).article().title(), "Two");
  EXPECT_EQ(Get(name).live_revision(), 2);
  EXPECT_EQ(Get(name).draft_revision(), 0);
}

TEST_F(EditingTest, AnUpdateThatChangesNothingWritesNothing) {
  const ArticleRecord made = CreatePublished("One");
  v1::UpdateArticleRequest change = Change(made.name());
  change.mutable_article()->set_title("One");
  change.set_publish(true);
  ArticleRecord same;
  ASSERT_THAT(Update(change, &same), IsOk());
  EXPECT_EQ(same.etag(), made.etag());
}

TEST_F(EditingTest, MasksSayWhatChanges) {
  const std::string name = CreatePublished("One").name();
  v1::UpdateArticleRequest change = Change(name);
  change.mutable_article()->set_subtitle("Sub");
  change.mutable_update_mask()->add_paths("title");
  EXPECT_THAT(Update(change), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));  // No title.
  change.mutable_update_mask()->set_paths(0, "nothing");
  EXPECT_THAT(Update(change), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  change.mutable_update_mask()->set_paths(0, "subtitle");
  change.mutable_article()->set_title("Ignored");
  ArticleRecord changed;
  ASSERT_THAT(Update(change, &changed), IsOk());
  EXPECT_EQ(changed.article().title(), "One");
  EXPECT_EQ(changed.article().subtitle(), "Sub");
  change.mutable_update_mask()->set_paths(0, "*");
  ASSERT_THAT(Update(change, &changed), IsOk());
  EXPECT_EQ(changed.article().title(), "Ignored");
  EXPECT_EQ(changed.article().body_html(), "");
}

TEST_F(EditingTest, EtagsRequestIdsAndValidation) {
  v1::CreateArticleRequest request = New("One");
  request.set_request_id("r1");
  v1::CreateArticleResponse first, second;
  request.set_validate_only(true);
  ASSERT_THAT(catalog_.Call(&Stub::CreateArticle, request, &first), IsOk());
  EXPECT_EQ(first.record().article().title(), "One");
  v1::GetArticleRequest get;
  get.set_name(first.record().name());
  v1::GetArticleResponse none;
  EXPECT_THAT(catalog_.Call(&Stub::GetArticle, get, &none),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  request.set_validate_only(false);
  ASSERT_THAT(catalog_.Call(&Stub::CreateArticle, request, &first), IsOk());
  ASSERT_THAT(catalog_.Call(&Stub::CreateArticle, request, &second), IsOk());
  EXPECT_EQ(first.record().name(), second.record().name());
  EXPECT_EQ(first.record().etag(), second.record().etag());
  request.mutable_article()->set_title("Other");
  EXPECT_THAT(catalog_.Call(&Stub::CreateArticle, request, &second),
              HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  v1::UpdateArticleRequest change = Change(first.record().name());
  change.mutable_article()->set_title("Two");
  change.set_etag(first.record().etag());
  ASSERT_THAT(Update(change), IsOk());
  change.mutable_article()->set_title("Three");
  EXPECT_THAT(Update(change), HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
}

TEST_F(EditingTest, AnIdAndAPathAreTakenOnce) {
  v1::CreateArticleRequest request = New("One");
  request.set_article_id("one");
  request.mutable_article()->set_path("/one");
  Create(request);
  v1::CreateArticleResponse response;
  EXPECT_THAT(catalog_.Call(&Stub::CreateArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
  // A draft holds its path.
  request.set_article_id("two");
  EXPECT_THAT(catalog_.Call(&Stub::CreateArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_PATH_TAKEN));
  // One that is made from the title avoids it.
  request.mutable_article()->clear_path();
  const ArticleRecord two = Create(request);
  request.set_article_id("three");
  EXPECT_NE(Create(request).article().path(), two.article().path());
}

TEST_F(EditingTest, AnOldPathLeadsToTheArticleOnceTheNewOneIsLive) {
  const std::string name = CreatePublished("One", "/one").name();
  ASSERT_THAT(Move(name, "/two", /*publish=*/false), IsOk());
  EXPECT_THAT(Redirects(), IsEmpty());
  // The path that a draft holds is nobody else's.
  const std::string other = CreatePublished("Other", "/other").name();
  EXPECT_THAT(Move(other, "/two", true), HasReason(errors::v1::ERROR_REASON_PATH_TAKEN));
  EXPECT_THAT(Move(other, "/one", true), HasReason(errors::v1::ERROR_REASON_PATH_TAKEN));
  ASSERT_THAT(Publish(name), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/one -> " + name));
  ASSERT_THAT(Move(name, "/three", true), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/one -> " + name, "/two -> " + name));
  // A live path beats a remembered one, which leads on until then.
  ASSERT_THAT(Move(other, "/one", false), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/one -> " + name, "/two -> " + name));
  ASSERT_THAT(Publish(other), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/two -> " + name, "/other -> " + other));
  // Back again.
  ASSERT_THAT(Move(name, "/two", true), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/other -> " + other, "/three -> " + name));
}

TEST_F(EditingTest, TwoArticlesSwapTheirPaths) {
  const std::string a = CreatePublished("A", "/a").name();
  const std::string b = CreatePublished("B", "/b").name();
  v1::BatchUpdateArticlesRequest request;
  for (const auto& [name, path] : {std::pair(a, "/b"), std::pair(b, "/a")}) {
    *request.add_requests() = Change(name);
    request.mutable_requests()->rbegin()->mutable_article()->set_path(path);
    request.mutable_requests()->rbegin()->set_publish(true);
  }
  v1::BatchUpdateArticlesResponse response;
  ASSERT_THAT(catalog_.Call(&Stub::BatchUpdateArticles, request, &response), IsOk());
  ASSERT_EQ(response.records_size(), 2);
  EXPECT_EQ(response.records(0).article().path(), "/b");
  EXPECT_EQ(Get(b).article().path(), "/a");
  EXPECT_THAT(Redirects(), IsEmpty());
  // All or nothing.
  request.mutable_requests(1)->set_etag("\"1-0000000000000000\"");
  request.mutable_requests(0)->mutable_article()->set_title("Changed");
  EXPECT_THAT(catalog_.Call(&Stub::BatchUpdateArticles, request, &response),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  EXPECT_EQ(Get(a).article().title(), "A");
  *request.mutable_requests(1) = request.requests(0);
  EXPECT_THAT(catalog_.Call(&Stub::BatchUpdateArticles, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(EditingTest, AScheduledUpdateTurnsAtItsInstant) {
  const std::string name = CreatePublished("One", "/one").name();
  v1::UpdateArticleRequest change = Change(name);
  change.mutable_article()->set_title("Two");
  change.mutable_article()->set_path("/two");
  ASSERT_THAT(Update(change), IsOk());
  v1::ScheduleArticleRequest schedule;
  schedule.set_name(name);
  *schedule.mutable_schedule_time() = TimeToProto(absl::Now() - absl::Seconds(1));
  v1::ScheduleArticleResponse scheduled;
  EXPECT_THAT(catalog_.Call(&Stub::ScheduleArticle, schedule, &scheduled),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  *schedule.mutable_schedule_time() = TimeToProto(absl::Now() + absl::Seconds(2));
  ASSERT_THAT(catalog_.Call(&Stub::ScheduleArticle, schedule, &scheduled), IsOk());
  EXPECT_EQ(scheduled.record().article().title(), "Two");
  EXPECT_EQ(scheduled.record().scheduled_revision(), 2);
  const absl::Time until = absl::Now() + absl::Seconds(60);
  while (Get(name).article().title() != "Two" && absl::Now() < until) {
  }
  const ArticleRecord turned = Get(name);
  EXPECT_EQ(turned.article().title(), "Two");
  EXPECT_EQ(turned.live_revision(), 2);
  EXPECT_EQ(turned.scheduled_revision(), 0);
  // The next write makes it so for good.
  change.mutable_article()->set_title("Three");
  ASSERT_THAT(Update(change), IsOk());
  EXPECT_EQ(Get(name).article().title(), "Two");
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/one -> " + name));
  v1::UnscheduleArticleRequest unschedule;
  unschedule.set_name(name);
  v1::UnscheduleArticleResponse unscheduled;
  EXPECT_THAT(catalog_.Call(&Stub::UnscheduleArticle, unschedule, &unscheduled),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
}

TEST_F(EditingTest, WithdrawnDeletedAndBack) {
  const std::string name = CreatePublished("One", "/one").name();
  v1::WithdrawArticleRequest withdraw;
  withdraw.set_name(name);
  withdraw.mutable_withdrawal()->set_kind(v1::WITHDRAWAL_KIND_NOTICE);
  withdraw.mutable_withdrawal()->set_notice("Under review.");
  withdraw.set_reason("complaint");
  v1::WithdrawArticleResponse withdrawn;
  ASSERT_THAT(catalog_.Call(&Stub::WithdrawArticle, withdraw, &withdrawn), IsOk());
  EXPECT_EQ(withdrawn.record().state(), content::v1::ARTICLE_STATE_WITHDRAWN);
  EXPECT_EQ(withdrawn.record().withdrawal().notice(), "Under review.");
  EXPECT_EQ(withdrawn.record().withdrawal_reason(), "complaint");
  v1::DeleteArticleRequest remove;
  remove.set_name(name);
  v1::DeleteArticleResponse removed;
  ASSERT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());
  EXPECT_TRUE(removed.record().has_purge_time());
  EXPECT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  remove.set_allow_missing(true);
  EXPECT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());
  // Its path is free, and taken.
  CreatePublished("Other", "/one");
  v1::UndeleteArticleRequest undelete;
  undelete.set_name(name);
  v1::UndeleteArticleResponse back;
  EXPECT_THAT(catalog_.Call(&Stub::UndeleteArticle, undelete, &back),
              HasReason(errors::v1::ERROR_REASON_PATH_TAKEN));
  undelete.set_path("/again");
  ASSERT_THAT(catalog_.Call(&Stub::UndeleteArticle, undelete, &back), IsOk());
  EXPECT_EQ(back.record().state(), content::v1::ARTICLE_STATE_WITHDRAWN);
  EXPECT_EQ(back.record().article().path(), "/again");
  EXPECT_FALSE(back.record().has_delete_time());
  ASSERT_THAT(Publish(name), IsOk());
  EXPECT_EQ(Get(name).state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_FALSE(Get(name).has_withdrawal());
}

TEST_F(EditingTest, AFeedProposesWhatAnEditorHasRevised) {
  testing::UpsertBuilder first;
  first.Item("1", "Feed one").Topic("topics/energy").Topic("topics/ports");
  const std::string name = Deliver(first).article();
  // The editor takes a topic away.
  v1::UpdateArticleRequest change = Change(name);
  change.mutable_article()->set_title("Editor's");
  change.mutable_article()->add_topics()->set_topic("topics/ports");
  change.set_publish(true);
  ASSERT_THAT(Update(change), IsOk());
  EXPECT_THAT(Get(name).suppressed_topics(), ElementsAre("topics/energy"));
  testing::UpsertBuilder second;
  second.Item("1", "Feed two", "other words").Topic("topics/energy");
  EXPECT_EQ(Deliver(second).outcome(), v1::UPSERT_OUTCOME_PROPOSED);
  EXPECT_EQ(Get(name).article().title(), "Editor's");
  ASSERT_TRUE(Get(name).origins(0).has_feed_proposal());
  v1::AcceptFeedProposalRequest accept;
  accept.set_name(name);
  accept.set_source("sources/other");
  v1::AcceptFeedProposalResponse accepted;
  EXPECT_THAT(catalog_.Call(&Stub::AcceptFeedProposal, accept, &accepted),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  accept.set_source("sources/wire");
  accept.set_publish(true);
  ASSERT_THAT(catalog_.Call(&Stub::AcceptFeedProposal, accept, &accepted), IsOk());
  EXPECT_EQ(Get(name).article().title(), "Feed two");
  EXPECT_FALSE(Get(name).origins(0).has_feed_proposal());
  EXPECT_THAT(Get(name).article().topics(), IsEmpty());  // Suppressed.
  EXPECT_EQ(Deliver(second).outcome(), v1::UPSERT_OUTCOME_UNCHANGED);
  testing::UpsertBuilder third;
  third.Item("1", "Feed three");
  EXPECT_EQ(Deliver(third).outcome(), v1::UPSERT_OUTCOME_PROPOSED);
  v1::DismissFeedProposalRequest dismiss;
  dismiss.set_name(name);
  dismiss.set_source("sources/wire");
  v1::DismissFeedProposalResponse dismissed;
  ASSERT_THAT(catalog_.Call(&Stub::DismissFeedProposal, dismiss, &dismissed), IsOk());
  EXPECT_EQ(Get(name).article().title(), "Feed two");
  EXPECT_EQ(Deliver(third).outcome(), v1::UPSERT_OUTCOME_UNCHANGED);
}

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

TEST_F(EditingTest, AnUpdateMakesWhatIsMissingIfItMay) {
  v1::UpdateArticleRequest change = Change("articles/new");
  change.mutable_article()->set_title("One");
  EXPECT_THAT(Update(change), HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  change.set_allow_missing(true);
  EXPECT_THAT(Update(change), HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  change.mutable_article()->set_publication("publications/daily");
  ArticleRecord made;
  ASSERT_THAT(Update(change, &made), IsOk());
  EXPECT_EQ(made.name(), "articles/new");
  EXPECT_EQ(made.version(), 1);
  change.mutable_article()->set_title("Two");
  ASSERT_THAT(Update(change, &made), IsOk());
  EXPECT_EQ(made.article().title(), "Two");
  EXPECT_EQ(made.article().revision(), 2);
}

TEST_F(EditingTest, APathIsResolvedForEditors) {
  const std::string name = CreatePublished("One", "/one").name();
  v1::CreateArticleRequest draft = New("Draft");
  draft.mutable_article()->set_path("/draft");
  const std::string waiting = Create(draft).name();
  const auto resolve = [&](const std::string& path) -> std::string {
    v1::ResolvePathRequest request;
    request.set_publication("publications/daily");
    request.set_path(path);
    v1::ResolvePathResponse response;
    const absl::Status status = catalog_.Call(&Stub::ResolvePath, request, &response);
    if (!status.ok()) return error::ReasonName(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
    return response.has_record() ? response.record().name() : "to " + response.redirect_target();
  };
  const std::string none = error::ReasonName(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(resolve("/one"), name);
  EXPECT_EQ(resolve("/draft"), waiting);
  EXPECT_EQ(resolve("/none"), none);
  ASSERT_THAT(Move(name, "/two", true), IsOk());
  EXPECT_EQ(resolve("/one"), "to /two");
  EXPECT_EQ(resolve("/two"), name);
  // An old path that another's draft holds leads on.
  ASSERT_THAT(Move(waiting, "/one", false), IsOk());
  EXPECT_EQ(resolve("/one"), "to /two");
  EXPECT_EQ(resolve("/draft"), none);
  v1::DeleteArticleRequest remove;
  remove.set_name(name);
  v1::DeleteArticleResponse removed;
  ASSERT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());
  EXPECT_EQ(resolve("/two"), none);
  EXPECT_EQ(resolve("/one"), waiting);
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

}  // namespace
}  // namespace dateline::catalog
