#ifndef DATELINE_SERVICES_QUERY_REPLICA_BULK_SORTER_H_
#define DATELINE_SERVICES_QUERY_REPLICA_BULK_SORTER_H_

#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::query::replica {

// Sorts entries by key, more of them than memory holds: what is over the bound goes to files,
// sorted, by a thread of its own. Of entries with one key the last added is kept. One thread.
class Sorter {
 public:
  // Files are `path_prefix` and a number; they go with it. Memory is twice `memory_bytes`: what is
  // being filled, and what is being written.
  Sorter(std::string path_prefix, size_t memory_bytes)
      : path_prefix_(std::move(path_prefix)), memory_bytes_(memory_bytes) {}
  ~Sorter();
  Sorter(const Sorter&) = delete;
  Sorter& operator=(const Sorter&) = delete;

  // Keys have at most 65,535 bytes. UNAVAILABLE if a file cannot be written.
  absl::Status Add(absl::string_view key, absl::string_view value);

  // Calls `visit` with each entry in the keys' byte order; its error ends the walk. Nothing may be
  // added afterwards. UNAVAILABLE if a file cannot be written, DATA_LOSS if one cannot be read.
  absl::Status ForEach(
      absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit);

  // What was sorted in memory: the entries' bytes, and where each begins.
  struct Part {
    std::string bytes;
    struct Entry {
      uint64_t begins_with = 0;  // The key's first 8 bytes, by which most are told apart.
      uint32_t offset = 0;
      uint32_t value_bytes = 0;
      uint16_t key_bytes = 0;
    };
    std::vector<Entry> entries;

    absl::string_view Key(const Entry& entry) const {
      return absl::string_view(bytes.data() + entry.offset, entry.key_bytes);
    }
    absl::string_view Value(const Entry& entry) const {
      return absl::string_view(bytes.data() + entry.offset + entry.key_bytes, entry.value_bytes);
    }
    size_t memory() const { return bytes.size() + entries.size() * sizeof(Entry); }
    void Sort();
  };

 private:
  absl::Status Spill();
  absl::Status AwaitSpilled();
  std::string PathOf(int file) const;

  const std::string path_prefix_;
  const size_t memory_bytes_;
  Part part_;
  int files_ = 0;
  std::future<absl::Status> spilling_;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_BULK_SORTER_H_
