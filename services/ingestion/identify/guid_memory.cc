#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "common/base/fnv.h"
#include "services/ingestion/identify/keys.h"

namespace dateline::ingestion {
namespace {

// Layout: a word that counts changes, then pairs of words: link, guid.
constexpr size_t kWord = sizeof(uint32_t);
constexpr size_t kMaxPairs = 511;

using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;

void AppendWord(uint32_t word, std::string* out) {
  for (int shift = 0; shift < 32; shift += 8) out->push_back(static_cast<char>(word >> shift));
}

uint32_t WordAt(absl::string_view bytes, size_t index) {
  uint32_t word = 0;
  for (size_t i = kWord; i-- > 0;) {
    word = (word << 8) | static_cast<unsigned char>(bytes[index * kWord + i]);
  }
  return word;
}

// Links that stand once in the document, with their guids.
Pairs PairsOf(const std::vector<EntryFacts>& entries) {
  absl::flat_hash_map<absl::string_view, int> uses;
  for (const EntryFacts& entry : entries) ++uses[entry.link];
  Pairs pairs;
  for (const EntryFacts& entry : entries) {
    if (pairs.size() == kMaxPairs) break;
    if (entry.link.empty() || entry.guid.empty() || uses.at(entry.link) > 1) continue;
    pairs.emplace_back(Fnv32(entry.link), Fnv32(entry.guid));
  }
  return pairs;
}

}  // namespace

GuidMemory FormForGuidsThatChange(absl::string_view memory, const std::vector<EntryFacts>& now) {
  const bool is_sound = memory.size() % (2 * kWord) == kWord;
  uint32_t changes = is_sound ? WordAt(memory, 0) : 0;
  absl::flat_hash_map<uint32_t, uint32_t> before;
  for (size_t i = 1; is_sound && (i + 1) * kWord < memory.size(); i += 2) {
    before.emplace(WordAt(memory, i), WordAt(memory, i + 1));
  }
  const Pairs pairs = PairsOf(now);
  // An empty document teaches nothing.
  if (pairs.empty() && is_sound) return {std::string(memory)};
  size_t known = 0;
  for (const auto& [link, guid] : pairs) {
    const auto found = before.find(link);
    if (found == before.end()) continue;
    ++known;
    changes += found->second != guid ? 1 : 0;
  }
  GuidMemory result;
  AppendWord(changes, &result.bytes);
  for (const auto& [link, guid] : pairs) {
    AppendWord(link, &result.bytes);
    AppendWord(guid, &result.bytes);
  }
  if (changes >= 2 && size_t{changes} * 10 > known) result.form = EntryKeyForm::kLink;
  return result;
}

}  // namespace dateline::ingestion
