#include "services/query/replica/apply/writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/obs/log.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/apply/card.h"
#include "services/query/replica/apply/takedowns.h"
#include "services/query/replica/apply/usable.h"
#include "services/query/replica/store/bodies.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {

using catalog::v1::ResourceState;

namespace {

// In place of a state that cannot be used: nobody sees the resource (closed, not open).
ResourceState Closed(const ResourceState& held, const ResourceState& state) {
  ResourceState closed;
  closed.set_kind(state.kind());
  closed.set_key(state.key());
  closed.set_version(state.version());
  closed.set_name(held.name());
  closed.mutable_tombstone();
  return closed;
}

}  // namespace

void Writer::Write(const ResourceState& state, std::string why) {
  const std::string key = StateKey(state.kind(), static_cast<uint64_t>(state.key()));
  ResourceState held;
  bool was_held = false;
  if (const auto bytes = transaction_.Get(Table::kStates, key)) {
    if (!held.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) held.Clear();
    if (!replaces_ && held.version() >= state.version()) return;
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

void Writer::Quarantine(const std::string& key, const ResourceState& state,
                        const std::string& why) {
  transaction_.Put(Table::kQuarantine, key, absl::StrCat(position_, "\n", why));
  obs::Log(obs::Level::kWarning, "a state cannot be used; its resource is shown to nobody",
           {{"kind", static_cast<int64_t>(state.kind())}, {"key", state.key()}, {"why", why}});
}

void Writer::WriteUsable(const std::string& key, const ResourceState& held,
                         const ResourceState& state) {
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

void Writer::WriteNamed(const std::string& key, const ResourceState& state) {
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

void Writer::WriteArticle(const std::string& key, const ResourceState& state) {
  const auto article = static_cast<uint64_t>(state.key());
  lister_.Remove(article);
  ClearSlots(article);
  ResourceState stored = state;
  if (state.has_article()) {
    std::string why =
        PutSlot(article, Slot::kLive, state.article().live(), state.article().cluster());
    if (why.empty()) {
      why = PutSlot(article, Slot::kScheduled, state.article().scheduled(),
                    state.article().cluster());
    }
    if (!why.empty()) {
      ClearSlots(article);
      Quarantine(key, state, why);
      stored.mutable_tombstone();
    } else {
      stored.mutable_article()->clear_live();
      stored.mutable_article()->clear_scheduled();
    }
  }
  WriteNamed(key, stored);
  if (stored.has_article()) lister_.Add(article);
  journal_.Changed(article, stored);
}

// Why the revision cannot be used; empty if it was stored, or if there is none.
std::string Writer::PutSlot(uint64_t article, Slot slot, const std::string& bytes,
                            const std::string& cluster) {
  if (bytes.empty()) return "";
  UsableRevision revision = ReadRevision(bytes, cluster);
  if (!revision.why_not.empty()) return revision.why_not;
  const CardAndBody split = SplitArticle(std::move(revision.article));
  transaction_.PutOrAppend(Table::kCards, CardKey(article, slot), split.card);
  WriteBody(transaction_, article, slot, split.body);
  return "";
}

void Writer::ClearSlots(uint64_t article) {
  for (const Slot slot : {Slot::kLive, Slot::kScheduled}) {
    transaction_.Delete(Table::kCards, CardKey(article, slot));
    WriteBody(transaction_, article, slot, "");
  }
}

std::string RememberedKey(const ReadTransaction& transaction, const catalog::v1::PathState& path) {
  const auto publication = transaction.Get(Table::kNames, path.publication());
  const uint64_t publication_key = publication.has_value() ? ReadNumber(*publication, 1) : 0;
  return PathKey(PathPrefix(publication_key, path.path()),
                 {true, static_cast<uint64_t>(path.article_key()), Slot::kLive});
}

void Writer::WritePath(const std::string& key, const ResourceState& held,
                       const ResourceState& state) {
  if (held.has_path()) transaction_.Delete(Table::kPaths, RememberedKey(transaction_, held.path()));
  if (state.has_path() && !state.path().article().empty()) {
    transaction_.Put(Table::kPaths, RememberedKey(transaction_, state.path()),
                     EncodeVisibility({}));
  }
  transaction_.Put(Table::kStates, key, state.SerializeAsString());
}

}  // namespace dateline::query::replica
