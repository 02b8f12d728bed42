#include "services/query/service/view.h"

#include "common/api/roles.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/listing.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::service {
namespace {

using replica::Slot;
using replica::Table;

}  // namespace

absl::StatusOr<View> View::Open(replica::Replica& replica) {
  // In this order: the position must not be ahead of the transaction.
  std::shared_ptr<const replica::KnownPosition> position = replica.position();
  std::shared_ptr<replica::Store> store = replica.current();
  if (store == nullptr) return error::NotReady();
  const replica::Generations& generations = store->generations();
  const uint64_t epoch = generations.epoch();
  const uint64_t vocabulary = generations.Of(replica::Generations::kVocabulary);
  DATELINE_ASSIGN_OR_RETURN(replica::ReadTransaction transaction, store->Read());
  return View(std::move(store), epoch, vocabulary, std::move(transaction), std::move(position),
              replica.clock().Now());
}

absl::StatusOr<View> View::OpenAt(replica::Replica& replica, std::optional<absl::Time> as_of,
                                  const Caller& caller) {
  if (as_of.has_value() && !api::HasRole(caller, options::v1::ROLE_PREVIEWER)) {
    return error::PermissionDenied("previewer");
  }
  DATELINE_ASSIGN_OR_RETURN(View view, Open(replica));
  if (!as_of.has_value()) return view;
  if (*as_of < view.now_) return error::InvalidField("as_of", "must not be in the past");
  view.now_ = *as_of;
  view.is_preview_ = true;
  return view;
}

std::optional<uint64_t> View::KeyOf(absl::string_view name, catalog::v1::ResourceKind kind) const {
  if (name.empty() || name.size() > 500) return std::nullopt;
  const auto key = transaction_.Get(Table::kNames, name);
  if (!key.has_value() || key->size() != 9 || (*key)[0] != static_cast<char>(kind)) {
    return std::nullopt;
  }
  return replica::ReadNumber(*key, 1);
}

std::optional<catalog::v1::ResourceState> View::StateOf(catalog::v1::ResourceKind kind,
                                                        uint64_t key) const {
  const auto bytes = transaction_.Get(Table::kStates, replica::StateKey(kind, key));
  catalog::v1::ResourceState state;
  if (!bytes.has_value() || !state.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
    return std::nullopt;
  }
  return state;
}

std::optional<View::FoundTopic> View::TopicOf(absl::string_view name) const {
  const auto key = KeyOf(name, catalog::v1::RESOURCE_KIND_TOPIC);
  if (!key.has_value()) return std::nullopt;
  const uint64_t resolved = replica::ResolveTopic(transaction_, *key);
  auto state = StateOf(catalog::v1::RESOURCE_KIND_TOPIC, resolved);
  if (!state.has_value() || state->topic().state() != content::v1::TOPIC_STATE_ACTIVE) {
    return std::nullopt;
  }
  return FoundTopic{resolved, std::move(*state->mutable_topic())};
}

std::optional<uint64_t> View::KeptKeyOf(
    absl::string_view name, absl::FunctionRef<std::optional<uint64_t>()> look_up) const {
  const auto is_of_transaction = [this] {
    return replica::Generations::IsSettled(vocabulary_) &&
           generations().Of(replica::Generations::kVocabulary) == vocabulary_;
  };
  if (is_of_transaction()) {
    if (const auto known = store_->resolved_names().Find(name, vocabulary_)) return known;
  }
  const std::optional<uint64_t> key = look_up();
  if (key.has_value() && is_of_transaction()) {
    store_->resolved_names().Put(name, vocabulary_, *key);
  }
  return key;
}

std::optional<uint64_t> View::TopicKeyOf(absl::string_view name) const {
  return KeptKeyOf(name, [&]() -> std::optional<uint64_t> {
    const auto topic = TopicOf(name);
    return topic.has_value() ? std::optional(topic->key) : std::nullopt;
  });
}

std::optional<uint64_t> View::AuthorKeyOf(absl::string_view name) const {
  return KeptKeyOf(name, [&]() -> std::optional<uint64_t> {
    const auto author = AuthorOf(name);
    return author.has_value() ? std::optional(author->key) : std::nullopt;
  });
}

std::optional<uint64_t> View::PublicationKeyOf(absl::string_view name) const {
  return KeptKeyOf(name, [&] { return KeyOf(name, catalog::v1::RESOURCE_KIND_PUBLICATION); });
}

std::optional<View::FoundAuthor> View::AuthorOf(absl::string_view name) const {
  const auto key = KeyOf(name, catalog::v1::RESOURCE_KIND_AUTHOR);
  if (!key.has_value()) return std::nullopt;
  const uint64_t resolved = replica::ResolveAuthor(transaction_, *key);
  auto state = StateOf(catalog::v1::RESOURCE_KIND_AUTHOR, resolved);
  if (!state.has_value() || !state->has_author() || !state->author().merged_into().empty() ||
      state->author().has_delete_time()) {
    return std::nullopt;
  }
  return FoundAuthor{resolved, std::move(*state->mutable_author())};
}

std::optional<Slot> View::VisibleSlot(uint64_t article) const {
  const auto state = StateOf(catalog::v1::RESOURCE_KIND_ARTICLE, article);
  if (!state.has_value() || !state->has_article() ||
      state->article().state() != content::v1::ARTICLE_STATE_PUBLISHED) {
    return std::nullopt;
  }
  for (const Slot slot : {Slot::kLive, Slot::kScheduled}) {
    const auto bytes = transaction_.Get(Table::kCards, replica::CardKey(article, slot));
    content::v1::Article card;
    if (!bytes.has_value() ||
        !card.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
      continue;
    }
    if (replica::MakeListing(article, slot, state->article(), card, {}, {}).visibility.At(now_)) {
      return slot;
    }
  }
  return std::nullopt;
}

size_t View::BodyBytes(uint64_t article, Slot slot) const {
  return replica::BodyBytes(transaction_, article, slot);
}

absl::string_view View::Card(uint64_t article, Slot slot) const {
  return transaction_.Get(Table::kCards, replica::CardKey(article, slot)).value_or("");
}

std::string View::EncodedArticle(uint64_t article, Slot slot, bool full) const {
  std::string encoded;
  if (const auto card = transaction_.Get(Table::kCards, replica::CardKey(article, slot))) {
    encoded.assign(card->data(), card->size());
  }
  if (full) replica::AppendBody(transaction_, article, slot, &encoded);
  return encoded;
}

}  // namespace dateline::query::service
