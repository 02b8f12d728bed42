#ifndef DATELINE_SERVICES_QUERY_SERVICE_PROPERTY_TEST_WORLD_H_
#define DATELINE_SERVICES_QUERY_SERVICE_PROPERTY_TEST_WORLD_H_

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>

#include "dateline/query/v1/articles.pb.h"
#include "services/query/service/list_property_test_model.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service::testing {

// The number of an environment variable.
int64_t FromEnvironment(const char* name, int64_t otherwise);

// The number in `articles/a12`.
int64_t KeyOf(const std::string& name);

// A replica and a plain model that get the same writes, by chance: articles with schedules,
// embargoes and ends, a topic tree that is moved and merged, deletions, and the passing of time.
// The chance is DATELINE_SEED, or drawn; it is printed. Reachable from tests only.
class PropertyWorld {
 public:
  static constexpr int64_t kTopics = 8;
  static constexpr int64_t kArticles = 120;
  static constexpr int64_t kAuthors = 3;

  PropertyWorld();

  // From 1 to `highest`.
  int64_t Upto(int64_t highest) {
    return std::uniform_int_distribution<int64_t>(1, highest)(random_);
  }
  // Once in so many times.
  bool Chance(int64_t in) { return Upto(in) == 1; }
  // An instant from the present one on, in seconds after Epoch().
  int64_t Seconds(int64_t from, int64_t to) {
    return now_ + std::uniform_int_distribution<int64_t>(from, to)(random_);
  }

  // A new version of the article.
  void WriteArticle(int64_t key);
  void DeleteArticle();
  // Moves a topic in the tree, merges it into another or takes that back.
  void ChangeTopic();
  // Articles that are written or deleted, or a second that passes.
  void Write();

  // A list of which the model knows everything.
  v1::ListArticlesRequest AnyRequest();

  absl::Time now() const { return replica::testing::At(now_); }
  const Model& model() const { return model_; }
  query::testing::HandlersFixture& dateline() { return dateline_; }
  // The articles that were written or deleted since it was last cleared.
  std::set<int64_t>& changed() { return changed_; }

 private:
  catalog::v1::ResourceState TopicState(int64_t key);

  std::mt19937_64 random_;
  Model model_;
  query::testing::HandlersFixture dateline_;
  std::map<int64_t, int64_t> versions_;
  std::set<int64_t> changed_;
  int64_t now_ = 0;  // seconds after Epoch()
};

}  // namespace dateline::query::service::testing

#endif  // DATELINE_SERVICES_QUERY_SERVICE_PROPERTY_TEST_WORLD_H_
