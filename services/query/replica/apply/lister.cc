#include "services/query/replica/apply/lister.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;

constexpr int kTopicKind = catalog::v1::RESOURCE_KIND_TOPIC;
constexpr int kAuthorKind = catalog::v1::RESOURCE_KIND_AUTHOR;
constexpr int kArticleKind = catalog::v1::RESOURCE_KIND_ARTICLE;
// Merges of merges and ancestors of ancestors end somewhere; a cycle must not hang the writer.
constexpr int kMaxDepth = 64;

std::optional<content::v1::Topic> TopicOf(const ReadTransaction& transaction, uint64_t topic) {
  ResourceState state = StoredState(transaction, kTopicKind, topic);
  if (!state.has_topic()) return std::nullopt;
  return std::move(*state.mutable_topic());
}

uint64_t KeyOfName(const ReadTransaction& transaction, absl::string_view name) {
  if (name.empty()) return 0;
  const auto key = transaction.Get(Table::kNames, name);
  return key.has_value() ? ReadNumber(*key, 1) : 0;
}

void CollectAncestors(const ReadTransaction& transaction, uint64_t topic, int depth,
                      std::set<uint64_t>* ancestors) {
  if (depth == 0) return;
  const auto stored = TopicOf(transaction, topic);
  if (!stored.has_value()) return;
  for (const std::string& parent : stored->parents()) {
    const uint64_t key = ResolveTopic(transaction, KeyOfName(transaction, parent));
    if (key != 0 && ancestors->insert(key).second) {
      CollectAncestors(transaction, key, depth - 1, ancestors);
    }
  }
}

}  // namespace

ResourceState StoredState(const ReadTransaction& transaction, int kind, uint64_t key) {
  const auto stored = transaction.Get(Table::kStates, StateKey(kind, key));
  ResourceState state;
  if (!stored.has_value() ||
      !state.ParseFromArray(stored->data(), static_cast<int>(stored->size()))) {
    state.Clear();
  }
  return state;
}

absl::Time NextTurn(const Visibility& visibility, absl::Time at) {
  return visibility.from > at ? visibility.from : visibility.until;
}

std::string OwnPathKey(const Listing& listing) {
  return PathKey(listing.path_prefix, {false, listing.entry.article, listing.entry.slot});
}

bool IsPastListing(const Visibility& visibility, absl::Time at) {
  return visibility.until <= std::max(at, visibility.from);
}

std::string DueKey(absl::Time instant, uint64_t article) {
  std::string key;
  AppendNumber(&key, OrderedTime(instant));
  AppendNumber(&key, article);
  return key;
}

uint64_t ResolveTopic(const ReadTransaction& transaction, uint64_t topic) {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const auto stored = TopicOf(transaction, topic);
    if (!stored.has_value() || stored->state() != content::v1::TOPIC_STATE_MERGED) return topic;
    const uint64_t target = KeyOfName(transaction, stored->merged_into());
    if (target == 0) return topic;
    topic = target;
  }
  return topic;
}

uint64_t ResolveAuthor(const ReadTransaction& transaction, uint64_t author) {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const ResourceState stored = StoredState(transaction, kAuthorKind, author);
    const uint64_t target = KeyOfName(transaction, stored.author().merged_into());
    if (target == 0) return author;
    author = target;
  }
  return author;
}

TopicPlace PlaceOf(const ReadTransaction& transaction, uint64_t topic) {
  TopicPlace place;
  place.topic = ResolveTopic(transaction, topic);
  std::set<uint64_t> ancestors;
  CollectAncestors(transaction, place.topic, kMaxDepth, &ancestors);
  place.ancestors.assign(ancestors.begin(), ancestors.end());
  return place;
}

namespace {

std::vector<TopicPlace> PlacesOf(const ReadTransaction& transaction,
                                 const google::protobuf::RepeatedField<int64_t>& topics) {
  std::vector<TopicPlace> places;
  for (const int64_t key : topics) {
    places.push_back(PlaceOf(transaction, static_cast<uint64_t>(key)));
  }
  return places;
}

}  // namespace

std::vector<Listing> ListingsOf(const ReadTransaction& transaction, uint64_t article,
                                bool as_published) {
  std::vector<Listing> listings;
  ResourceState stored = StoredState(transaction, kArticleKind, article);
  if (!stored.has_article()) return listings;
  if (as_published) stored.mutable_article()->set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  for (const Slot slot : {Slot::kLive, Slot::kScheduled}) {
    const auto card_bytes = transaction.Get(Table::kCards, CardKey(article, slot));
    content::v1::Article card;
    if (!card_bytes.has_value() ||
        !card.ParseFromArray(card_bytes->data(), static_cast<int>(card_bytes->size()))) {
      continue;
    }
    const auto& topics = slot == Slot::kLive ? stored.article().topic_keys()
                                             : stored.article().scheduled_topic_keys();
    const auto& author_keys = slot == Slot::kLive ? stored.article().author_keys()
                                                  : stored.article().scheduled_author_keys();
    std::vector<uint64_t> authors;
    for (const int64_t author : author_keys) {
      authors.push_back(ResolveAuthor(transaction, static_cast<uint64_t>(author)));
    }
    listings.push_back(
        MakeListing(article, slot, stored.article(), card, PlacesOf(transaction, topics), authors));
  }
  return listings;
}

void Lister::AddToCount(absl::string_view list, int64_t difference) {
  const auto stored = transaction_.Get(Table::kCounts, list);
  const int64_t count =
      (stored.has_value() ? static_cast<int64_t>(ReadNumber(*stored)) : 0) + difference;
  if (count <= 0) {
    transaction_.Delete(Table::kCounts, list);
    return;
  }
  std::string value;
  AppendNumber(&value, static_cast<uint64_t>(count));
  transaction_.Put(Table::kCounts, list, value);
}

void Lister::Add(uint64_t article) {
  for (const Listing& listing : ListingsOf(transaction_, article)) {
    const std::string visibility = EncodeVisibility(listing.visibility);
    if (!listing.path_prefix.empty()) {
      transaction_.Put(Table::kPaths, OwnPathKey(listing), visibility);
    }
    // A page never walks through what has expired, and the lists follow from the states alone.
    if (IsPastListing(listing.visibility, at_)) continue;
    if (listing.lists.empty()) continue;
    const absl::Time turn = NextTurn(listing.visibility, at_);
    const std::string modified_suffix = ListSuffix(listing.modified_entry);
    for (const std::string& list : listing.modified_lists) {
      transaction_.Put(Table::kPostings, absl::StrCat(list, modified_suffix), visibility);
    }
    if (journal_ != nullptr && listing.visibility.At(at_)) journal_->Added(article, listing);
    const std::string suffix = ListSuffix(listing.entry);
    for (const std::string& list : listing.lists) {
      const std::string key = absl::StrCat(list, suffix);
      transaction_.Put(Table::kPostings, key, visibility);
      if (listing.visibility.At(at_)) AddToCount(list, 1);
      if (turn == absl::InfiniteFuture()) continue;
      transaction_.Put(Table::kTimed, TimedKey(list, turn, suffix), visibility);
    }
    if (turn != absl::InfiniteFuture()) {
      transaction_.Put(Table::kDue, DueKey(turn, article), "");
    }
  }
}

void Lister::Remove(uint64_t article) {
  for (const Listing& listing : ListingsOf(transaction_, article)) {
    bool was_visible = false;
    if (!listing.path_prefix.empty()) transaction_.Delete(Table::kPaths, OwnPathKey(listing));
    const std::string modified_suffix = ListSuffix(listing.modified_entry);
    for (const std::string& list : listing.modified_lists) {
      transaction_.Delete(Table::kPostings, absl::StrCat(list, modified_suffix));
    }
    const std::string suffix = ListSuffix(listing.entry);
    for (const std::string& list : listing.lists) {
      const std::string key = absl::StrCat(list, suffix);
      if (!transaction_.Get(Table::kPostings, key).has_value()) continue;
      transaction_.Delete(Table::kPostings, key);
      // It was counted or not as of the instant at which it was added, which was an earlier one.
      const std::string awaited = TimedKey(list, listing.visibility.from, suffix);
      if (transaction_.Get(Table::kTimed, awaited).has_value()) {
        transaction_.Delete(Table::kTimed, awaited);
      } else {
        transaction_.Delete(Table::kTimed, TimedKey(list, listing.visibility.until, suffix));
        AddToCount(list, -1);
        was_visible = true;
      }
    }
    if (journal_ != nullptr && was_visible) journal_->Removed(article, listing);
  }
  if (journal_ != nullptr) journal_->Removed(article);
}

void Lister::RemoveArticlesOf(uint64_t topic, std::set<uint64_t>* removed) {
  RemoveArticlesIn(Dimension::kTopic, topic, removed);
  RemoveArticlesIn(Dimension::kTopicClosure, topic, removed);
}

void Lister::RemoveArticlesBy(uint64_t author, std::set<uint64_t>* removed) {
  RemoveArticlesIn(Dimension::kAuthor, author, removed);
}

void Lister::RemoveArticlesIn(Dimension dimension, uint64_t term, std::set<uint64_t>* removed) {
  std::set<uint64_t> articles;
  {
    const std::string prefix = ListPrefix(dimension, term);
    Cursor cursor = transaction_.Open(Table::kPostings);
    for (bool found = cursor.Seek(prefix);
         found && cursor.key().substr(0, kListPrefixBytes) == prefix; found = cursor.Next()) {
      articles.insert(ParseListSuffix(absl::ClippedSubstr(cursor.key(), kListPrefixBytes)).article);
    }
  }
  for (const uint64_t article : articles) Remove(article);
  removed->insert(articles.begin(), articles.end());
}

void Lister::Settle() {
  for (;;) {
    uint64_t article = 0;
    {
      Cursor cursor = transaction_.Open(Table::kDue);
      if (!cursor.Seek("") || TimeFromOrdered(ReadNumber(cursor.key())) > at_) return;
      article = ReadNumber(cursor.key(), 8);
      const std::string key(cursor.key());
      transaction_.Delete(Table::kDue, key);
    }
    if (journal_ != nullptr) {
      const bool replaced =
          transaction_.Get(Table::kCards, CardKey(article, Slot::kScheduled)).has_value();
      journal_->Turned(article, replaced);
    }
    Remove(article);
    Add(article);
  }
}

}  // namespace dateline::query::replica
