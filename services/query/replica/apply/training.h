#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_TRAINING_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_TRAINING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/query/replica/store/store.h"

// What a copy's dictionary is made of, and when it has to go.
namespace dateline::query::replica {

// Texts to make a dictionary of, in bounds. Only what every reader may see is taken.
class TrainingTexts {
 public:
  // Whether there is room for more.
  bool full() const;
  // Takes the text of an article; ignored when full.
  void Add(uint64_t article, std::string body);

  const std::vector<uint64_t>& articles() const { return articles_; }
  // The dictionary; empty if the texts are too few to make one of.
  std::string Train() const;

 private:
  std::vector<std::string> texts_;
  std::vector<uint64_t> articles_;
  size_t bytes_ = 0;
};

// The newest bodies that are visible at `at`.
TrainingTexts NewestTexts(const ReadTransaction& transaction, absl::Time at);

// Whether an article that the dictionary was made of is gone: its text must go with it, so a clean
// copy makes a new one.
bool DictionaryIsStale(const ReadTransaction& transaction);

// Whether the store has so many articles that a dictionary saves more than it takes.
bool IsWorthDictionary(const Store& store);

// Whether it has and none was made.
bool WantsDictionary(const Store& store);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_TRAINING_H_
