#include "services/query/replica/bulk/prepare.h"

#include <utility>

#include "services/query/replica/apply/card.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/usable.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {

using catalog::v1::ResourceState;

const TopicPlace& ArticlePreparer::PlaceOf(const ReadTransaction& transaction, uint64_t topic) {
  const auto [place, is_new] = places_.try_emplace(topic);
  if (is_new) place->second = replica::PlaceOf(transaction, topic);
  return place->second;
}

uint64_t ArticlePreparer::AuthorOf(const ReadTransaction& transaction, uint64_t author) {
  const auto [resolved, is_new] = authors_.try_emplace(author, author);
  if (is_new) resolved->second = ResolveAuthor(transaction, author);
  return resolved->second;
}

// False if the revision cannot be used.
bool ArticlePreparer::PrepareSlot(const ResourceState& state, Slot slot,
                                  const ReadTransaction& transaction,
                                  const DictionaryView& dictionary, PreparedArticle* prepared) {
  const catalog::v1::ReplicatedArticle& article = state.article();
  const bool live = slot == Slot::kLive;
  const std::string& bytes = live ? article.live() : article.scheduled();
  if (bytes.empty()) return true;
  UsableRevision revision = ReadRevision(bytes, article.cluster());
  if (!revision.why_not.empty()) return false;
  std::vector<TopicPlace> places;
  for (const int64_t topic : live ? article.topic_keys() : article.scheduled_topic_keys()) {
    places.push_back(PlaceOf(transaction, static_cast<uint64_t>(topic)));
  }
  std::vector<uint64_t> authors;
  for (const int64_t author : live ? article.author_keys() : article.scheduled_author_keys()) {
    authors.push_back(AuthorOf(transaction, static_cast<uint64_t>(author)));
  }
  PreparedArticle::Slot& out = prepared->slots.emplace_back();
  out.slot = slot;
  out.listing = MakeListing(static_cast<uint64_t>(state.key()), slot, article, revision.article,
                            places, authors);
  CardAndBody split = SplitArticle(std::move(revision.article));
  out.card = std::move(split.card);
  out.body = PackBody(split.body, dictionary);
  return true;
}

PreparedArticle ArticlePreparer::Prepare(const ResourceState& state,
                                         const ReadTransaction& transaction,
                                         const DictionaryView& dictionary) {
  PreparedArticle prepared;
  if (!WhyUnusable(state).empty()) return prepared;
  if (!PrepareSlot(state, Slot::kLive, transaction, dictionary, &prepared) ||
      !PrepareSlot(state, Slot::kScheduled, transaction, dictionary, &prepared)) {
    return prepared;
  }
  ResourceState stored = state;
  if (stored.has_article()) {
    stored.mutable_article()->clear_live();
    stored.mutable_article()->clear_scheduled();
  }
  prepared.state = stored.SerializeAsString();
  prepared.usable = true;
  return prepared;
}

std::string VisibleBody(const ResourceState& state, absl::Time at) {
  if (state.article().state() != content::v1::ARTICLE_STATE_PUBLISHED ||
      state.article().live().empty()) {
    return "";
  }
  UsableRevision revision = ReadRevision(state.article().live(), state.article().cluster());
  if (!revision.why_not.empty()) return "";
  const Listing listing = MakeListing(static_cast<uint64_t>(state.key()), Slot::kLive,
                                      state.article(), revision.article, {}, {});
  return listing.visibility.At(at) ? SplitArticle(std::move(revision.article)).body : "";
}

}  // namespace dateline::query::replica
