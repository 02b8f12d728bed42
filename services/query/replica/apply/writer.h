#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_WRITER_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_WRITER_H_

#include <string>

#include "absl/time/time.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/apply/journal.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// Writes the states of one batch, within one transaction.
class Writer {
 public:
  // `at`: the instant that the copy has with the batch. `position`: the batch's, as a token.
  // `replaces`: a state need not be newer than the one held.
  // `journal` is told what becomes of articles' listings.
  Writer(WriteTransaction& transaction, absl::Time at, std::string position, bool replaces,
         Journal& journal)
      : transaction_(transaction),
        lister_(transaction, at, &journal),
        position_(std::move(position)),
        replaces_(replaces),
        journal_(journal) {}

  // Writes a state if it is newer than the one held. `why` says why it cannot be used; empty if
  // nothing speaks against it so far. What cannot be used goes to quarantine.
  void Write(const catalog::v1::ResourceState& state, std::string why);

  // Looks again at what time has turned since.
  void Settle() { lister_.Settle(); }

 private:
  using ResourceState = catalog::v1::ResourceState;

  void Quarantine(const std::string& key, const ResourceState& state, const std::string& why);
  void WriteUsable(const std::string& key, const ResourceState& held, const ResourceState& state);
  void WriteNamed(const std::string& key, const ResourceState& state);
  void WriteArticle(const std::string& key, const ResourceState& state);
  void WritePath(const std::string& key, const ResourceState& held, const ResourceState& state);
  std::string PutSlot(uint64_t article, Slot slot, const std::string& bytes,
                      const std::string& cluster);
  void ClearSlots(uint64_t article);

  // In vocabulary_writer.cc: what others refer to, which moves articles from list to list.
  void WriteTopic(const std::string& key, const ResourceState& held, const ResourceState& state);
  void WriteAuthor(const std::string& key, const ResourceState& held, const ResourceState& state);
  void WriteReferring(const std::string& key, const ResourceState& held,
                      const ResourceState& state);
  std::vector<uint64_t> WhoRefersTo(const std::string& name) const;

  WriteTransaction& transaction_;
  Lister lister_;
  const std::string position_;
  const bool replaces_;
  Journal& journal_;
};

// The key in kPaths of a path that was an article's own before. Its publication is looked up.
std::string RememberedKey(const ReadTransaction& transaction, const catalog::v1::PathState& path);

// The names of those that a topic or author refers to, each once: parents and the one it was merged
// into. Pure.
std::vector<std::string> ReferredBy(const catalog::v1::ResourceState& state);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_WRITER_H_
