#include "services/catalog/webhooks/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dateline::catalog::webhooks {
namespace {

using store::ArticleChanges;
using store::ArticleInstant;
using store::IdleWebhook;
using store::WebhookArticle;
using store::WebhookBatch;
using store::WebhookRevision;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Seconds of these tests: webhooks were told up to 100, and it is 200.
absl::Time At(int seconds) { return absl::FromUnixSeconds(seconds); }

WebhookArticle Published(int64_t key, int publish) {
  WebhookArticle article;
  article.key = key;
  article.name = absl::StrCat("articles/a", key);
  article.version = 7;
  article.is_published = true;
  article.live = WebhookRevision{At(publish)};
  article.first_visible = At(publish);
  return article;
}

class EventsTest : public ::testing::Test {
 protected:
  EventsTest() {
    webhook_.name = "webhooks/one";
    webhook_.cursor.instant = At(100);
    changes_.now = At(200);
    changes_.at_head = true;
  }

  void Change(const WebhookArticle& article, v1::ChangeKind kind, int at, int64_t version = 3) {
    changes_.changes.push_back({{}, version, kind, At(at), article});
  }

  std::vector<std::string> Told() {
    batch_ = MakeBatch(webhook_, changes_, instants_, more_instants_, "id");
    std::vector<std::string> told;
    for (const v1::WebhookEvent& event : batch_.payload.events()) {
      told.push_back(
          absl::StrCat(event.article(), " ",
                       absl::StripPrefix(v1::ChangeKind_Name(event.change_kind()), "CHANGE_KIND_"),
                       " ", event.version(), " ", event.time().seconds()));
    }
    return told;
  }

  IdleWebhook webhook_;
  ArticleChanges changes_;
  std::vector<ArticleInstant> instants_;
  bool more_instants_ = false;
  WebhookBatch batch_;
};

TEST_F(EventsTest, TellsWhatReadersSeeAsItWasWritten) {
  Change(Published(1, 50), v1::CHANGE_KIND_CREATED, 150, 1);
  Change(Published(1, 50), v1::CHANGE_KIND_UPDATED, 160, 2);
  EXPECT_THAT(Told(), ElementsAre("articles/a1 CREATED 1 150", "articles/a1 UPDATED 2 160"));
  EXPECT_THAT(batch_.visible, ElementsAre(1));
  EXPECT_EQ(batch_.after.instant, At(200));
}

TEST_F(EventsTest, TellsNothingOfWhatReadersNeverSaw) {
  WebhookArticle draft = Published(1, 50);
  draft.is_published = false;
  draft.first_visible = absl::InfiniteFuture();
  Change(draft, v1::CHANGE_KIND_CREATED, 150);
  Change(draft, v1::CHANGE_KIND_DELETED, 160);
  Change(Published(2, 300), v1::CHANGE_KIND_CREATED, 150);
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_THAT(batch_.hidden, IsEmpty());
  webhook_.include_hidden = true;
  EXPECT_EQ(Told().size(), 3u);
}

TEST_F(EventsTest, TellsOnceThatAnArticleBecameHidden) {
  WebhookArticle withdrawn = Published(1, 50);
  withdrawn.is_published = false;
  Change(withdrawn, v1::CHANGE_KIND_UPDATED, 150, 4);
  Change(withdrawn, v1::CHANGE_KIND_UPDATED, 160, 5);
  EXPECT_THAT(Told(), ElementsAre("articles/a1 BECAME_HIDDEN 4 150"));
  EXPECT_THAT(batch_.hidden, ElementsAre(1));
  // The next time it is known.
  changes_.changes.clear();
  withdrawn.told_hidden = true;
  Change(withdrawn, v1::CHANGE_KIND_TAKEN_DOWN, 170, 6);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(EventsTest, TellsThatAnArticleIsBack) {
  WebhookArticle back = Published(1, 50);
  back.told_hidden = true;
  Change(back, v1::CHANGE_KIND_UPDATED, 150);
  Change(Published(2, 150), v1::CHANGE_KIND_UPDATED, 151);
  EXPECT_THAT(Told(),
              ElementsAre("articles/a1 BECAME_VISIBLE 3 150", "articles/a2 BECAME_VISIBLE 3 151"));
}

TEST_F(EventsTest, TellsWhatTimeAloneBrings) {
  WebhookArticle expired = Published(2, 50);
  expired.live->expire = At(180);
  WebhookArticle turned = Published(3, 50);
  turned.scheduled = WebhookRevision{At(50)};
  turned.schedule_time = At(190);
  WebhookArticle later_embargo = Published(4, 150);
  later_embargo.live->embargo = At(195);
  instants_ = {{At(150), Published(1, 150)},
               {At(150), later_embargo},
               {At(180), expired},
               {At(190), turned},
               {At(195), later_embargo}};
  EXPECT_THAT(Told(),
              ElementsAre("articles/a1 BECAME_VISIBLE 7 150", "articles/a2 BECAME_HIDDEN 7 180",
                          "articles/a3 UPDATED 7 190", "articles/a4 BECAME_VISIBLE 7 195"));
}

TEST_F(EventsTest, AnInstantOfADeletedArticleIsNone) {
  WebhookArticle deleted = Published(1, 150);
  deleted.is_published = false;
  instants_ = {{At(150), deleted}};
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(EventsTest, TheCursorStaysWhereThereIsMore) {
  instants_ = {{At(150), Published(1, 150)}, {At(150), Published(2, 150)}};
  more_instants_ = true;
  Told();
  EXPECT_EQ(batch_.after.instant, At(150));
  EXPECT_EQ(batch_.after.instant_key, 2);
  instants_.clear();
  more_instants_ = false;
  changes_.at_head = false;
  Told();
  EXPECT_EQ(batch_.after.instant, At(100));
}

TEST_F(EventsTest, AFilterTakesWhatMatchesIt) {
  webhook_.filter = "topic = topics/harbour";
  WebhookArticle other = Published(1, 50);
  other.live->matches = false;
  other.told_hidden = true;
  Change(other, v1::CHANGE_KIND_UPDATED, 150);
  WebhookArticle matching = Published(2, 50);
  matching.told_hidden = true;
  Change(matching, v1::CHANGE_KIND_UPDATED, 160);
  WebhookArticle left = Published(3, 50);
  left.live->matches = false;
  Change(left, v1::CHANGE_KIND_UPDATED, 170);
  Change(left, v1::CHANGE_KIND_UPDATED, 180);
  EXPECT_THAT(Told(),
              ElementsAre("articles/a2 BECAME_VISIBLE 3 160", "articles/a3 BECAME_HIDDEN 3 170"));
  EXPECT_THAT(batch_.visible, ElementsAre(2));
  EXPECT_THAT(batch_.hidden, ElementsAre(3));
}

TEST_F(EventsTest, AScheduledRevisionMatchesFromItsInstantOn) {
  webhook_.filter = "topic = topics/harbour";
  WebhookArticle enters = Published(1, 50);
  enters.live->matches = false;
  enters.scheduled = WebhookRevision{At(50)};
  enters.schedule_time = At(190);
  WebhookArticle later = enters;
  later.key = 2;
  later.name = "articles/a2";
  later.schedule_time = At(210);
  later.told_hidden = true;
  Change(later, v1::CHANGE_KIND_UPDATED, 160);
  instants_ = {{At(190), enters}};
  EXPECT_THAT(Told(), ElementsAre("articles/a1 BECAME_VISIBLE 7 190"));
}

TEST_F(EventsTest, AFilterTakesDraftsWhereTheHiddenIsTold) {
  webhook_.filter = "topic = topics/harbour";
  webhook_.include_hidden = true;
  WebhookArticle draft = Published(1, 50);
  draft.is_published = false;
  draft.live.reset();
  draft.told_hidden = true;
  Change(draft, v1::CHANGE_KIND_CREATED, 150);
  WebhookArticle left = draft;
  left.key = 2;
  left.name = "articles/a2";
  left.newest_matches = false;
  Change(left, v1::CHANGE_KIND_UPDATED, 160);
  EXPECT_THAT(Told(), ElementsAre("articles/a1 CREATED 3 150"));
  // Of what it was told it hears once more, whatever became of it.
  left.told_hidden = false;
  Change(left, v1::CHANGE_KIND_UPDATED, 170);
  EXPECT_THAT(Told(), ElementsAre("articles/a1 CREATED 3 150", "articles/a2 UPDATED 3 170"));
}

}  // namespace
}  // namespace dateline::catalog::webhooks
