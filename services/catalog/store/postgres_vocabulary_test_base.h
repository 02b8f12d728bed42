#ifndef DATELINE_SERVICES_CATALOG_STORE_POSTGRES_VOCABULARY_TEST_BASE_H_
#define DATELINE_SERVICES_CATALOG_STORE_POSTGRES_VOCABULARY_TEST_BASE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/catalog/store/postgres_store_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog::store {

// Calls of the stores as tests of topics, authors and publications make them.
class VocabularyStoreTest : public PostgresStoreTest {
 protected:
  content::v1::Topic Put(const std::string& id, const std::vector<std::string>& parents = {},
                         content::v1::TopicState state = content::v1::TOPIC_STATE_ACTIVE) {
    content::v1::Topic topic;
    topic.set_name(api::MakeName(api::kTopics, id));
    topic.set_display_name(absl::StrCat("The ", id));
    topic.set_state(state);
    for (const std::string& parent : parents) topic.add_parents(parent);
    auto written = topics_->CreateTopic(call_, {}, topic);
    EXPECT_THAT(written, dateline::testing::IsOk());
    return written.ok() ? written->message : topic;
  }

  absl::StatusOr<Written<content::v1::Topic>> SetParents(const std::string& id,
                                                         const std::vector<std::string>& parents) {
    return topics_->UpdateTopic(call_, {"UpdateTopic"}, id, [&](content::v1::Topic* topic) {
      topic->mutable_parents()->Assign(parents.begin(), parents.end());
      return absl::OkStatus();
    });
  }

  absl::StatusOr<Written<content::v1::Topic>> Delete(const std::string& id, bool force) {
    return topics_->DeleteTopic(call_, {"DeleteTopic"}, id, force,
                                [](const content::v1::Topic&) { return absl::OkStatus(); });
  }

  absl::StatusOr<Written<content::v1::Topic>> Merge(const std::string& target,
                                                    const std::vector<std::string>& merged) {
    return topics_->MergeTopics(call_, {"MergeTopics"}, target, merged);
  }

  content::v1::Topic Get(const std::string& id) {
    auto topic = topics_->GetTopic(call_, id);
    EXPECT_THAT(topic, dateline::testing::IsOk());
    return topic.ok() ? *topic : content::v1::Topic();
  }

  std::string Upsert(catalog::testing::UpsertBuilder& delivery) {
    const auto response = articles_->UpsertArticles(call_, delivery.request());
    EXPECT_THAT(response, dateline::testing::IsOk());
    return response.ok() ? response->results(0).article() : "";
  }

  content::v1::Article Article(const std::string& name) {
    const auto record =
        articles_->GetArticle(call_, api::IdInName(api::kArticles, name),
                              content::v1::ARTICLE_VIEW_FULL, v1::REVISION_SELECTOR_UNSPECIFIED);
    EXPECT_THAT(record, dateline::testing::IsOk());
    return record.ok() ? record->message.article() : content::v1::Article();
  }

  // What the log tells behind `position`: kind, name and version of each change.
  std::vector<std::string> ChangesBehind(const content::v1::LogPosition& position) {
    std::vector<std::string> changes;
    const auto page = log_->ReadChanges(call_, position, 1 << 20, AllKinds());
    EXPECT_THAT(page, dateline::testing::IsOk());
    for (const LoggedChange& logged : page->changes) {
      const v1::Change& change = logged.change;
      changes.push_back(absl::StrCat(change.kind(), " ", change.state().name(), " ",
                                     change.version(),
                                     change.state().has_tombstone() ? " gone" : ""));
    }
    return changes;
  }

  content::v1::LogPosition Head() { return log_->ReadHead(call_)->position; }
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_POSTGRES_VOCABULARY_TEST_BASE_H_
