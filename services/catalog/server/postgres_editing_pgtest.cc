// An article under an editor's hand, from its draft to its end, and beside its feed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_editing_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Stub = v1::CatalogService::Stub;
using v1::ArticleRecord;

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

TEST_F(EditingTest, AScheduledUpdateTurnsOverWhatWasPublishedLater) {
  const std::string name = CreatePublished("One", "/one").name();
  v1::UpdateArticleRequest change = Change(name);
  change.mutable_article()->set_title("Two");
  ASSERT_THAT(Update(change), IsOk());
  v1::ScheduleArticleRequest schedule;
  schedule.set_name(name);
  *schedule.mutable_schedule_time() = TimeToProto(absl::Now() + absl::Seconds(2));
  v1::ScheduleArticleResponse scheduled;
  ASSERT_THAT(catalog_.Call(&Stub::ScheduleArticle, schedule, &scheduled), IsOk());
  change.mutable_article()->set_title("Three");
  change.set_publish(true);
  ASSERT_THAT(Update(change), IsOk());
  EXPECT_EQ(Get(name).article().title(), "Three");
  const absl::Time until = absl::Now() + absl::Seconds(60);
  while (Get(name).article().title() != "Two" && absl::Now() < until) {
  }
  EXPECT_EQ(Get(name).live_revision(), 2);
  // What was published stays the newest, on which editors go on.
  v1::RollbackArticleRequest back;
  back.set_name(name + "/revisions/1");
  v1::RollbackArticleResponse rolled_back;
  ASSERT_THAT(catalog_.Call(&Stub::RollbackArticle, back, &rolled_back), IsOk());
  change.mutable_article()->set_title("Four");
  ASSERT_THAT(Update(change), IsOk());
  EXPECT_EQ(Get(name).article().title(), "Four");
  EXPECT_EQ(Get(name).live_revision(), 5);
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

}  // namespace
}  // namespace dateline::catalog
