#include "services/query/replica/apply/apply.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/query/replica/apply/card.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/usable.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;

// Raised whenever the layout changes: a copy of another version is made anew.
constexpr char kFormatVersion[] = "1";
constexpr char kFormat[] = "format";
constexpr char kPosition[] = "position";
constexpr char kAt[] = "at";
constexpr char kComplete[] = "complete";

// Writes the states of one batch.
class Writer {
 public:
  Writer(WriteTransaction& transaction, absl::Time at)
      : transaction_(transaction), lister_(transaction, at) {}

  void Write(const ResourceState& state) {
    const std::string key = StateKey(state.kind(), static_cast<uint64_t>(state.key()));
    ResourceState held;
    if (const auto bytes = transaction_.Get(Table::kStates, key)) {
      if (held.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())) &&
          held.version() >= state.version()) {
        return;
      }
    }
    transaction_.Delete(Table::kQuarantine, key);
    if (const std::string why = WhyUnusable(state); !why.empty()) {
      transaction_.Put(Table::kQuarantine, key, why);
      WriteUsable(key, held, Closed(held, state));
    } else {
      WriteUsable(key, held, state);
    }
  }

  void Settle() { lister_.Settle(); }

 private:
  // In place of a state that cannot be used: nobody sees the resource (closed, not open).
  static ResourceState Closed(const ResourceState& held, const ResourceState& state) {
    ResourceState closed;
    closed.set_kind(state.kind());
    closed.set_key(state.key());
    closed.set_version(state.version());
    closed.set_name(held.name());
    closed.mutable_tombstone();
    return closed;
  }

  void WriteUsable(const std::string& key, const ResourceState& held, const ResourceState& state) {
    switch (state.kind()) {
      case catalog::v1::RESOURCE_KIND_ARTICLE:
        WriteArticle(key, state);
        break;
      case catalog::v1::RESOURCE_KIND_TOPIC:
        WriteTopic(key, held, state);
        break;
      case catalog::v1::RESOURCE_KIND_PATH:
        WritePath(key, held, state);
        break;
      default:
        WriteNamed(key, state);
    }
  }

  void WriteNamed(const std::string& key, const ResourceState& state) {
    transaction_.Put(Table::kStates, key, state.SerializeAsString());
    if (state.name().empty()) return;
    if (state.has_tombstone()) {
      // The name may belong to a younger resource by now.
      if (transaction_.Get(Table::kNames, state.name()) == absl::string_view(key)) {
        transaction_.Delete(Table::kNames, state.name());
      }
    } else {
      transaction_.Put(Table::kNames, state.name(), key);
    }
  }

  void WriteArticle(const std::string& key, const ResourceState& state) {
    const auto article = static_cast<uint64_t>(state.key());
    lister_.Remove(article);
    for (const Slot slot : {Slot::kLive, Slot::kScheduled}) {
      transaction_.Delete(Table::kCards, CardKey(article, slot));
      transaction_.Delete(Table::kBodies, CardKey(article, slot));
    }
    ResourceState stored = state;
    if (state.has_article()) {
      std::string why = PutSlot(article, Slot::kLive, state.article().live());
      if (why.empty()) why = PutSlot(article, Slot::kScheduled, state.article().scheduled());
      if (!why.empty()) {
        transaction_.Delete(Table::kCards, CardKey(article, Slot::kLive));
        transaction_.Delete(Table::kBodies, CardKey(article, Slot::kLive));
        transaction_.Put(Table::kQuarantine, key, why);
        stored.mutable_tombstone();
      } else {
        stored.mutable_article()->clear_live();
        stored.mutable_article()->clear_scheduled();
      }
    }
    WriteNamed(key, stored);
    if (stored.has_article()) lister_.Add(article);
  }

  // Why the revision cannot be used; empty if it was stored, or if there is none.
  std::string PutSlot(uint64_t article, Slot slot, const std::string& bytes) {
    if (bytes.empty()) return "";
    content::v1::Article revision;
    if (!revision.ParseFromString(bytes)) return "the revision cannot be read";
    std::string why = WhyUnusable(revision);
    if (!why.empty()) return why;
    const CardAndBody split = SplitArticle(std::move(revision));
    transaction_.Put(Table::kCards, CardKey(article, slot), split.card);
    if (!split.body.empty()) transaction_.Put(Table::kBodies, CardKey(article, slot), split.body);
    return "";
  }

  void WriteTopic(const std::string& key, const ResourceState& held, const ResourceState& state) {
    const bool moved = !held.has_topic() || held.topic().state() != state.topic().state() ||
                       held.topic().merged_into() != state.topic().merged_into() ||
                       !std::equal(held.topic().parents().begin(), held.topic().parents().end(),
                                   state.topic().parents().begin(), state.topic().parents().end());
    std::set<uint64_t> articles;
    if (moved) {
      const auto topic_key = static_cast<uint64_t>(state.key());
      lister_.RemoveArticlesOf(topic_key, &articles);
      // Of a merged topic they stand under its target.
      lister_.RemoveArticlesOf(ResolveTopic(transaction_, topic_key), &articles);
      // Those that referred to the topic before it was known are filed without it so far.
      for (const uint64_t topic : TopicsThatReferTo(state.name())) {
        lister_.RemoveArticlesOf(topic, &articles);
      }
    }
    for (const std::string& target : ReferredTopics(held)) {
      transaction_.Delete(Table::kChildren, ChildKey(target, state.key()));
    }
    for (const std::string& target : ReferredTopics(state)) {
      transaction_.Put(Table::kChildren, ChildKey(target, state.key()), "");
    }
    WriteNamed(key, state);
    for (const uint64_t article : articles) lister_.Add(article);
  }

  static std::vector<std::string> ReferredTopics(const ResourceState& state) {
    std::vector<std::string> names(state.topic().parents().begin(), state.topic().parents().end());
    if (!state.topic().merged_into().empty()) names.push_back(state.topic().merged_into());
    return names;
  }

  std::vector<uint64_t> TopicsThatReferTo(const std::string& name) const {
    std::vector<uint64_t> topics;
    const std::string prefix = absl::StrCat(name, absl::string_view("\0", 1));
    Cursor cursor = transaction_.Open(Table::kChildren);
    for (bool found = cursor.Seek(prefix); found && cursor.key().substr(0, prefix.size()) == prefix;
         found = cursor.Next()) {
      topics.push_back(ReadNumber(cursor.key().substr(prefix.size())));
    }
    return topics;
  }

  static std::string ChildKey(const std::string& parent, int64_t child) {
    std::string key = absl::StrCat(parent, absl::string_view("\0", 1));
    AppendNumber(&key, static_cast<uint64_t>(child));
    return key;
  }

  std::string RememberedKey(const catalog::v1::PathState& path) {
    const auto publication = transaction_.Get(Table::kNames, path.publication());
    const uint64_t publication_key =
        publication.has_value() ? ReadNumber(publication->substr(1)) : 0;
    return absl::StrCat(PathPrefix(publication_key, path.path()), "\x01",
                        CardKey(static_cast<uint64_t>(path.article_key()), Slot::kLive));
  }

  void WritePath(const std::string& key, const ResourceState& held, const ResourceState& state) {
    if (held.has_path()) transaction_.Delete(Table::kPaths, RememberedKey(held.path()));
    if (state.has_path() && !state.path().article().empty()) {
      transaction_.Put(Table::kPaths, RememberedKey(state.path()), EncodeVisibility({}));
    }
    transaction_.Put(Table::kStates, key, state.SerializeAsString());
  }

  WriteTransaction& transaction_;
  Lister lister_;
};

// Publications come before the paths and articles that are filed by their keys. Of one resource's
// states the order stays.
std::vector<const ResourceState*> InKindOrder(const std::vector<ResourceState>& states) {
  std::vector<const ResourceState*> ordered;
  ordered.reserve(states.size());
  for (const ResourceState& state : states) ordered.push_back(&state);
  std::stable_sort(
      ordered.begin(), ordered.end(),
      [](const ResourceState* a, const ResourceState* b) { return a->kind() < b->kind(); });
  return ordered;
}

absl::StatusOr<CopyState> StateOf(const ReadTransaction& transaction) {
  const auto format = transaction.Get(Table::kMeta, kFormat);
  if (!format.has_value()) return absl::NotFoundError("the copy is empty");
  if (*format != kFormatVersion) return absl::FailedPreconditionError("another format version");
  CopyState state;
  if (const auto position = transaction.Get(Table::kMeta, kPosition)) {
    if (!state.position.ParseFromArray(position->data(), static_cast<int>(position->size()))) {
      return absl::FailedPreconditionError("the position is damaged");
    }
  }
  if (const auto at = transaction.Get(Table::kMeta, kAt)) {
    state.at = TimeFromOrdered(ReadNumber(*at));
  }
  state.complete = transaction.Get(Table::kMeta, kComplete).has_value();
  return state;
}

}  // namespace

absl::Status Apply(Store& store, const Batch& batch) {
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
  const absl::StatusOr<CopyState> before = StateOf(transaction);
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  const absl::Time at = std::max(batch.at, before.ok() ? before->at : absl::InfinitePast());
  Writer writer(transaction, at);
  for (const ResourceState* state : InKindOrder(batch.states)) writer.Write(*state);
  writer.Settle();
  transaction.Put(Table::kMeta, kFormat, kFormatVersion);
  if (!batch.position.log_id().empty()) {
    transaction.Put(Table::kMeta, kPosition, batch.position.SerializeAsString());
  }
  std::string encoded_at;
  AppendNumber(&encoded_at, OrderedTime(at));
  transaction.Put(Table::kMeta, kAt, encoded_at);
  return transaction.Commit();
}

absl::StatusOr<CopyState> ReadCopyState(const Store& store) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  return StateOf(transaction);
}

absl::Status MarkComplete(Store& store) {
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
  transaction.Put(Table::kMeta, kComplete, "1");
  return transaction.Commit();
}

}  // namespace dateline::query::replica
