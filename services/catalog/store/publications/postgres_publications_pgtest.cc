// Deletions of publications on a real PostgreSQL.

#include <gmock/gmock.h>

#include <thread>

#include "common/errors/errors.h"
#include "services/catalog/store/postgres_vocabulary_test_base.h"

namespace dateline::catalog::store {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using PublicationStoreTest = VocabularyStoreTest;

TEST_F(PublicationStoreTest, APublicationWithArticlesStays) {
  catalog::testing::UpsertBuilder delivery;
  delivery.Item("1", "One").Item("2", "Two");
  Upsert(delivery);
  const auto refused = publications_->DeletePublication(call_, {"DeletePublication"}, "daily");
  EXPECT_THAT(refused, HasReason(errors::v1::ERROR_REASON_RESOURCE_IN_USE));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("2 articles"));
}

TEST_F(PublicationStoreTest, ADeletedPublicationsNameIsFree) {
  const auto before = Head();
  const auto deleted = publications_->DeletePublication(call_, {"DeletePublication"}, "daily");
  ASSERT_THAT(deleted, IsOk());
  EXPECT_EQ(deleted->message.title(), "Daily");
  EXPECT_THAT(ChangesBehind(before), ElementsAre("10 publications/daily 2 gone"));
  EXPECT_THAT(publications_->GetPublication(call_, "daily"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(publications_->DeletePublication(call_, {}, "daily"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  catalog::testing::UpsertBuilder delivery;
  EXPECT_THAT(articles_->UpsertArticles(call_, delivery.Item("1", "One").request()),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  content::v1::Publication again;
  again.set_name("publications/daily");
  again.set_title("Daily, again");
  const auto created = publications_->CreatePublication(call_, {}, again);
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->message.version(), 3) << "replicas take no state of an older version";
  EXPECT_EQ(publications_->GetPublication(call_, "daily")->title(), "Daily, again");
  EXPECT_THAT(publications_->CreatePublication(call_, {}, again),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
}

TEST_F(PublicationStoreTest, ADeliveryAndADeletionAtOnceLeaveNoArticleWithoutAPublication) {
  for (int round = 0; round < 6; ++round) {
    content::v1::Publication publication;
    publication.set_name(absl::StrCat("publications/p", round));
    publication.set_title("P");
    ASSERT_THAT(publications_->CreatePublication(call_, {}, publication), IsOk());
    std::thread delivering([&] {
      catalog::testing::UpsertBuilder delivery;
      delivery.Item("1", "One").request().set_publication(publication.name());
      articles_->UpsertArticles(call_, delivery.request()).IgnoreError();
    });
    publications_->DeletePublication(call_, {}, absl::StrCat("p", round)).IgnoreError();
    delivering.join();
  }
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles a JOIN catalog.publications p "
                "ON p.key = a.publication_key WHERE p.deleted"),
            "0");
}

}  // namespace
}  // namespace dateline::catalog::store
