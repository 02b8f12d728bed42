#include <algorithm>
#include <set>
#include <vector>

#include "services/query/replica/apply/suggestions.h"
#include "services/query/replica/apply/writer.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {

using catalog::v1::ResourceState;

void Writer::WriteTopic(const std::string& key, const ResourceState& held,
                        const ResourceState& state) {
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
    const std::vector<uint64_t> referring = WhoRefersTo(state.name());
    for (const uint64_t topic : referring) lister_.RemoveArticlesOf(topic, &articles);
    const bool merges = held.topic().state() == content::v1::TOPIC_STATE_MERGED ||
                        state.topic().state() == content::v1::TOPIC_STATE_MERGED;
    if (merges || (held.has_topic() != state.has_topic() && !referring.empty())) {
      journal_.Merged();
    }
  }
  WriteReferring(key, held, state);
  WriteSuggestions(transaction_, static_cast<uint64_t>(state.key()), held.topic(), state.topic());
  for (const uint64_t article : articles) lister_.Add(article);
}

void Writer::WriteAuthor(const std::string& key, const ResourceState& held,
                         const ResourceState& state) {
  std::set<uint64_t> articles;
  if (held.has_author() != state.has_author() ||
      held.author().merged_into() != state.author().merged_into()) {
    const auto author_key = static_cast<uint64_t>(state.key());
    lister_.RemoveArticlesBy(author_key, &articles);
    lister_.RemoveArticlesBy(ResolveAuthor(transaction_, author_key), &articles);
    // Who was merged into this author before he was known stands for himself so far.
    const std::vector<uint64_t> referring = WhoRefersTo(state.name());
    for (const uint64_t author : referring) lister_.RemoveArticlesBy(author, &articles);
    if (held.author().merged_into() != state.author().merged_into() || !referring.empty()) {
      journal_.Merged();
    }
  }
  WriteReferring(key, held, state);
  for (const uint64_t article : articles) lister_.Add(article);
}

// Writes a topic or an author, and to whom it refers.
void Writer::WriteReferring(const std::string& key, const ResourceState& held,
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

std::vector<std::string> ReferredBy(const ResourceState& state) {
  std::vector<std::string> names(state.topic().parents().begin(), state.topic().parents().end());
  for (const auto& target : {state.topic().merged_into(), state.author().merged_into()}) {
    if (!target.empty()) names.push_back(target);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<uint64_t> Writer::WhoRefersTo(const std::string& name) const {
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

}  // namespace dateline::query::replica
