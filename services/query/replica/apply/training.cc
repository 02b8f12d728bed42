#include "services/query/replica/apply/training.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/store/bodies.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

// zstd asks for about a hundred times the dictionary's size.
constexpr size_t kMinTexts = 200;
constexpr size_t kMaxTexts = 2'000;
constexpr size_t kMaxTextBytes = size_t{4} << 20;
constexpr size_t kMaxBytesOfOne = size_t{64} << 10;
// Below this, a dictionary of 64 KiB saves less than it takes.
constexpr int64_t kEnoughArticles = 5'000;

bool IsGone(const ReadTransaction& transaction, uint64_t article) {
  return !StoredState(transaction, catalog::v1::RESOURCE_KIND_ARTICLE, article).has_article();
}

}  // namespace

bool TrainingTexts::full() const { return texts_.size() >= kMaxTexts || bytes_ >= kMaxTextBytes; }

void TrainingTexts::Add(uint64_t article, std::string body) {
  if (full() || body.empty()) return;
  if (body.size() > kMaxBytesOfOne) body.resize(kMaxBytesOfOne);
  bytes_ += body.size();
  texts_.push_back(std::move(body));
  articles_.push_back(article);
}

std::string TrainingTexts::Train() const {
  return texts_.size() < kMinTexts ? "" : TrainDictionary(texts_);
}

TrainingTexts NewestTexts(const ReadTransaction& transaction, absl::Time at) {
  TrainingTexts texts;
  const std::string all = ListPrefix(Dimension::kAll, 0);
  Cursor cursor = transaction.Open(Table::kPostings);
  for (bool found = cursor.Seek(all); found && absl::StartsWith(cursor.key(), all) && !texts.full();
       found = cursor.Next()) {
    if (!ParseVisibility(cursor.value()).At(at)) continue;
    const ListEntry entry = ParseListSuffix(absl::ClippedSubstr(cursor.key(), kListPrefixBytes));
    texts.Add(entry.article, ReadBody(transaction, entry.article, entry.slot));
  }
  return texts;
}

bool DictionaryIsStale(const ReadTransaction& transaction) {
  const std::vector<uint64_t> sources = DictionarySources(transaction);
  return std::any_of(sources.begin(), sources.end(),
                     [&](uint64_t article) { return IsGone(transaction, article); });
}

bool IsWorthDictionary(const Store& store) {
  return store.Entries(Table::kCards) >= kEnoughArticles;
}

bool WantsDictionary(const Store& store) {
  if (!IsWorthDictionary(store)) return false;
  const auto transaction = store.Read();
  return transaction.ok() && !HasDictionary(*transaction);
}

}  // namespace dateline::query::replica
