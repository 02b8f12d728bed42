#include "services/ingestion/tag/categories.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/text/slug.h"
#include "services/ingestion/tag/name_key.h"

namespace dateline::ingestion {
namespace {

// A topic that was merged into one that was merged …: the catalog keeps such chains short.
constexpr int kMaxMerges = 16;
constexpr int kSortOfAlias = 2;
constexpr int kButForPunctuation = 3;
constexpr int kSortOfId = 6;

// Follows merges from `topic`, an entry given by `get(name)` or nullptr.
template <typename Get>
TopicIndex::Found Follow(absl::string_view topic, Get get) {
  for (int merges = 0; merges < kMaxMerges; ++merges) {
    const TopicEntry* const entry = get(topic);
    if (entry == nullptr) break;
    switch (entry->life) {
      case TopicLife::kActive:
        return {TopicIndex::Meaning::kTopic, entry->name};
      case TopicLife::kProposed:
        return {TopicIndex::Meaning::kProposal, entry->name};
      case TopicLife::kDeleted:
        return {TopicIndex::Meaning::kDeleted, ""};
      case TopicLife::kMerged:
        topic = entry->merged_into;
    }
  }
  return {};
}

}  // namespace

template <typename Use>
void TopicIndex::ForNames(const TopicEntry& entry, Use use) {
  const auto with_key = [&](const std::string& name, int sort) {
    std::string folded = text::Fold(name);
    std::string key = NameKey(name);
    if (!key.empty() && key != folded) use(std::move(key), sort + kButForPunctuation);
    if (!folded.empty()) use(std::move(folded), sort);
  };
  with_key(entry.display_name, 0);
  for (const std::string& name : entry.other_names) with_key(name, 1);
  for (const std::string& alias : entry.aliases) with_key(alias, kSortOfAlias);
  use(absl::StrReplaceAll(absl::StripPrefix(entry.name, "topics/"), {{"-", " "}}), kSortOfId);
}

void TopicIndex::Add(const TopicEntry& entry) {
  ForNames(entry, [&](std::string key, int sort) {
    std::vector<Holder>& holders = holders_[std::move(key)];
    for (Holder& holder : holders) {
      if (holder.topic != &entry) continue;
      holder.sort = std::min(holder.sort, sort);
      return;
    }
    holders.push_back({&entry, sort});
  });
}

void TopicIndex::Remove(const TopicEntry& entry) {
  ForNames(entry, [&](const std::string& key, int) {
    const auto found = holders_.find(key);
    if (found == holders_.end()) return;
    std::vector<Holder>& holders = found->second;
    holders.erase(std::remove_if(holders.begin(), holders.end(),
                                 [&](const Holder& holder) { return holder.topic == &entry; }),
                  holders.end());
    if (holders.empty()) holders_.erase(found);
  });
}

bool TopicIndex::Set(TopicEntry entry, bool replace) {
  std::shared_ptr<const TopicEntry>& known = topics_[entry.name];
  if (known != nullptr) {
    if (replace ? *known == entry : known->version >= entry.version) return false;
    // What a tombstone leaves out is still what it was called.
    if (entry.life == TopicLife::kDeleted && entry.display_name.empty()) {
      entry.display_name = known->display_name;
      entry.other_names = known->other_names;
      entry.aliases = known->aliases;
    }
    Remove(*known);
  }
  known = std::make_shared<const TopicEntry>(std::move(entry));
  Add(*known);
  return true;
}

void TopicIndex::Forget(absl::string_view topic) {
  const auto known = topics_.find(topic);
  if (known == topics_.end()) return;
  Remove(*known->second);
  topics_.erase(known);
}

const TopicEntry* TopicIndex::Get(absl::string_view topic) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? nullptr : found->second.get();
}

TopicIndex::Found TopicIndex::Resolve(absl::string_view topic) const {
  return Follow(topic, [&](absl::string_view name) { return Get(name); });
}

TopicIndex::Found TopicIndex::Find(absl::string_view category) const {
  Found best;
  std::tuple<int, int, absl::string_view> best_rank;
  const auto consider = [&](const std::string& key, int further) {
    const auto found = holders_.find(key);
    if (found == holders_.end()) return;
    for (const Holder& holder : found->second) {
      Found resolved = Resolve(holder.topic->name);
      // Merged into one that is not known (any more): as good as deleted.
      if (resolved.meaning == Meaning::kUnknown) resolved = {Meaning::kDeleted, ""};
      const std::tuple<int, int, absl::string_view> rank(static_cast<int>(resolved.meaning),
                                                         holder.sort + further, holder.topic->name);
      if (best.meaning != Meaning::kUnknown && best_rank <= rank) continue;
      best = std::move(resolved);
      best_rank = rank;
    }
  };
  const std::string folded = text::Fold(category);
  consider(folded, 0);
  const std::string key = NameKey(category);
  if (key != folded && !key.empty()) consider(key, kButForPunctuation);
  return best;
}

std::vector<std::shared_ptr<const TopicEntry>> TopicIndex::Topics() const {
  std::vector<std::shared_ptr<const TopicEntry>> topics;
  topics.reserve(topics_.size());
  for (const auto& [name, entry] : topics_) topics.push_back(entry);
  return topics;
}

std::vector<TopicName> NamesForTexts(const std::vector<std::shared_ptr<const TopicEntry>>& topics) {
  absl::flat_hash_map<absl::string_view, const TopicEntry*> by_name;
  for (const auto& entry : topics) by_name.emplace(entry->name, entry.get());
  const auto get = [&](absl::string_view name) {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
  };
  std::vector<TopicName> names;
  for (const auto& entry : topics) {
    const TopicIndex::Found target = Follow(entry->name, get);
    if (target.meaning != TopicIndex::Meaning::kTopic) continue;
    const bool itself = entry->life == TopicLife::kActive;
    const bool proper = entry->proper || get(target.topic)->proper;
    names.push_back({target.topic, entry->display_name, itself, proper});
    for (const std::string& other : entry->other_names) {
      names.push_back({target.topic, other, false, proper});
    }
    for (const std::string& alias : entry->aliases) {
      names.push_back({target.topic, alias, false, proper});
    }
  }
  return names;
}

CategoryRules::CategoryRules(const std::map<std::string, std::string>& rules)
    : exact_(rules.begin(), rules.end()) {
  for (const auto& [term, topic] : rules) folded_.try_emplace(text::Fold(term), topic);
}

std::optional<std::string> CategoryRules::Find(absl::string_view category) const {
  const auto exact = exact_.find(category);
  if (exact != exact_.end()) return exact->second;
  const auto folded = folded_.find(text::Fold(category));
  if (folded != folded_.end()) return folded->second;
  return std::nullopt;
}

}  // namespace dateline::ingestion
