#ifndef DATELINE_SERVICES_QUERY_SERVICE_VIEW_H_
#define DATELINE_SERVICES_QUERY_SERVICE_VIEW_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/caller.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/author.pb.h"
#include "dateline/content/v1/topic.pb.h"
#include "services/query/replica/replica.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::service {

// One call's consistent look at the replica: a transaction, the instant that visibility is judged
// by, and a position that the transaction is not behind. Lives for one call; not thread-safe.
class View {
 public:
  // NOT_READY while there is no complete copy.
  static absl::StatusOr<View> Open(replica::Replica& replica);
  // The same at an instant to come, for previewers and up (else PERMISSION_DENIED); INVALID_FIELD,
  // naming as_of, for one that has passed. Without one, as Open.
  static absl::StatusOr<View> OpenAt(replica::Replica& replica, std::optional<absl::Time> as_of,
                                     const Caller& caller);

  const replica::ReadTransaction& transaction() const { return transaction_; }
  absl::Time now() const { return now_; }
  // Whether it looks at an instant to come.
  bool is_preview() const { return is_preview_; }
  const replica::KnownPosition& position() const { return *position_; }
  // What has changed in the store; the epoch is that from before the transaction began.
  const replica::Generations& generations() const { return store_->generations(); }
  uint64_t epoch() const { return epoch_; }

  // The key of a named resource of a kind; nullopt if it is not known.
  std::optional<uint64_t> KeyOf(absl::string_view name, catalog::v1::ResourceKind kind) const;
  // The stored state of a resource; nullopt if it is not known.
  std::optional<catalog::v1::ResourceState> StateOf(catalog::v1::ResourceKind kind,
                                                    uint64_t key) const;

  // The topic that readers may see under a name, merged topics resolved; nullopt if there is none.
  struct FoundTopic {
    uint64_t key;
    content::v1::Topic topic;
  };
  std::optional<FoundTopic> TopicOf(absl::string_view name) const;

  // The author under a name, merged ones resolved; nullopt if there is none.
  struct FoundAuthor {
    uint64_t key;
    content::v1::Author author;
  };
  std::optional<FoundAuthor> AuthorOf(absl::string_view name) const;

  // Only their keys and a publication's, which are looked up once for as long as the vocabulary
  // stays as it is.
  std::optional<uint64_t> TopicKeyOf(absl::string_view name) const;
  std::optional<uint64_t> AuthorKeyOf(absl::string_view name) const;
  std::optional<uint64_t> PublicationKeyOf(absl::string_view name) const;

  // The slot of an article that is in force and visible now.
  std::optional<replica::Slot> VisibleSlot(uint64_t article) const;

  // The encoded article as answered, in the BASIC or FULL view; empty if it is not stored.
  std::string EncodedArticle(uint64_t article, replica::Slot slot, bool full) const;
  // The BASIC view where it is stored; valid as long as the view.
  absl::string_view Card(uint64_t article, replica::Slot slot) const;
  // How many bytes the FULL view has beyond the BASIC one.
  size_t BodyBytes(uint64_t article, replica::Slot slot) const;

 private:
  View(std::shared_ptr<replica::Store> store, uint64_t epoch, uint64_t vocabulary,
       replica::ReadTransaction transaction, std::shared_ptr<const replica::KnownPosition> position,
       absl::Time now)
      : store_(std::move(store)),
        epoch_(epoch),
        vocabulary_(vocabulary),
        transaction_(std::move(transaction)),
        position_(std::move(position)),
        now_(now) {}

  // The key that was kept for a name, or what `look_up` finds, which is kept then.
  std::optional<uint64_t> KeptKeyOf(absl::string_view name,
                                    absl::FunctionRef<std::optional<uint64_t>()> look_up) const;

  std::shared_ptr<replica::Store> store_;  // must outlive the transaction
  uint64_t epoch_;
  uint64_t vocabulary_;  // its number, from before the transaction began
  replica::ReadTransaction transaction_;
  std::shared_ptr<const replica::KnownPosition> position_;
  absl::Time now_;
  bool is_preview_ = false;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_VIEW_H_
