// The change log on a real database does what every change log does.
#include "services/catalog/store/postgres_store_test_base.h"
#include "services/catalog/testing/change_log_contract.h"

namespace dateline::catalog::store {
namespace {

class PostgresLogFixture : public PostgresStoreTest {
 protected:
  ChangeLog& log() { return *log_; }
  void WriteTopic(const std::string& id) {
    content::v1::Topic topic;
    topic.set_name(api::MakeName(api::kTopics, id));
    topic.set_display_name(id);
    topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
    if (topics_->CreateTopic(PostgresStoreTest::call_, {}, topic).ok()) return;
    EXPECT_THAT(topics_->UpdateTopic(PostgresStoreTest::call_, {}, id,
                                     [](content::v1::Topic*) { return absl::OkStatus(); }),
                dateline::testing::IsOk());
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, ChangeLogContract, PostgresLogFixture);

}  // namespace
}  // namespace dateline::catalog::store
