#ifndef DATELINE_SERVICES_INGESTION_TAG_CATEGORIES_H_
#define DATELINE_SERVICES_INGESTION_TAG_CATEGORIES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/ingestion/tag/topic_matcher.h"

namespace dateline::ingestion {

// Where a topic stands in its life.
enum class TopicLife { kActive, kProposed, kMerged, kDeleted };

// What tagging needs to know of a topic.
struct TopicEntry {
  std::string name;  // `topics/{id}`
  int64_t version = 0;
  TopicLife life = TopicLife::kActive;
  bool proper = false;  // A place, person, organisation or event.
  std::string merged_into;
  std::string display_name;
  std::vector<std::string> other_names;  // In other languages.
  std::vector<std::string> aliases;

  friend bool operator==(const TopicEntry&, const TopicEntry&) = default;
};

// Topics by name and alias, for feeds' categories. Names compare folded; where no topic has that
// very name, also without punctuation (name_key.h). Of several topics that have a name, in this
// order: one that is active rather than proposed rather than deleted; exactly that name rather than
// but for punctuation; as its display name rather than in another language rather than as an alias
// rather than as the id of its topic; the first by id. Not thread-safe.
class TopicIndex {
 public:
  // What a category stands for.
  enum class Meaning {
    kUnknown,   // It names no topic.
    kTopic,     // An active topic.
    kProposal,  // A proposed one.
    kDeleted,   // Only one that was deleted: it is not to be made again.
  };
  struct Found {
    Meaning meaning = Meaning::kUnknown;
    std::string topic;  // kTopic and kProposal: where a merged one has gone, if it has.
  };

  TopicIndex() = default;
  TopicIndex(const TopicIndex&) = delete;
  TopicIndex& operator=(const TopicIndex&) = delete;

  // Takes a topic as it is at its version. False, and nothing happens, if it is known as of that
  // version or a later one; `replace` takes it at an equal or earlier version too, if it differs.
  bool Set(TopicEntry entry, bool replace = false);

  // The topic as known, whatever its state; nullptr if it is not. Valid until the next change.
  const TopicEntry* Get(absl::string_view topic) const;

  Found Find(absl::string_view category) const;

  // Forgets a topic, as if it had never been known.
  void Forget(absl::string_view topic);

  // What a topic stands for by its own name: itself, or where it was merged into. kUnknown,
  // kDeleted without a topic.
  Found Resolve(absl::string_view topic) const;

  // All topics by name, as they are now.
  std::vector<std::shared_ptr<const TopicEntry>> Topics() const;

 private:
  struct Holder {
    const TopicEntry* topic;
    int sort;  // 0 display name, 1 name in a language, 2 alias; 3 more but for punctuation; 6 id.
  };

  template <typename Use>
  static void ForNames(const TopicEntry& entry, Use use);
  void Add(const TopicEntry& entry);
  void Remove(const TopicEntry& entry);

  std::map<std::string, std::shared_ptr<const TopicEntry>, std::less<>> topics_;  // By name.
  absl::flat_hash_map<std::string, std::vector<Holder>> holders_;
};

// Names to look for in texts: those of the active topics among `topics` and of those merged into
// them. Pure.
std::vector<TopicName> NamesForTexts(const std::vector<std::shared_ptr<const TopicEntry>>& topics);

// A source's own rules: topic by category, to be found by the exact term, else without regard to
// case, accents and white space. Thread-safe once built.
class CategoryRules {
 public:
  // `rules` from term to topic; an empty topic drops the category.
  explicit CategoryRules(const std::map<std::string, std::string>& rules);

  // The topic by rule, which may be empty; nullopt if there is no rule for it.
  std::optional<std::string> Find(absl::string_view category) const;

 private:
  std::map<std::string, std::string, std::less<>> exact_;
  std::map<std::string, std::string, std::less<>> folded_;
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_CATEGORIES_H_
