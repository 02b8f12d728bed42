#ifndef DATELINE_SERVICES_INGESTION_IDENTIFY_KEYS_H_
#define DATELINE_SERVICES_INGESTION_IDENTIFY_KEYS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// By what an entry is known again. A source uses guids as long as they are good, then a next better
// form of key, and never goes back:
//
// * in one document, more than a tenth of the entries (and more than one) lack a key of the form or
//   share it with a different entry (ChooseEntryKeys);
// * from document to document, guids change while the links stay (FormForGuidsThatChange).
//
// What was catalogued under the former form is not doubled: its canonical address finds it, and the
// document in which the form changes carries the former keys, too (EntryKeys::former).
namespace dateline::ingestion {

// What a feed says of an entry that can tell it from others.
struct EntryFacts {
  std::string guid;                // As in the feed, trimmed; empty if missing.
  std::string link;                // Canonical (see normalise/url.h); empty if missing.
  std::string title;               // Plain text.
  std::optional<absl::Time> date;  // When the feed says it was published.
};

// From what an entry's key is made, best first. http and https do not tell entries apart, as sites
// move from one to the other.
enum class EntryKeyForm { kGuid = 0, kLink = 1, kLinkDate = 2, kLinkDateTitle = 3 };

// The keys of the entries of one document.
struct EntryKeys {
  EntryKeyForm form =
      EntryKeyForm::kGuid;        // What the document as a whole uses; kept with the source.
  std::vector<std::string> keys;  // One for each entry; empty if it says nothing of itself.
  // One for each entry: its key of the source's former form, where that is the entry's own. Only in
  // the document in which the form has changed, else all empty.
  std::vector<std::string> former;
};

// Chooses each entry's key. The document uses the first form, from `at_least` on, by which no more
// than a tenth of its entries (or one, if that is more) lack a key or share one with a different
// entry. Those few take the next form that is theirs alone. Entries are different when their links
// differ, or without links or with equal ones, their titles. `before` is the form that the source
// had come to, `at_least` the one that its memory of guids demands, if that is worse. Thread-safe.
EntryKeys ChooseEntryKeys(const std::vector<EntryFacts>& entries,
                          EntryKeyForm before = EntryKeyForm::kGuid,
                          EntryKeyForm at_least = EntryKeyForm::kGuid);

// What is kept with a source so that guids which change are noticed.
struct GuidMemory {
  // Hashes of the links of the last document that stand there once, each with that of its guid, and
  // how often another guid was found. At most 4 KiB of opaque bytes; empty at first.
  std::string bytes;
  // kLink once the guids have changed too often: at least twice, and more than once for each ten
  // links that were there before.
  EntryKeyForm form = EntryKeyForm::kGuid;
};

// Compares a document's guids with those that `memory` (GuidMemory::bytes) holds, and remembers the
// document's. Damaged bytes count as none. Thread-safe.
GuidMemory FormForGuidsThatChange(absl::string_view memory, const std::vector<EntryFacts>& now);

// What an identity key was made from, in the order in which the catalog asks for them.
enum class IdentityKind { kEntry, kCanonicalUrl, kContent };

// A key of the table `identities`.
struct IdentityKey {
  IdentityKind kind;
  std::string key;

  bool operator==(const IdentityKey& other) const { return kind == other.kind && key == other.key; }
};

// The keys of an entry, best first: source and entry key; canonical address, without its scheme;
// hash of title and body from kMinTitleBodyWords words up. An empty part gives no key; an entry key
// above 512 bytes is replaced by its hash. `link` must be canonical already. Thread-safe.
std::vector<IdentityKey> IdentityKeys(absl::string_view source_id, absl::string_view entry_key,
                                      absl::string_view link, absl::string_view title,
                                      absl::string_view text);

// The key by which the catalog knows a source's entry. Thread-safe.
IdentityKey EntryIdentity(absl::string_view source_id, absl::string_view entry_key);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_IDENTIFY_KEYS_H_
