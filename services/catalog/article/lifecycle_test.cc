#include "services/catalog/article/lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kPrecondition = absl::StatusCode::kFailedPrecondition;

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

Article Titled(const std::string& title, const std::string& path) {
  Article article;
  article.set_title(title);
  article.set_path(path);
  return article;
}

// Takes a write for done: what was new is stored.
void Store(WorkingArticle* article) {
  article->is_new = article->content_changed = article->life_changed = article->slots_changed =
      false;
  for (auto& [number, revision] : article->waiting) revision.is_new = false;
}

WorkingArticle Draft() {
  WorkingArticle article;
  StartDraft(At(100), Titled("one", "/one"), "id", 7, &article);
  Store(&article);
  return article;
}

WorkingArticle Published() {
  WorkingArticle article = Draft();
  EXPECT_THAT(Publish({At(200)}, 1, article.article, &article), IsOk());
  Store(&article);
  return article;
}

// Published as revision 2, with draft 3 beside it.
WorkingArticle WithDraft() {
  WorkingArticle article = Published();
  EXPECT_THAT(AddDraft(Titled("three", "/three"), &article), IsOk());
  Store(&article);
  return article;
}

TEST(LifecycleTest, AFirstPublicationDatesTheArticle) {
  WorkingArticle article = Draft();
  EXPECT_EQ(article.record.live_revision(), 0);
  ASSERT_THAT(Publish({At(200)}, 1, article.article, &article), IsOk());
  EXPECT_EQ(article.record.state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_EQ(article.record.live_revision(), 2);  // The date is a change of the content.
  EXPECT_TRUE(article.content_changed);
  EXPECT_EQ(TimeFromProto(article.article.publish_time()), At(200));
  EXPECT_EQ(TimeFromProto(article.article.first_publish_time()), At(200));
  EXPECT_THAT(article.waiting, IsEmpty());
}

TEST(LifecycleTest, ADatedDraftIsPublishedAsItIs) {
  WorkingArticle article = Draft();
  Article dated = Titled("two", "/one");
  *dated.mutable_publish_time() = TimeToProto(At(500));
  ASSERT_THAT(AddDraft(dated, &article), IsOk());
  Store(&article);
  ASSERT_THAT(Publish({At(200)}, 2, article.article, &article), IsOk());
  EXPECT_EQ(article.record.live_revision(), 2);
  EXPECT_FALSE(article.content_changed);
  EXPECT_TRUE(article.slots_changed);
  // Nobody sees it before its date.
  EXPECT_EQ(TimeFromProto(article.article.first_publish_time()), At(500));
}

TEST(LifecycleTest, ADraftWaitsBesideTheLiveRevision) {
  WorkingArticle article = WithDraft();
  EXPECT_EQ(article.record.live_revision(), 2);
  EXPECT_EQ(article.article.title(), "one");
  EXPECT_EQ(article.article.revision(), 3);
  ASSERT_NE(article.Content(3), nullptr);
  EXPECT_EQ(article.Content(3)->title(), "three");
  ASSERT_THAT(AddDraft(Titled("four", "/three"), &article), IsOk());
  EXPECT_EQ(article.Content(3), nullptr);  // No longer the newest.
  EXPECT_EQ(article.Content(4)->title(), "four");
}

TEST(LifecycleTest, PublishingADraftPutsItInForce) {
  WorkingArticle article = WithDraft();
  Article draft = *article.Content(3);
  *draft.mutable_publish_time() = article.article.publish_time();
  ASSERT_THAT(Publish({At(300)}, 3, draft, &article), IsOk());
  EXPECT_EQ(article.record.live_revision(), 3);
  EXPECT_EQ(article.article.title(), "three");
  EXPECT_EQ(TimeFromProto(article.article.first_publish_time()), At(200));
  EXPECT_THAT(article.waiting, IsEmpty());
  EXPECT_THAT(article.NewRevisions(), IsEmpty());
}

TEST(LifecycleTest, AMajorUpdateMovesTheDateAndWritesANote) {
  WorkingArticle article = Published();
  ASSERT_THAT(
      Publish({At(300), v1::UPDATE_KIND_MAJOR, "More is known."}, 2, article.article, &article),
      IsOk());
  EXPECT_EQ(article.record.live_revision(), 3);
  EXPECT_EQ(TimeFromProto(article.article.publish_time()), At(300));
  EXPECT_EQ(TimeFromProto(article.article.first_publish_time()), At(200));
  ASSERT_EQ(article.article.notes_size(), 1);
  EXPECT_EQ(article.article.notes(0).text(), "More is known.");
  EXPECT_EQ(article.article.notes(0).kind(), content::v1::NOTE_KIND_UPDATE);
}

TEST(LifecycleTest, ANoteBelongsToAMajorUpdate) {
  EXPECT_THAT(CheckNote(v1::UPDATE_KIND_MAJOR, ""), StatusIs(kInvalid));
  EXPECT_THAT(CheckNote(v1::UPDATE_KIND_MINOR, "x"), StatusIs(kInvalid));
  EXPECT_THAT(CheckNote(v1::UPDATE_KIND_UNSPECIFIED, ""), IsOk());
}

TEST(LifecycleTest, AScheduleTurnsAtItsInstant) {
  WorkingArticle article = WithDraft();
  ASSERT_THAT(Schedule(At(300), At(300), 3, *article.Content(3), &article), StatusIs(kInvalid));
  Article draft = *article.Content(3);
  *draft.mutable_publish_time() = TimeToProto(At(250));
  ASSERT_THAT(Schedule(At(300), At(400), 3, draft, &article), IsOk());
  EXPECT_EQ(article.record.scheduled_revision(), 3);
  EXPECT_EQ(article.record.live_revision(), 2);
  Store(&article);
  TurnIfDue(At(399), &article);
  EXPECT_FALSE(article.written());
  TurnIfDue(At(401), &article);
  EXPECT_EQ(article.record.live_revision(), 3);
  EXPECT_EQ(article.record.scheduled_revision(), 0);
  EXPECT_FALSE(article.record.has_schedule_time());
  EXPECT_EQ(article.article.title(), "three");
  EXPECT_EQ(article.turn_time, At(400));
  EXPECT_TRUE(article.written());
  EXPECT_THAT(article.NewRevisions(), IsEmpty());
}

TEST(LifecycleTest, AScheduleDatesADraftWithoutADate) {
  WorkingArticle article = Draft();
  ASSERT_THAT(Schedule(At(150), At(400), 1, article.article, &article), IsOk());
  EXPECT_EQ(article.record.state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_EQ(article.record.live_revision(), 0);
  EXPECT_EQ(article.record.scheduled_revision(), 2);
  EXPECT_EQ(TimeFromProto(article.article.publish_time()), At(400));
  EXPECT_EQ(TimeFromProto(article.article.first_publish_time()), At(400));
  Store(&article);
  // A later draft leaves it scheduled.
  ASSERT_THAT(AddDraft(Titled("three", "/three"), &article), IsOk());
  EXPECT_EQ(article.Content(2)->title(), "one");
  EXPECT_EQ(article.article.title(), "three");
  Store(&article);
  TurnIfDue(At(400), &article);
  EXPECT_EQ(article.record.live_revision(), 2);
  EXPECT_EQ(article.article.title(), "one");
  EXPECT_EQ(article.Content(3)->title(), "three");
}

// What was published after it was scheduled stays the newest, and waits.
TEST(LifecycleTest, AScheduleTurnsOverALaterRevision) {
  WorkingArticle article = WithDraft();
  Article draft = *article.Content(3);
  *draft.mutable_publish_time() = TimeToProto(At(250));
  ASSERT_THAT(Schedule(At(300), At(400), 3, draft, &article), IsOk());
  Store(&article);
  Article four = Titled("four", "/one");
  *four.mutable_publish_time() = TimeToProto(At(200));
  ASSERT_THAT(Publish({At(350)}, 0, four, &article), IsOk());
  ASSERT_EQ(article.record.live_revision(), 4);
  ASSERT_EQ(article.record.scheduled_revision(), 3);
  Store(&article);

  TurnIfDue(At(400), &article);
  EXPECT_EQ(article.record.live_revision(), 3);
  EXPECT_EQ(article.article.title(), "three");
  EXPECT_EQ(article.article.revision(), 4);
  ASSERT_NE(article.Content(4), nullptr);
  EXPECT_EQ(article.Content(4)->title(), "four");
  EXPECT_THAT(article.NewRevisions(), IsEmpty());
  Store(&article);
  ASSERT_THAT(Publish({At(500)}, 0, *article.Content(4), &article), IsOk());
  EXPECT_EQ(article.record.live_revision(), 5);
  EXPECT_THAT(article.waiting, IsEmpty());
}

TEST(LifecycleTest, UnschedulingLeavesADraft) {
  WorkingArticle article = Draft();
  EXPECT_THAT(Unschedule(&article), StatusIs(kPrecondition));
  ASSERT_THAT(Schedule(At(150), At(400), 1, article.article, &article), IsOk());
  ASSERT_THAT(Unschedule(&article), IsOk());
  EXPECT_EQ(article.record.state(), content::v1::ARTICLE_STATE_DRAFT);
  EXPECT_EQ(article.record.scheduled_revision(), 0);
  EXPECT_FALSE(article.article.has_first_publish_time());
}

TEST(LifecycleTest, PublishingWhatIsScheduledDropsTheSchedule) {
  WorkingArticle article = WithDraft();
  Article draft = *article.Content(3);
  *draft.mutable_publish_time() = TimeToProto(At(250));
  ASSERT_THAT(Schedule(At(300), At(400), 3, draft, &article), IsOk());
  ASSERT_THAT(Publish({At(310)}, 3, draft, &article), IsOk());
  EXPECT_EQ(article.record.live_revision(), 3);
  EXPECT_EQ(article.record.scheduled_revision(), 0);
}

TEST(LifecycleTest, AWithdrawalSaysWhatReadersGet) {
  struct Case {
    v1::WithdrawalKind kind;
    const char* target;
    const char* notice;
    bool ok;
  };
  for (const Case& c : {Case{v1::WITHDRAWAL_KIND_GONE, "", "", true},
                        {v1::WITHDRAWAL_KIND_VANISHED, "", "", true},
                        {v1::WITHDRAWAL_KIND_REDIRECT, "/other", "", true},
                        {v1::WITHDRAWAL_KIND_REDIRECT, "https://e.test/x", "", true},
                        {v1::WITHDRAWAL_KIND_NOTICE, "", "Under review.", true},
                        {v1::WITHDRAWAL_KIND_UNSPECIFIED, "", "", false},
                        {v1::WITHDRAWAL_KIND_GONE, "/other", "", false},
                        {v1::WITHDRAWAL_KIND_GONE, "", "x", false},
                        {v1::WITHDRAWAL_KIND_REDIRECT, "", "", false},
                        {v1::WITHDRAWAL_KIND_REDIRECT, "javascript:x", "", false},
                        {v1::WITHDRAWAL_KIND_NOTICE, "", "", false}}) {
    WorkingArticle article = Published();
    v1::Withdrawal withdrawal;
    withdrawal.set_kind(c.kind);
    withdrawal.set_target(c.target);
    withdrawal.set_notice(c.notice);
    EXPECT_EQ(Withdraw(At(300), withdrawal, "why", &article).ok(), c.ok) << c.kind << c.target;
    EXPECT_EQ(article.record.state() == content::v1::ARTICLE_STATE_WITHDRAWN, c.ok);
    EXPECT_EQ(PathsOf(article).live, "/one");  // What is said is said there.
  }
  WorkingArticle draft = Draft();
  v1::Withdrawal gone;
  gone.set_kind(v1::WITHDRAWAL_KIND_GONE);
  EXPECT_THAT(Withdraw(At(300), gone, "", &draft), StatusIs(kPrecondition));
}

TEST(LifecycleTest, PublishingEndsAWithdrawal) {
  WorkingArticle article = Published();
  v1::Withdrawal gone;
  gone.set_kind(v1::WITHDRAWAL_KIND_GONE);
  ASSERT_THAT(Withdraw(At(300), gone, "why", &article), IsOk());
  ASSERT_THAT(Publish({At(310)}, 2, article.article, &article), IsOk());
  EXPECT_EQ(article.record.state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_FALSE(article.record.has_withdrawal());
  EXPECT_EQ(article.record.withdrawal_reason(), "");
}

TEST(LifecycleTest, ADeletedArticleComesBackAsItWas) {
  for (const bool withdrawn : {false, true}) {
    WorkingArticle article = Published();
    v1::Withdrawal gone;
    gone.set_kind(v1::WITHDRAWAL_KIND_GONE);
    if (withdrawn) {
      ASSERT_THAT(Withdraw(At(300), gone, "why", &article), IsOk());
    }
    const content::v1::ArticleState before = article.record.state();
    EXPECT_THAT(Undelete("", &article), StatusIs(absl::StatusCode::kAlreadyExists));
    ASSERT_THAT(Delete(At(400), &article), IsOk());
    EXPECT_EQ(TimeFromProto(article.record.purge_time()), At(400) + kPurgeAfter);
    EXPECT_EQ(PathsOf(article).live, "");
    EXPECT_THAT(Delete(At(400), &article), StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(AddDraft(Titled("x", "/x"), &article), StatusIs(kPrecondition));
    EXPECT_THAT(Publish({At(400)}, 2, article.article, &article), StatusIs(kPrecondition));
    ASSERT_THAT(Undelete("/again", &article), IsOk());
    EXPECT_EQ(article.record.state(), before);
    EXPECT_FALSE(article.record.has_delete_time());
    EXPECT_EQ(PathsOf(article).live, "/again");
  }
}

TEST(LifecycleTest, NothingIsDoneToWhatWasTakenDown) {
  WorkingArticle article = Published();
  article.record.set_state(content::v1::ARTICLE_STATE_TAKEN_DOWN);
  const absl::Status taken_down = error::TakenDown("articles/id");
  EXPECT_EQ(AddDraft(Titled("x", "/x"), &article), taken_down);
  EXPECT_EQ(Publish({At(400)}, 2, article.article, &article), taken_down);
  EXPECT_EQ(Schedule(At(400), At(500), 2, article.article, &article), taken_down);
  EXPECT_EQ(Unschedule(&article), taken_down);
  EXPECT_EQ(Withdraw(At(400), {}, "", &article), taken_down);
  EXPECT_EQ(Delete(At(400), &article), taken_down);
  EXPECT_EQ(Undelete("", &article), taken_down);
  EXPECT_THAT(PathsOf(article).held, IsEmpty());
}

TEST(LifecycleTest, RevisionsToComeHoldTheirPaths) {
  WorkingArticle article = WithDraft();
  EXPECT_EQ(PathsOf(article).live, "/one");
  EXPECT_THAT(PathsOf(article).held, ElementsAre("/three"));
  EXPECT_EQ(PathsOf(Draft()).live, "");
  EXPECT_THAT(PathsOf(Draft()).held, ElementsAre("/one"));
}

TEST(LifecycleTest, AnEtagMustFitIfOneIsGiven) {
  WorkingArticle article = Published();
  article.record.set_etag("\"1-a\"");
  EXPECT_THAT(CheckEtag(article, ""), IsOk());
  EXPECT_THAT(CheckEtag(article, "\"1-a\""), IsOk());
  EXPECT_THAT(CheckEtag(article, "\"2-a\""), StatusIs(absl::StatusCode::kAborted));
}

}  // namespace
}  // namespace dateline::catalog::article
