// The options that reads share: as_of, read_mask, if_none_match and etag, max_age, both directions.
#include "services/query/service/read_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using replica::testing::At;
using replica::testing::PublicationState;
using replica::testing::StateOf;
using replica::testing::TopicState;
using ::testing::ElementsAre;
using testing::IdsOf;
using ::testing::IsEmpty;

class ReadOptionsTest : public ::testing::Test {
 protected:
  ReadOptionsTest() {
    dateline_.Apply({PublicationState(1), TopicState(1, 1)});
    for (int64_t key = 1; key <= 5; ++key) {
      dateline_.Apply({StateOf({.key = key, .publish = -key, .topics = {1}})});
    }
  }

  absl::StatusOr<v1::GetArticleResponse> Get(const v1::GetArticleRequest& request,
                                             options::v1::Role role = options::v1::ROLE_READER) {
    v1::GetArticleResponse response;
    const absl::Status status =
        dateline_.articles().GetArticle(request, dateline_.Call(role), &response);
    if (!status.ok()) return status;
    return response;
  }

  testing::HandlersFixture dateline_;
};

TEST_F(ReadOptionsTest, AsOfShowsAnInstantToComeToPreviewersOnly) {
  dateline_.Apply({StateOf({.key = 9, .publish = 100, .topics = {1}})});
  v1::ListArticlesRequest request;
  *request.mutable_as_of() = TimeToProto(At(100));
  EXPECT_THAT(dateline_.List(request).status(),
              HasReason(errors::v1::ERROR_REASON_PERMISSION_DENIED));
  const auto preview = dateline_.List(request, options::v1::ROLE_PREVIEWER);
  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->articles(0).name(), "articles/a9");
  EXPECT_EQ(TimeFromProto(preview->read_time()), At(100));
  EXPECT_EQ(DurationFromProto(preview->max_age()), absl::ZeroDuration());

  *request.mutable_as_of() = TimeToProto(At(-1));
  EXPECT_THAT(dateline_.List(request, options::v1::ROLE_PREVIEWER).status(),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));

  v1::GetArticleRequest get;
  get.set_name("articles/a9");
  EXPECT_THAT(Get(get), StatusIs(absl::StatusCode::kNotFound));
  *get.mutable_as_of() = TimeToProto(At(100));
  EXPECT_THAT(Get(get), HasReason(errors::v1::ERROR_REASON_PERMISSION_DENIED));
  EXPECT_THAT(Get(get, options::v1::ROLE_EDITOR), IsOk());
}

TEST_F(ReadOptionsTest, ReadMaskLeavesOutWhatWasNotAskedFor) {
  v1::ListArticlesRequest request;
  request.mutable_read_mask()->add_paths("name");
  request.mutable_read_mask()->add_paths("teaser.text");
  const auto list = dateline_.List(request);
  ASSERT_THAT(list, IsOk());
  content::v1::Article expected;
  expected.set_name("articles/a1");
  expected.mutable_teaser()->set_text(list->articles(0).teaser().text());
  EXPECT_EQ(list->articles(0).SerializeAsString(), expected.SerializeAsString());
  EXPECT_FALSE(expected.teaser().text().empty());

  v1::GetArticleRequest get;
  get.set_name("articles/a1");
  get.mutable_read_mask()->add_paths("title");
  const auto article = Get(get);
  ASSERT_THAT(article, IsOk());
  EXPECT_EQ(article->article().title(), "Title");
  EXPECT_THAT(article->article().body_html(), IsEmpty());
  get.mutable_read_mask()->set_paths(0, "state_of_mind");
  EXPECT_THAT(Get(get), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  get.mutable_read_mask()->set_paths(0, "*");
  EXPECT_FALSE(Get(get)->article().body_html().empty());
}

TEST_F(ReadOptionsTest, AnUnchangedAnswerIsItsEtagAlone) {
  v1::ListArticlesRequest request;
  request.set_page_size(2);
  const auto first = dateline_.List(request);
  ASSERT_THAT(first, IsOk());
  ASSERT_FALSE(first->etag().empty());
  dateline_.clock().Advance(absl::Seconds(1));
  // Another article, which this page does not show.
  dateline_.Apply({StateOf({.key = 8, .publish = -50})});
  request.set_if_none_match(first->etag());
  const auto second = dateline_.List(request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->etag(), first->etag());
  EXPECT_EQ(second->articles_size(), 0);
  EXPECT_THAT(second->next_page_token(), IsEmpty());
  EXPECT_NE(second->position(), first->position());
  EXPECT_LT(second->ByteSizeLong(), 150U);

  dateline_.Apply({StateOf({.key = 1, .version = 2, .publish = -1, .title = "Changed"})});
  const auto third = dateline_.List(request);
  ASSERT_THAT(third, IsOk());
  EXPECT_NE(third->etag(), first->etag());
  EXPECT_EQ(third->articles_size(), 2);

  v1::GetArticleRequest get;
  get.set_name("articles/a1");
  get.set_if_none_match(Get(get)->etag());
  EXPECT_FALSE(Get(get)->has_article());
}

TEST_F(ReadOptionsTest, MaxAgeEndsWithWhatIsShownAndTellsNothingOfWhatIsHidden) {
  v1::ListArticlesRequest request;
  EXPECT_EQ(DurationFromProto(dateline_.List(request)->max_age()), kMaxAge);
  // An update comes into force in ten seconds, and an embargo ends in five.
  dateline_.Apply({StateOf({.key = 2, .version = 2, .publish = -2, .topics = {1}, .scheduled = 10}),
                   StateOf({.key = 7, .publish = -3, .embargo = 5})});
  EXPECT_EQ(DurationFromProto(dateline_.List(request)->max_age()), kMaxAge);
  dateline_.Apply({StateOf({.key = 3, .version = 2, .publish = -3, .expire = 20})});
  EXPECT_EQ(DurationFromProto(dateline_.List(request)->max_age()), absl::Seconds(20));
  v1::GetArticleRequest get;
  get.set_name("articles/a3");
  EXPECT_EQ(DurationFromProto(Get(get)->max_age()), absl::Seconds(20));
}

TEST_F(ReadOptionsTest, PagesLeadBackTheWayTheyCame) {
  v1::ListArticlesRequest request;
  request.set_page_size(2);
  auto page = dateline_.List(request);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->previous_page_token(), IsEmpty());
  request.set_page_token(page->next_page_token());
  page = dateline_.List(request);
  EXPECT_THAT(IdsOf(page->articles()), ElementsAre("a3", "a4"));
  // What was published meanwhile stands at its place.
  dateline_.Apply({StateOf({.key = 6, .publish = -2})});
  request.set_page_token(page->previous_page_token());
  page = dateline_.List(request);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(IdsOf(page->articles()), ElementsAre("a2", "a6"));
  v1::ListArticlesRequest on = request;
  on.set_page_token(page->next_page_token());
  EXPECT_THAT(IdsOf(dateline_.List(on)->articles()), ElementsAre("a3", "a4"));
  request.set_page_token(page->previous_page_token());
  page = dateline_.List(request);
  EXPECT_THAT(IdsOf(page->articles()), ElementsAre("a1"));
  EXPECT_THAT(page->previous_page_token(), IsEmpty());
}

}  // namespace
}  // namespace dateline::query::service
