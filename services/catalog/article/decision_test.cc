#include "services/catalog/article/decision.h"

#include <gtest/gtest.h>

#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;

Delivery From(const std::string& source, int rank = 100, bool feed_wins = false) {
  return {source, rank, feed_wins, absl::FromUnixSeconds(10'000)};
}

v1::UpsertItem Item(const std::string& entry, const std::string& hash, int64_t observed = 0) {
  v1::UpsertItem item;
  item.set_entry_id(entry);
  item.set_content_hash(hash);
  if (observed != 0) *item.mutable_observe_time() = TimeToProto(absl::FromUnixSeconds(observed));
  return item;
}

Article Titled(const std::string& title) {
  Article article;
  article.set_title(title);
  return article;
}

// An article of sources/a, entry 1, hash h1.
WorkingArticle Known() {
  WorkingArticle known;
  StartArticle(From("sources/a"), Item("1", "h1"), Titled("first"), "id", 7, &known);
  known.is_new = false;
  known.dirty_origins.clear();
  return known;
}

TEST(DecisionTest, OutcomeDependsOnOriginHashRankAndEditor) {
  struct Case {
    const char* name;
    Delivery delivery;
    v1::UpsertItem item;
    bool editor;
    v1::UpsertOutcome outcome;
    const char* title;
  };
  const Case cases[] = {
      {"same hash", From("sources/a"), Item("1", "h1"), false, v1::UPSERT_OUTCOME_UNCHANGED,
       "first"},
      {"older", From("sources/a"), Item("1", "h2", 9'000), false, v1::UPSERT_OUTCOME_UNCHANGED,
       "first"},
      {"changed", From("sources/a"), Item("1", "h2", 11'000), false, v1::UPSERT_OUTCOME_REVISED,
       "new"},
      {"other source of the same rank", From("sources/b"), Item("1", "h2"), false,
       v1::UPSERT_OUTCOME_MERGED, "first"},
      {"its own source under another id", From("sources/a"), Item("2", "h2", 11'000), false,
       v1::UPSERT_OUTCOME_MERGED, "new"},
      {"another entry of the same document", From("sources/a"), Item("2", "h2"), false,
       v1::UPSERT_OUTCOME_MERGED, "first"},
      {"the same under another id", From("sources/a"), Item("2", "h1", 11'000), false,
       v1::UPSERT_OUTCOME_MERGED, "first"},
      {"its own source under another id, late", From("sources/a"), Item("2", "h2", 9'000), false,
       v1::UPSERT_OUTCOME_MERGED, "first"},
      {"better source", From("sources/b", 1), Item("1", "h2"), false, v1::UPSERT_OUTCOME_MERGED,
       "new"},
      {"worse source", From("sources/b", 101), Item("1", "h2"), false, v1::UPSERT_OUTCOME_MERGED,
       "first"},
      {"editor", From("sources/a"), Item("1", "h2"), true, v1::UPSERT_OUTCOME_PROPOSED, "first"},
      {"editor, feed wins", From("sources/a", 100, true), Item("1", "h2"), true,
       v1::UPSERT_OUTCOME_REVISED, "new"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    WorkingArticle known = Known();
    known.editor_revised = c.editor;
    EXPECT_EQ(ApplyItem(c.delivery, c.item, Titled("new"), &known), c.outcome);
    EXPECT_EQ(known.article.title(), c.title);
    EXPECT_EQ(known.written(), c.outcome != v1::UPSERT_OUTCOME_UNCHANGED);
  }
}

TEST(DecisionTest, EntryUnderAnotherIdIsRevisedThereFromThenOn) {
  WorkingArticle known = Known();
  EXPECT_EQ(ApplyItem(From("sources/a"), Item("2", "h1", 11'000), Titled("same"), &known),
            v1::UPSERT_OUTCOME_MERGED);
  EXPECT_FALSE(known.content_changed);
  EXPECT_EQ(ApplyItem(From("sources/a"), Item("2", "h1"), Titled("same"), &known),
            v1::UPSERT_OUTCOME_UNCHANGED);
  EXPECT_EQ(ApplyItem(From("sources/a"), Item("2", "h2", 12'000), Titled("new"), &known),
            v1::UPSERT_OUTCOME_REVISED);
  EXPECT_EQ(known.article.title(), "new");
  EXPECT_EQ(known.winner, 1);
}

TEST(DecisionTest, TakenDownIsRejectedEvenUnchanged) {
  WorkingArticle known = Known();
  known.record.set_state(content::v1::ARTICLE_STATE_TAKEN_DOWN);
  EXPECT_EQ(ApplyItem(From("sources/a"), Item("1", "h1"), Titled("new"), &known),
            v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_FALSE(known.written());
}

TEST(DecisionTest, RevisionKeepsWhatIsNotTheFeedsToDecide) {
  WorkingArticle known = Known();
  Article& stored = known.article;
  stored.set_path("/kept");
  known.record.set_state(content::v1::ARTICLE_STATE_WITHDRAWN);
  stored.mutable_embargo_time()->set_seconds(5);
  stored.mutable_publish_time()->set_seconds(6);
  known.record.add_suppressed_topics("topics/removed");
  auto* topic = stored.add_topics();
  topic->set_topic("topics/by-hand");
  topic->set_origin(content::v1::TOPIC_ORIGIN_EDITOR);
  stored.add_topics()->set_topic("topics/old-category");
  Article content = Titled("new");
  content.set_path("/other");
  content.mutable_publish_time()->set_seconds(9);
  for (const char* name : {"topics/removed", "topics/new-category", "topics/by-hand"}) {
    content.add_topics()->set_topic(name);
  }
  ASSERT_EQ(ApplyItem(From("sources/a"), Item("1", "h2"), content, &known),
            v1::UPSERT_OUTCOME_REVISED);
  EXPECT_EQ(stored.path(), "/kept");
  EXPECT_EQ(known.record.state(), content::v1::ARTICLE_STATE_WITHDRAWN);
  EXPECT_EQ(stored.embargo_time().seconds(), 5);
  EXPECT_EQ(stored.publish_time().seconds(), 6) << "the entry has no date of its own";
  ASSERT_EQ(stored.topics_size(), 2);
  EXPECT_EQ(stored.topics(0).topic(), "topics/by-hand");
  EXPECT_EQ(stored.topics(1).topic(), "topics/new-category");
}

TEST(DecisionTest, FeedsOwnDateMovesTheArticle) {
  WorkingArticle known = Known();
  known.article.mutable_publish_time()->set_seconds(6);
  Article content = Titled("new");
  content.mutable_publish_time()->set_seconds(9);
  v1::UpsertItem item = Item("1", "h2");
  item.set_has_publish_time(true);
  ApplyItem(From("sources/a"), item, content, &known);
  EXPECT_EQ(known.article.publish_time().seconds(), 9);
}

TEST(DecisionTest, RejectionCarriesItsReason) {
  const auto result = Rejected(error::TakenDown("articles/x"));
  EXPECT_EQ(result.outcome(), v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_EQ(error::ReasonOf(error::FromProto(result.error())), errors::v1::ERROR_REASON_TAKEN_DOWN);
}

}  // namespace
}  // namespace dateline::catalog::article
