#ifndef DATELINE_SERVICES_INGESTION_IDENTIFY_KEYS_H_
#define DATELINE_SERVICES_INGESTION_IDENTIFY_KEYS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::ingestion {

// What a feed says of an entry that can tell it from others.
struct EntryFacts {
  std::string guid;                // As in the feed, trimmed; empty if missing.
  std::string link;                // Canonical (see normalise/url.h); empty if missing.
  std::string title;               // Plain text.
  std::optional<absl::Time> date;  // When the feed says it was published.
};

// From what an entry's key is made, best first.
enum class EntryKeyForm { kGuid = 0, kLink = 1, kLinkDate = 2, kLinkDateTitle = 3 };

// The keys of the entries of one document.
struct EntryKeys {
  EntryKeyForm form =
      EntryKeyForm::kGuid;        // What the document as a whole uses; kept with the source.
  std::vector<std::string> keys;  // One for each entry; empty if it says nothing of itself.
};

// Chooses each entry's key. The document uses the first form, from `at_least` on, by which no more
// than a tenth of its entries (or one, if that is more) lack a key or share one with a different
// entry. Those few take the next form that is theirs alone. Entries are different when their links
// differ, or without links or with equal ones, their titles. `at_least` is the form that the source
// had come to before, so that a source never goes back and forth. Thread-safe.
EntryKeys ChooseEntryKeys(const std::vector<EntryFacts>& entries,
                          EntryKeyForm at_least = EntryKeyForm::kGuid);

// The form for a source whose guids do not last: kLink if, among the entries of `now` whose link
// also occurs in `before`, at least two and more than a tenth have another guid than then; else
// kGuid. Thread-safe.
EntryKeyForm FormForGuidsThatChange(const std::vector<EntryFacts>& before,
                                    const std::vector<EntryFacts>& now);

// What an identity key was made from, in the order in which the catalog asks for them.
enum class IdentityKind { kEntry, kCanonicalUrl, kContent };

// A key of the table `identities`.
struct IdentityKey {
  IdentityKind kind;
  std::string key;

  bool operator==(const IdentityKey& other) const { return kind == other.kind && key == other.key; }
};

// The keys of an entry, best first: source and entry key; canonical address; hash of title and body
// from kMinTitleBodyWords words up. An empty part gives no key; an entry key above 512 bytes is
// replaced by its hash. `link` must be canonical already. Thread-safe.
std::vector<IdentityKey> IdentityKeys(absl::string_view source_id, absl::string_view entry_key,
                                      absl::string_view link, absl::string_view title,
                                      absl::string_view text);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_IDENTIFY_KEYS_H_
