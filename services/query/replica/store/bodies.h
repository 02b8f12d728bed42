#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_BODIES_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_BODIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "services/query/replica/store/compression.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/store/store.h"

// The bodies of articles in kBodies: compressed, and cut into pieces of a quarter of a page. A
// value of more than half a page would take whole pages of its own. No one else reads or writes
// that table.
namespace dateline::query::replica {

// The encoded rest of an article, which together with its card is the FULL view; empty if it has
// none or if it is damaged.
std::string ReadBody(const ReadTransaction& transaction, uint64_t article, Slot slot);

// Appends it to `out`; false if it is damaged, and then `out` is as before.
bool AppendBody(const ReadTransaction& transaction, uint64_t article, Slot slot, std::string* out);

// Its size in bytes, which is stored; 0 if there is none.
size_t BodyBytes(const ReadTransaction& transaction, uint64_t article, Slot slot);

// Puts a body in place of what stands there; an empty one takes it away.
void WriteBody(WriteTransaction& transaction, uint64_t article, Slot slot, absl::string_view body);

// The pieces that WriteBody would store of a body: a big-endian number behind CardKey, and the
// bytes. Empty for an empty body. Pure.
std::vector<std::string> PackBody(absl::string_view body, const DictionaryView& dictionary);
std::string BodyPieceKey(absl::string_view card_key, size_t piece);

// Calls `visit` with each card's key that has a body, and the body, in key order, until it returns
// false. DATA_LOSS at a damaged one.
absl::Status ForEachBody(
    const ReadTransaction& transaction,
    absl::FunctionRef<absl::Status(absl::string_view, absl::string_view)> visit);

// The dictionary of the store; `id` is 0 if it has none. Valid as a value of Get.
DictionaryView ReadDictionary(const ReadTransaction& transaction);

// Whether one was made, be it that there was nothing to make it of.
bool HasDictionary(const ReadTransaction& transaction);

// The articles of whose texts it was made.
std::vector<uint64_t> DictionarySources(const ReadTransaction& transaction);

// Puts a dictionary, or none if `bytes` is empty, into a store that has no body yet: those that are
// there could not be read with another one.
void WriteDictionary(WriteTransaction& transaction, absl::string_view bytes,
                     const std::vector<uint64_t>& sources);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_BODIES_H_
