#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_COMPRESSION_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_COMPRESSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// zstd, as far as bodies need it. The working memory belongs to the calling thread and is kept from
// one call to the next, together with the last dictionary as zstd wants it. All thread-safe.
namespace dateline::query::replica {

// What many bodies have in common, so that a short one need not say it again.
struct DictionaryView {
  uint64_t id = 0;  // of these very bytes; 0: there is none
  absl::string_view bytes;
};

// What Decompress makes `plain` of again, with the same dictionary; empty if zstd fails.
std::string Compress(absl::string_view plain, const DictionaryView& dictionary);

// Appends the text, of `plain_bytes`, to `out`. False if `packed` is damaged or of another size;
// then `out` is as before.
bool Decompress(absl::string_view packed, size_t plain_bytes, const DictionaryView& dictionary,
                std::string* out);

// A dictionary of 64 KiB at most, made of pieces of `samples`; empty if there are too few of them.
std::string TrainDictionary(const std::vector<std::string>& samples);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_COMPRESSION_H_
