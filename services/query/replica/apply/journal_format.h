#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_FORMAT_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/query/replica/read/journal.h"

// How entries of the journal are stored. All pure. Keys in kMeta: the number and the place (xid,
// seq) of the last entry that was dropped, and the copy's own word.
namespace dateline::query::replica {

inline constexpr char kJournalBegin[] = "journal_begin";
inline constexpr char kJournalFloor[] = "journal_floor";
inline constexpr char kCopyId[] = "copy_id";

// The number of an entry as its key.
std::string JournalKey(uint64_t number);

// Where something was visible; the empty string if it was not.
std::string EncodePlace(const Listing& listing);
std::optional<Listing> ParsePlace(absl::string_view bytes);

// The value of an entry, its places given encoded.
std::string EncodeJournalEntry(const JournalEntry& entry, absl::string_view before,
                               absl::string_view after);
// nullopt for what was not encoded so.
std::optional<JournalEntry> ParseJournalEntry(absl::string_view key, absl::string_view value);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_FORMAT_H_
