#ifndef DATELINE_SERVICES_CATALOG_STORE_POSTGRES_STORE_TEST_BASE_H_
#define DATELINE_SERVICES_CATALOG_STORE_POSTGRES_STORE_TEST_BASE_H_

#include <gtest/gtest.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "common/api/names.h"
#include "common/pg/transaction.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/authors/author_store.h"
#include "services/catalog/store/log/postgres_change_log.h"
#include "services/catalog/store/publications/publication_store.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::store {

// The stores on a migrated database of their own, as the catalog's role, with publications/daily
// and topics/energy, topics/kazakhstan.
class PostgresStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = dateline::testing::PostgresCluster::Shared().NewDatabase();
    pool_ = std::make_unique<pg::Pool>(OptionsFor("dateline_catalog"));
    const StoreContext postgres{pool_.get(), [this] { ++commits_; }};
    publications_ = std::make_unique<PublicationStore>(postgres);
    topics_ = std::make_unique<TopicStore>(postgres);
    authors_ = std::make_unique<AuthorStore>(postgres);
    articles_ = std::make_unique<ArticleStore>(postgres);
    log_ = std::make_unique<PostgresChangeLog>(postgres);
    content::v1::Publication publication;
    publication.set_name("publications/daily");
    publication.set_title("Daily");
    publication.set_default_language("en");
    publication.set_time_zone("Asia/Almaty");
    ASSERT_THAT(publications_->CreatePublication(call_, {}, publication),
                dateline::testing::IsOk());
    for (const char* id : {"energy", "kazakhstan"}) {
      content::v1::Topic topic;
      topic.set_name(api::MakeName(api::kTopics, id));
      topic.set_display_name(id);
      topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
      ASSERT_THAT(topics_->CreateTopic(call_, {}, topic), dateline::testing::IsOk());
    }
  }

  pg::PoolOptions OptionsFor(const std::string& role) const {
    pg::PoolOptions options;
    options.conninfo = dateline::testing::PostgresCluster::Shared().ConnInfo(database_, role);
    options.size = 8;
    return options;
  }

  // Runs SQL as the owner of the database and gives the first column of the first row.
  std::string Sql(const std::string& sql) {
    pg::PoolOptions options = OptionsFor("dateline");
    options.size = 1;
    pg::Pool pool(options);
    std::string value;
    const auto status =
        pg::RunTransaction(pool, call_, {}, [&](pqxx::transaction_base& transaction) {
          const pqxx::result result = transaction.exec(sql);
          if (!result.empty() && !result[0][0].is_null()) value = result[0][0].c_str();
          return absl::OkStatus();
        });
    EXPECT_THAT(status, dateline::testing::IsOk()) << sql;
    return value;
  }

  const RequestContext call_ = RequestContext::Background("test");
  std::string database_;
  std::atomic<int> commits_{0};
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<PublicationStore> publications_;
  std::unique_ptr<TopicStore> topics_;
  std::unique_ptr<AuthorStore> authors_;
  std::unique_ptr<ArticleStore> articles_;
  std::unique_ptr<PostgresChangeLog> log_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_POSTGRES_STORE_TEST_BASE_H_
