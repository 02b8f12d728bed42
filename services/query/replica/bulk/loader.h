#ifndef DATELINE_SERVICES_QUERY_REPLICA_BULK_LOADER_H_
#define DATELINE_SERVICES_QUERY_REPLICA_BULK_LOADER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/executor.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/apply/training.h"
#include "services/query/replica/bulk/prepare.h"
#include "services/query/replica/bulk/sorter.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// Fills an empty store from an export, whose articles come last and in key order: each table is
// written from its beginning to its end, where writing state by state would look for a place for
// each of an article's entries. Two threads make articles ready; what is not in key order is
// sorted, in files beside the store when it is much. Takes some 150 MB of memory, however much is
// loaded. What comes in another order is applied state by state. The result is what Apply makes of
// the same states. One caller.
class BulkLoader {
 public:
  using States = google::protobuf::RepeatedPtrField<catalog::v1::ResourceState>;

  // `store` must outlive it.
  explicit BulkLoader(Store& store);
  ~BulkLoader();

  // Takes the states of one page. `at`: the primary's clock when it was read. The errors of Apply;
  // then the copy is to be made anew.
  absl::Status Add(const States& states, absl::Time at);

  // Writes what is left. The copy then has this position and the time of the newest page.
  absl::Status Finish(const content::v1::LogPosition& position);

 private:
  // What a page is at: all before articles, articles in order, or anything.
  enum class Phase { kVocabulary, kArticles, kAnything };

  absl::Status ApplyStates(const States& states);
  absl::Status TakeArticles(const States& states);
  absl::Status LoadHeld();
  absl::Status LoadArticles(const States& states);
  std::vector<PreparedArticle> PrepareAll(const States& states, const DictionaryView& dictionary);
  absl::Status StoreArticle(const catalog::v1::ResourceState& state,
                            const PreparedArticle& prepared, WriteTransaction* transaction);
  absl::Status SortSlot(const PreparedArticle::Slot& slot);
  absl::Status SortPostings(const std::vector<std::string>& lists, const ListEntry& entry,
                            const std::string& visibility);
  absl::Status WriteTables();

  Store& store_;
  Phase phase_ = Phase::kVocabulary;
  absl::Time at_ = absl::InfinitePast();
  int64_t last_article_ = 0;
  // The first pages, until there is a dictionary.
  std::vector<States> held_;
  TrainingTexts texts_;
  bool trained_ = false;
  std::string dictionary_bytes_;
  DictionaryView dictionary_;
  std::vector<ArticlePreparer> preparers_;
  Sorter names_;
  Sorter paths_;
  Sorter postings_;
  BoundedExecutor helper_;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_BULK_LOADER_H_
