#ifndef DATELINE_SERVICES_QUERY_SERVICE_LIST_PROPERTY_TEST_MODEL_H_
#define DATELINE_SERVICES_QUERY_SERVICE_LIST_PROPERTY_TEST_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "dateline/query/v1/articles.pb.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::service::testing {

// What the catalog has, in plain memory, and what lists of it must hold: written as plainly as can
// be, to compare the replica with. Reachable from tests only.
class Model {
 public:
  struct Topic {
    int64_t version = 1;
    std::vector<int64_t> parents = {};
    int64_t merged_into = 0;
  };

  std::map<int64_t, replica::testing::ArticleSpec> articles;
  std::map<int64_t, Topic> topics;

  // The topic that stands for one.
  int64_t Resolved(int64_t topic) const;
  // Whether `ancestor` is above `topic` in the tree, or is it.
  bool IsBelow(int64_t topic, int64_t ancestor) const;

  // The keys of the articles that a request lists at an instant, in order. Of the filter it knows
  // any_topics, no_topics, include_descendants, labels, authors, languages and publish times.
  std::vector<int64_t> List(const v1::ListArticlesRequest& request, absl::Time now) const;
  // The same without folds, in any order: what a total counts.
  int64_t Count(const v1::ListArticlesRequest& request, absl::Time now) const;

 private:
  struct Entry {
    int64_t key = 0;
    int64_t place = 0;  // seconds after Epoch(), by which the list is ordered
    const replica::testing::ArticleSpec* spec = nullptr;
  };
  std::vector<Entry> Matches(const v1::ListArticlesRequest& request, absl::Time now) const;
  bool HasTopic(const replica::testing::ArticleSpec& spec, const std::string& name,
                bool descendants) const;
  static std::vector<Entry> InBestLanguage(const std::vector<Entry>& entries,
                                           const std::vector<std::string>& languages);
  static std::vector<Entry> OneOfEachCluster(const std::vector<Entry>& entries);
};

}  // namespace dateline::query::service::testing

#endif  // DATELINE_SERVICES_QUERY_SERVICE_LIST_PROPERTY_TEST_MODEL_H_
