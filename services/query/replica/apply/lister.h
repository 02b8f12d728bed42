#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_LISTER_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_LISTER_H_

#include <cstdint>
#include <set>
#include <vector>

#include "absl/time/time.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/topic.pb.h"
#include "services/query/replica/apply/journal.h"
#include "services/query/replica/apply/listing.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// Where the revisions of an article stand, by the state and cards that are stored. `as_published`:
// as if its state were PUBLISHED, whatever it is.
std::vector<Listing> ListingsOf(const ReadTransaction& transaction, uint64_t article,
                                bool as_published = false);

// Puts articles into lists and takes them out, within one write transaction. `at` is the instant
// that the copy has reached: what can no longer change by time from there on is counted.
class Lister {
 public:
  // `journal` is told of it; null: nobody is.
  Lister(WriteTransaction& transaction, absl::Time at, Journal* journal = nullptr)
      : transaction_(transaction), at_(at), journal_(journal) {}

  // Takes an article out of all lists, by the state and cards that are stored.
  void Remove(uint64_t article);
  // Puts it in, by the state and cards that are stored.
  void Add(uint64_t article);
  // Takes out all articles of a topic and its descendants and adds them to `removed`: its place in
  // the tree is about to change, and they are to be added again afterwards.
  void RemoveArticlesOf(uint64_t topic, std::set<uint64_t>* removed);
  // The same of an author, who is about to be merged into another.
  void RemoveArticlesBy(uint64_t author, std::set<uint64_t>* removed);
  // Looks again at what time has turned since: counts it, or takes it out when it has expired.
  void Settle();

 private:
  void RemoveArticlesIn(Dimension dimension, uint64_t term, std::set<uint64_t>* removed);
  void AddToCount(absl::string_view list, int64_t difference);

  WriteTransaction& transaction_;
  const absl::Time at_;
  Journal* const journal_;
};

// The next instant at which time changes the visibility; InfiniteFuture if there is none.
absl::Time NextTurn(const Visibility& visibility, absl::Time at);

// Whether an entry stays out of the lists of a copy that has reached `at`: it has expired, or
// expires before it begins.
bool IsPastListing(const Visibility& visibility, absl::Time at);

// The key in kPaths of the path that a listing has, which is not empty.
std::string OwnPathKey(const Listing& listing);

// The key in kDue.
std::string DueKey(absl::Time instant, uint64_t article);

// What is stored of a resource; empty if it is not known or cannot be read.
catalog::v1::ResourceState StoredState(const ReadTransaction& transaction, int kind, uint64_t key);

// The topic that stands for `topic` at present: itself, or what it was merged into. 0 if it is not
// known.
uint64_t ResolveTopic(const ReadTransaction& transaction, uint64_t topic);

// What a topic stands for at present, and what is above it.
TopicPlace PlaceOf(const ReadTransaction& transaction, uint64_t topic);

// The author who stands for `author` at present.
uint64_t ResolveAuthor(const ReadTransaction& transaction, uint64_t author);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_LISTER_H_
