// Changes, merges and deletions of authors on a real PostgreSQL.

#include <gmock/gmock.h>

#include "common/errors/errors.h"
#include "services/catalog/store/postgres_vocabulary_test_base.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Author;
using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;

using AuthorStoreTest = VocabularyStoreTest;

Author Named(const std::string& id, const std::string& name) {
  Author author;
  author.set_name(api::MakeName(api::kAuthors, id));
  author.set_display_name(name);
  return author;
}

TEST_F(AuthorStoreTest, MergedAuthorsBecomeVariants) {
  Author jd = Named("jd", "J. Doe");
  jd.add_byline_variants("JD");
  jd.add_byline_variants("Jane Doe");
  ASSERT_THAT(authors_->CreateAuthor(call_, {}, jd), IsOk());
  ASSERT_THAT(authors_->CreateAuthor(call_, {}, Named("jane", "Jane Doe")), IsOk());
  ASSERT_THAT(authors_->CreateAuthor(call_, {}, Named("chief", "The Chief")), IsOk());
  auto merged = authors_->MergeAuthors(call_, {"MergeAuthors"}, "jane", {"jd"});
  ASSERT_THAT(merged, IsOk());
  EXPECT_THAT(merged->message.byline_variants(), ElementsAre("J. Doe", "JD"));
  EXPECT_EQ(merged->message.version(), 2);
  EXPECT_EQ(authors_->GetAuthor(call_, "jd")->merged_into(), "authors/jane");
  const auto before = Head();
  ASSERT_THAT(authors_->MergeAuthors(call_, {"MergeAuthors"}, "chief", {"jane"}), IsOk());
  EXPECT_THAT(ChangesBehind(before),
              ElementsAre("30 authors/jane 3", "30 authors/jd 3", "30 authors/chief 2"));
  EXPECT_EQ(authors_->GetAuthor(call_, "jd")->merged_into(), "authors/chief");
  EXPECT_THAT(authors_->MergeAuthors(call_, {}, "jane", {"chief"}),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  // A delivery that names a merged author is the target's.
  catalog::testing::UpsertBuilder delivery;
  delivery.Item("1", "One");
  delivery.last()->mutable_article()->add_bylines()->set_author("authors/jd");
  EXPECT_EQ(Article(Upsert(delivery)).bylines(0).author(), "authors/chief");
  const auto listed = authors_->ListAuthors(call_, "", "", 10);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->items.size(), 1u);
  EXPECT_EQ(listed->items[0].name(), "authors/chief");
  const auto between = Head();
  ASSERT_THAT(authors_->DeleteAuthor(call_, {"DeleteAuthor"}, "chief"), IsOk());
  EXPECT_THAT(ChangesBehind(between), ElementsAre("30 authors/jd 4 gone", "30 authors/jane 4 gone",
                                                  "30 authors/chief 3 gone"));
  EXPECT_TRUE(authors_->GetAuthor(call_, "chief")->has_delete_time());
  EXPECT_THAT(authors_->DeleteAuthor(call_, {}, "chief"),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
}

TEST_F(AuthorStoreTest, AMergeThatGivesTooManyVariantsIsRefused) {
  Author many = Named("many", "Many");
  for (int i = 0; i < 64; ++i) many.add_byline_variants(absl::StrCat("Variant ", i));
  ASSERT_THAT(authors_->CreateAuthor(call_, {}, many), IsOk());
  ASSERT_THAT(authors_->CreateAuthor(call_, {}, Named("one", "One")), IsOk());
  EXPECT_THAT(authors_->MergeAuthors(call_, {}, "one", {"many"}),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(AuthorStoreTest, ListsAuthorsByPrefixOverPages) {
  for (int i = 0; i < 7; ++i) {
    const bool odd = i % 2 == 1;
    ASSERT_THAT(authors_->CreateAuthor(
                    call_, {}, Named(absl::StrCat("a", i), odd ? "ÉMILE Zola" : "Victor Hugo")),
                IsOk());
  }
  auto page = authors_->ListAuthors(call_, "émile", "", 2);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_TRUE(page->more);
  page = authors_->ListAuthors(call_, "émile", "a3", 2);
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].name(), "authors/a5");
  EXPECT_FALSE(page->more);
}

}  // namespace
}  // namespace dateline::catalog::store
