#include "services/query/search/source.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/listing.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/store/bodies.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::search {
namespace {

using catalog::v1::ResourceState;
using replica::Slot;
using replica::Table;

// Adds the fields that the bytes have.
void Merge(const std::optional<absl::string_view>& bytes, content::v1::Article* article) {
  if (!bytes.has_value()) return;
  article->MergeFromString(std::string(bytes->data(), bytes->size()));
}

void AddNames(const replica::ReadTransaction& transaction, const ResourceState& state, Slot slot,
              std::vector<std::string>* names) {
  const auto& of = state.article();
  for (const int64_t key : slot == Slot::kLive ? of.topic_keys() : of.scheduled_topic_keys()) {
    const uint64_t topic = replica::ResolveTopic(transaction, static_cast<uint64_t>(key));
    const ResourceState found =
        replica::StoredState(transaction, catalog::v1::RESOURCE_KIND_TOPIC, topic);
    if (found.topic().state() == content::v1::TOPIC_STATE_ACTIVE) {
      names->push_back(found.topic().display_name());
    }
  }
  for (const int64_t key : slot == Slot::kLive ? of.author_keys() : of.scheduled_author_keys()) {
    const uint64_t author = replica::ResolveAuthor(transaction, static_cast<uint64_t>(key));
    names->push_back(replica::StoredState(transaction, catalog::v1::RESOURCE_KIND_AUTHOR, author)
                         .author()
                         .display_name());
  }
}

}  // namespace

std::optional<IndexedArticle> ArticleToIndex(const replica::ReadTransaction& transaction,
                                             uint64_t article, absl::Time now) {
  for (replica::Listing& listing : replica::ListingsOf(transaction, article)) {
    if (listing.lists.empty() || !listing.visibility.At(now)) continue;
    const std::string key = replica::CardKey(article, listing.entry.slot);
    content::v1::Article whole;
    Merge(transaction.Get(Table::kCards, key), &whole);
    const std::string body = replica::ReadBody(transaction, article, listing.entry.slot);
    Merge(absl::string_view(body), &whole);
    IndexedArticle indexed;
    indexed.article = article;
    indexed.place = replica::ListSuffix(listing.entry);
    indexed.until = listing.visibility.until;
    indexed.language = whole.language();
    indexed.title = std::move(*whole.mutable_title());
    indexed.subtitle = std::move(*whole.mutable_subtitle());
    indexed.body = std::move(*whole.mutable_body_text());
    const ResourceState state =
        replica::StoredState(transaction, catalog::v1::RESOURCE_KIND_ARTICLE, article);
    AddNames(transaction, state, listing.entry.slot, &indexed.names);
    for (const auto& byline : whole.bylines()) {
      if (byline.author().empty()) indexed.names.push_back(byline.text());
    }
    indexed.lists = std::move(listing.lists);
    indexed.cluster = whole.cluster();
    indexed.translation_set = whole.translation_set();
    return indexed;
  }
  return std::nullopt;
}

std::string CopyWithFormat(absl::string_view id) { return absl::StrCat(id, "/", kIndexFormat); }

std::string IndexedCopy(const replica::ReadTransaction& transaction) {
  const std::string id = replica::CopyId(transaction);
  return id.empty() ? id : CopyWithFormat(id);
}

bool IsTakenDown(const replica::ReadTransaction& transaction, uint64_t article) {
  return replica::IsTakedown(
      replica::StoredState(transaction, catalog::v1::RESOURCE_KIND_ARTICLE, article));
}

}  // namespace dateline::query::search
