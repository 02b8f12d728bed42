#include "services/query/replica/apply/apply.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/obs/guarded.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "services/query/replica/apply/card.h"
#include "services/query/replica/apply/journal.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/suggestions.h"
#include "services/query/replica/apply/takedowns.h"
#include "services/query/replica/apply/usable.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;

// Raised whenever the layout changes: a copy of another version is made anew.
constexpr char kFormatVersion[] = "8";
constexpr char kFormat[] = "format";
constexpr char kPosition[] = "position";
constexpr char kAt[] = "at";
constexpr char kComplete[] = "complete";

// Writes the states of one batch.
class Writer {
 public:
  Writer(WriteTransaction& transaction, absl::Time at, std::string position)
      : transaction_(transaction), lister_(transaction, at), position_(std::move(position)) {}

  // `why` says why the state cannot be used; empty if nothing speaks against it so far.
  void Write(const ResourceState& state, std::string why) {
    const std::string key = StateKey(state.kind(), static_cast<uint64_t>(state.key()));
    ResourceState held;
    bool was_held = false;
    if (const auto bytes = transaction_.Get(Table::kStates, key)) {
      if (!held.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) held.Clear();
      if (held.version() >= state.version()) return;
      was_held = true;
    }
    transaction_.Delete(Table::kQuarantine, key);
    if (why.empty()) why = WhyUnusable(state);
    // A name that cannot be used cannot be noted either.
    const std::string& name = why.empty() ? state.name() : held.name();
    if (IsTakedown(state) && !name.empty()) NoteTakedown(transaction_, name, was_held);
    if (!why.empty()) {
      Quarantine(key, state, why);
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

  void Quarantine(const std::string& key, const ResourceState& state, const std::string& why) {
    transaction_.Put(Table::kQuarantine, key, absl::StrCat(position_, "\n", why));
    obs::Log(obs::Level::kWarning, "a state cannot be used; its resource is shown to nobody",
             {{"kind", static_cast<int64_t>(state.kind())}, {"key", state.key()}, {"why", why}});
  }

  void WriteUsable(const std::string& key, const ResourceState& held, const ResourceState& state) {
    switch (state.kind()) {
      case catalog::v1::RESOURCE_KIND_ARTICLE:
        WriteArticle(key, state);
        break;
      case catalog::v1::RESOURCE_KIND_TOPIC:
        WriteTopic(key, held, state);
        break;
      case catalog::v1::RESOURCE_KIND_AUTHOR:
        WriteAuthor(key, held, state);
        break;
      case catalog::v1::RESOURCE_KIND_PATH:
        WritePath(key, held, state);
        break;
      case catalog::v1::RESOURCE_KIND_PINS:
        // Its name is the topic's.
        transaction_.Put(Table::kStates, key, state.SerializeAsString());
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
      std::string why =
          PutSlot(article, Slot::kLive, state.article().live(), state.article().cluster());
      if (why.empty()) {
        why = PutSlot(article, Slot::kScheduled, state.article().scheduled(),
                      state.article().cluster());
      }
      if (!why.empty()) {
        transaction_.Delete(Table::kCards, CardKey(article, Slot::kLive));
        transaction_.Delete(Table::kBodies, CardKey(article, Slot::kLive));
        Quarantine(key, state, why);
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
  std::string PutSlot(uint64_t article, Slot slot, const std::string& bytes,
                      const std::string& cluster) {
    if (bytes.empty()) return "";
    content::v1::Article revision;
    if (!revision.ParseFromString(bytes)) return "the revision cannot be read";
    std::string why = WhyUnusable(revision);
    if (!why.empty()) return why;
    // What is no part of a revision: only what is published is ever read, and the cluster changes
    // without a revision.
    revision.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
    revision.set_cluster(cluster);
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
      for (const uint64_t topic : WhoRefersTo(state.name())) {
        lister_.RemoveArticlesOf(topic, &articles);
      }
    }
    WriteReferring(key, held, state);
    const auto number = static_cast<uint64_t>(state.key());
    for (const std::string& name : SuggestionKeys(number, held.topic())) {
      transaction_.Delete(Table::kSuggestions, name);
    }
    for (const std::string& name : SuggestionKeys(number, state.topic())) {
      transaction_.Put(Table::kSuggestions, name, "");
    }
    for (const uint64_t article : articles) lister_.Add(article);
  }

  void WriteAuthor(const std::string& key, const ResourceState& held, const ResourceState& state) {
    std::set<uint64_t> articles;
    if (held.has_author() != state.has_author() ||
        held.author().merged_into() != state.author().merged_into()) {
      const auto author_key = static_cast<uint64_t>(state.key());
      lister_.RemoveArticlesBy(author_key, &articles);
      lister_.RemoveArticlesBy(ResolveAuthor(transaction_, author_key), &articles);
      // Who was merged into this author before he was known stands for himself so far.
      for (const uint64_t author : WhoRefersTo(state.name())) {
        lister_.RemoveArticlesBy(author, &articles);
      }
    }
    WriteReferring(key, held, state);
    for (const uint64_t article : articles) lister_.Add(article);
  }

  // Writes a topic or an author, and to whom it refers.
  void WriteReferring(const std::string& key, const ResourceState& held,
                      const ResourceState& state) {
    const auto number = static_cast<uint64_t>(state.key());
    for (const std::string& target : ReferredBy(held)) {
      transaction_.Delete(Table::kChildren, ChildKey(target, number));
    }
    for (const std::string& target : ReferredBy(state)) {
      transaction_.Put(Table::kChildren, ChildKey(target, number), "");
    }
    WriteNamed(key, state);
  }

  static std::vector<std::string> ReferredBy(const ResourceState& state) {
    std::vector<std::string> names(state.topic().parents().begin(), state.topic().parents().end());
    for (const auto& target : {state.topic().merged_into(), state.author().merged_into()}) {
      if (!target.empty()) names.push_back(target);
    }
    return names;
  }

  std::vector<uint64_t> WhoRefersTo(const std::string& name) const {
    std::vector<uint64_t> keys;
    const std::string prefix = ChildPrefix(name);
    Cursor cursor = transaction_.Open(Table::kChildren);
    for (bool found = cursor.Seek(prefix); found; found = cursor.Next()) {
      const auto child = ParseChildKey(cursor.key(), prefix);
      if (!child.has_value()) break;
      keys.push_back(*child);
    }
    return keys;
  }

  std::string RememberedKey(const catalog::v1::PathState& path) {
    const auto publication = transaction_.Get(Table::kNames, path.publication());
    const uint64_t publication_key = publication.has_value() ? ReadNumber(*publication, 1) : 0;
    return PathKey(PathPrefix(publication_key, path.path()),
                   {true, static_cast<uint64_t>(path.article_key()), Slot::kLive});
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
  const std::string position_;
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

using OnState = std::function<void(const ResourceState&)>;

// One transaction. `why`: why its states cannot be used; empty if nothing speaks against them.
absl::Status ApplyAtOnce(Store& store, const Batch& batch, const OnState& on_state,
                         const std::string& why) {
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
  const absl::StatusOr<CopyState> before = StateOf(transaction);
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  const absl::Time at = std::max(batch.at, before.ok() ? before->at : absl::InfinitePast());
  Writer writer(transaction, at, EncodePosition(batch.position));
  for (const ResourceState* state : InKindOrder(batch.states)) {
    if (why.empty() && on_state != nullptr) on_state(*state);
    writer.Write(*state, why);
  }
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

absl::Status ApplyGuarded(Store& store, const Batch& batch, const OnState& on_state,
                          const std::string& why) {
  return obs::Guarded("applying changes", [&] { return ApplyAtOnce(store, batch, on_state, why); });
}

// The position is stored last: until then the batch is not applied.
absl::Status ApplyOneByOne(Store& store, const Batch& batch, const OnState& on_state) {
  for (const ResourceState* state : InKindOrder(batch.states)) {
    const Batch one{{*state}, {}, batch.at};
    const absl::Status status = ApplyGuarded(store, one, on_state, "");
    if (status.ok()) continue;
    if (!absl::IsInternal(status)) return status;
    DATELINE_RETURN_IF_ERROR(ApplyGuarded(store, one, nullptr, std::string(status.message())));
  }
  return ApplyGuarded(store, Batch{{}, batch.position, batch.at}, nullptr, "");
}

}  // namespace

absl::Status ApplyForTest(Store& store, const Batch& batch, const OnState& on_state) {
  const absl::Status status = ApplyGuarded(store, batch, on_state, "");
  return absl::IsInternal(status) ? ApplyOneByOne(store, batch, on_state) : status;
}

absl::Status Apply(Store& store, const Batch& batch) { return ApplyForTest(store, batch, nullptr); }

bool IsTakedown(const ResourceState& state) {
  return state.kind() == catalog::v1::RESOURCE_KIND_ARTICLE &&
         state.tombstone().reason() == catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN;
}

absl::StatusOr<CopyState> ReadCopyState(const Store& store) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  return StateOf(transaction);
}

absl::Status MarkComplete(Store& store) {
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
  transaction.Put(Table::kMeta, kComplete, "1");
  BeginJournal(transaction);
  return transaction.Commit();
}

}  // namespace dateline::query::replica
