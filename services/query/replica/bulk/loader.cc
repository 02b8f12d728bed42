#include "services/query/replica/bulk/loader.h"

#include <algorithm>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/apply/takedowns.h"
#include "services/query/replica/bulk/sorted_tables.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;

// Memory of the sorters, each of which takes twice as much. An article has one name, one or two
// paths and some 15 postings.
constexpr size_t kNameBytes = size_t{8} << 20;
constexpr size_t kPostingBytes = size_t{32} << 20;
// What is held until the dictionary is made, beyond the texts that it is made of.
constexpr size_t kMaxHeldPages = 64;

std::string FilesOf(const Store& store) { return absl::StrCat(store.folder(), "/sort-"); }

bool IsArticle(const ResourceState& state) {
  return state.kind() == catalog::v1::RESOURCE_KIND_ARTICLE;
}

}  // namespace

BulkLoader::BulkLoader(Store& store)
    : store_(store),
      preparers_(2),
      names_(absl::StrCat(FilesOf(store), "names-"), kNameBytes),
      paths_(absl::StrCat(FilesOf(store), "paths-"), kNameBytes),
      postings_(absl::StrCat(FilesOf(store), "postings-"), kPostingBytes),
      helper_(/*threads=*/1, /*queue_limit=*/1) {}

BulkLoader::~BulkLoader() = default;

absl::Status BulkLoader::Add(const States& states, absl::Time at) {
  at_ = std::max(at_, at);
  States vocabulary;
  States articles;
  for (const ResourceState& state : states) {
    // Behind an article nothing but the next one is expected.
    const bool in_order =
        phase_ != Phase::kArticles || (IsArticle(state) && state.key() > last_article_);
    if (phase_ == Phase::kAnything || !in_order) {
      DATELINE_RETURN_IF_ERROR(TakeArticles(articles));
      articles.Clear();
      if (phase_ == Phase::kArticles) DATELINE_RETURN_IF_ERROR(WriteTables());
      phase_ = Phase::kAnything;
      *vocabulary.Add() = state;
    } else if (IsArticle(state)) {
      if (phase_ == Phase::kVocabulary) DATELINE_RETURN_IF_ERROR(ApplyStates(vocabulary));
      if (phase_ == Phase::kVocabulary) vocabulary.Clear();
      phase_ = Phase::kArticles;
      last_article_ = state.key();
      *articles.Add() = state;
    } else {
      *vocabulary.Add() = state;
    }
  }
  DATELINE_RETURN_IF_ERROR(TakeArticles(articles));
  return ApplyStates(vocabulary);
}

absl::Status BulkLoader::ApplyStates(const States& states) {
  if (states.empty()) return absl::OkStatus();
  return Apply(store_, Batch{{states.begin(), states.end()}, {}, at_});
}

absl::Status BulkLoader::TakeArticles(const States& states) {
  if (states.empty()) return absl::OkStatus();
  if (trained_) return LoadArticles(states);
  for (const ResourceState& state : states) {
    if (!texts_.full()) texts_.Add(static_cast<uint64_t>(state.key()), VisibleBody(state, at_));
  }
  held_.push_back(states);
  return texts_.full() || held_.size() >= kMaxHeldPages ? LoadHeld() : absl::OkStatus();
}

// Makes the dictionary of what is there so far.
absl::Status BulkLoader::LoadHeld() {
  if (trained_) return absl::OkStatus();
  trained_ = true;
  dictionary_bytes_ = texts_.Train();
  // Without one, the copy gets one when it has grown.
  if (!dictionary_bytes_.empty()) {
    DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store_.Write());
    WriteDictionary(transaction, dictionary_bytes_, texts_.articles());
    dictionary_ = {ReadDictionary(transaction).id, dictionary_bytes_};
    DATELINE_RETURN_IF_ERROR(transaction.Commit());
  }
  texts_ = TrainingTexts();
  for (const States& page : std::exchange(held_, {})) {
    DATELINE_RETURN_IF_ERROR(LoadArticles(page));
  }
  return absl::OkStatus();
}

std::vector<PreparedArticle> BulkLoader::PrepareAll(const States& states,
                                                    const DictionaryView& dictionary) {
  std::vector<PreparedArticle> prepared(static_cast<size_t>(states.size()));
  const auto prepare = [&](ArticlePreparer* preparer, int begin, int end) {
    const auto transaction = store_.Read();
    for (int i = begin; transaction.ok() && i < end; ++i) {
      prepared[static_cast<size_t>(i)] = preparer->Prepare(states[i], *transaction, dictionary);
    }
  };
  const int half = states.size() / 2;
  std::promise<void> done;
  const bool shared = helper_.TrySubmit([&] {
    prepare(&preparers_.back(), half, states.size());
    done.set_value();
  });
  prepare(&preparers_.front(), 0, shared ? half : states.size());
  if (shared) done.get_future().wait();
  return prepared;
}

absl::Status BulkLoader::LoadArticles(const States& states) {
  const std::vector<PreparedArticle> prepared = PrepareAll(states, dictionary_);
  std::vector<ResourceState> unusable;
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store_.Write());
  for (int i = 0; i < states.size(); ++i) {
    const PreparedArticle& article = prepared[static_cast<size_t>(i)];
    if (article.usable) {
      DATELINE_RETURN_IF_ERROR(StoreArticle(states[i], article, &transaction));
    } else {
      unusable.push_back(states[i]);
    }
  }
  DATELINE_RETURN_IF_ERROR(transaction.Commit());
  // To quarantine.
  return unusable.empty() ? absl::OkStatus() : Apply(store_, Batch{std::move(unusable), {}, at_});
}

absl::Status BulkLoader::StoreArticle(const ResourceState& state, const PreparedArticle& prepared,
                                      WriteTransaction* transaction) {
  const std::string key = StateKey(state.kind(), static_cast<uint64_t>(state.key()));
  transaction->PutOrAppend(Table::kStates, key, prepared.state);
  if (IsTakedown(state) && !state.name().empty()) {
    NoteTakedown(*transaction, state.name(), /*was_held=*/false);
  }
  if (!state.has_tombstone() && !state.name().empty()) {
    DATELINE_RETURN_IF_ERROR(names_.Add(state.name(), key));
  }
  for (const PreparedArticle::Slot& slot : prepared.slots) {
    const std::string card_key = CardKey(static_cast<uint64_t>(state.key()), slot.slot);
    transaction->Append(Table::kCards, card_key, slot.card);
    for (size_t piece = 0; piece < slot.body.size(); ++piece) {
      transaction->Append(Table::kBodies, BodyPieceKey(card_key, piece), slot.body[piece]);
    }
    DATELINE_RETURN_IF_ERROR(SortSlot(slot));
  }
  return absl::OkStatus();
}

absl::Status BulkLoader::SortSlot(const PreparedArticle::Slot& slot) {
  const std::string visibility = EncodeVisibility(slot.listing.visibility);
  if (!slot.listing.path_prefix.empty()) {
    DATELINE_RETURN_IF_ERROR(paths_.Add(OwnPathKey(slot.listing), visibility));
  }
  // An article in no list by publish_time stands in none by modify_time either.
  DATELINE_RETURN_IF_ERROR(SortPostings(slot.listing.lists, slot.listing.entry, visibility));
  return SortPostings(slot.listing.modified_lists, slot.listing.modified_entry, visibility);
}

absl::Status BulkLoader::SortPostings(const std::vector<std::string>& lists, const ListEntry& entry,
                                      const std::string& visibility) {
  const std::string suffix = ListSuffix(entry);
  std::string key;
  for (const std::string& list : lists) {
    key.assign(list);
    key.append(suffix);
    DATELINE_RETURN_IF_ERROR(postings_.Add(key, visibility));
  }
  return absl::OkStatus();
}

absl::Status BulkLoader::WriteTables() {
  DATELINE_RETURN_IF_ERROR(LoadHeld());
  DATELINE_RETURN_IF_ERROR(WriteSorted(names_, store_, Table::kNames));
  DATELINE_RETURN_IF_ERROR(WriteSorted(paths_, store_, Table::kPaths));
  return WritePostings(postings_, at_, FilesOf(store_), store_);
}

absl::Status BulkLoader::Finish(const content::v1::LogPosition& position) {
  if (phase_ == Phase::kArticles) DATELINE_RETURN_IF_ERROR(WriteTables());
  phase_ = Phase::kAnything;
  return Apply(store_, Batch{{}, position, at_});
}

}  // namespace dateline::query::replica
