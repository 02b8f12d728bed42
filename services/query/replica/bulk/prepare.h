#ifndef DATELINE_SERVICES_QUERY_REPLICA_BULK_PREPARE_H_
#define DATELINE_SERVICES_QUERY_REPLICA_BULK_PREPARE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/apply/listing.h"
#include "services/query/replica/store/compression.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// What a copy stores of one article, made without it.
struct PreparedArticle {
  bool usable = false;  // False: it is left to the path that puts what is unusable in quarantine.
  std::string state;    // The value in kStates.
  struct Slot {
    replica::Slot slot = replica::Slot::kLive;
    std::string card;
    std::vector<std::string> body;  // Pieces.
    Listing listing;
  };
  std::vector<Slot> slots;
};

// Makes articles ready to be stored: what costs most of a bulk's time, and depends on nothing but
// the article and the topics, authors and publications before it. One thread.
class ArticlePreparer {
 public:
  // `transaction` sees all topics and authors, which do not change as long as this lives.
  PreparedArticle Prepare(const catalog::v1::ResourceState& state,
                          const ReadTransaction& transaction, const DictionaryView& dictionary);

 private:
  const TopicPlace& PlaceOf(const ReadTransaction& transaction, uint64_t topic);
  uint64_t AuthorOf(const ReadTransaction& transaction, uint64_t author);
  bool PrepareSlot(const catalog::v1::ResourceState& state, Slot slot,
                   const ReadTransaction& transaction, const DictionaryView& dictionary,
                   PreparedArticle* prepared);

  // As many as there are topics and authors.
  absl::flat_hash_map<uint64_t, TopicPlace> places_;
  absl::flat_hash_map<uint64_t, uint64_t> authors_;
};

// The encoded body of an article's live revision, if every reader may see it at `at`; else empty.
std::string VisibleBody(const catalog::v1::ResourceState& state, absl::Time at);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_BULK_PREPARE_H_
