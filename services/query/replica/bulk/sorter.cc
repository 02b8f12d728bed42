#include "services/query/replica/bulk/sorter.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <queue>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;

// What stands before an entry in a file, in the machine's own byte order: no other machine reads
// it.
struct EntryHeader {
  uint32_t key_bytes = 0;
  uint32_t value_bytes = 0;
};

// One sorted file, or what is left in memory, as a source of entries.
class Source {
 public:
  virtual ~Source() = default;
  // False at the end, or at a damaged place.
  virtual bool Next() = 0;
  virtual bool damaged() const { return false; }
  absl::string_view key;
  absl::string_view value;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(const Sorter::Part& part) : part_(part) {}
  bool Next() override {
    if (next_ == part_.entries.size()) return false;
    key = part_.Key(part_.entries[next_]);
    value = part_.Value(part_.entries[next_]);
    ++next_;
    return true;
  }

 private:
  const Sorter::Part& part_;
  size_t next_ = 0;
};

class FileSource final : public Source {
 public:
  explicit FileSource(const std::string& path) : buffer_(kReadBytes) {
    file_.rdbuf()->pubsetbuf(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    file_.open(path, std::ios::binary);
    damaged_ = !file_.is_open();
  }
  bool Next() override {
    EntryHeader header;
    char* const begin = reinterpret_cast<char*>(&header);  // NOLINT: bytes as they were written
    if (damaged_ || !file_.read(begin, sizeof(header))) {
      damaged_ |= file_.gcount() != 0;
      return false;
    }
    entry_.resize(size_t{header.key_bytes} + header.value_bytes);
    if (!file_.read(entry_.data(), static_cast<std::streamsize>(entry_.size()))) {
      damaged_ = true;
      return false;
    }
    key = absl::string_view(entry_.data(), header.key_bytes);
    value = absl::string_view(entry_.data() + header.key_bytes, header.value_bytes);
    return true;
  }
  bool damaged() const override { return damaged_; }

 private:
  std::vector<char> buffer_;
  std::ifstream file_;
  std::string entry_;
  bool damaged_ = false;
};

absl::Status WritePart(const Sorter::Part& part, const std::string& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  for (const Sorter::Part::Entry& entry : part.entries) {
    const EntryHeader header{entry.key_bytes, entry.value_bytes};
    file.write(reinterpret_cast<const char*>(&header), sizeof(header));  // NOLINT: see EntryHeader
    file.write(part.bytes.data() + entry.offset,
               static_cast<std::streamsize>(size_t{entry.key_bytes} + entry.value_bytes));
  }
  file.flush();
  return file ? absl::OkStatus() : absl::UnavailableError(absl::StrCat("cannot write ", path));
}

}  // namespace

void Sorter::Part::Sort() {
  std::sort(entries.begin(), entries.end(), [this](const Entry& a, const Entry& b) {
    if (a.begins_with != b.begins_with) return a.begins_with < b.begins_with;
    const int order = Key(a).compare(Key(b));
    // Of one key the one that was added first.
    return order != 0 ? order < 0 : a.offset < b.offset;
  });
}

Sorter::~Sorter() {
  if (spilling_.valid()) spilling_.wait();
  for (int file = 0; file < files_; ++file) {
    std::error_code ignored;
    std::filesystem::remove(PathOf(file), ignored);
  }
}

std::string Sorter::PathOf(int file) const { return absl::StrCat(path_prefix_, file); }

absl::Status Sorter::Add(absl::string_view key, absl::string_view value) {
  Part::Entry entry;
  entry.begins_with = ReadNumber(key);
  // A shorter key stands before those that it begins.
  if (key.size() < 8) entry.begins_with <<= 8 * (8 - key.size());
  entry.offset = static_cast<uint32_t>(part_.bytes.size());
  entry.key_bytes = static_cast<uint16_t>(key.size());
  entry.value_bytes = static_cast<uint32_t>(value.size());
  absl::StrAppend(&part_.bytes, key, value);
  part_.entries.push_back(entry);
  return part_.memory() < memory_bytes_ ? absl::OkStatus() : Spill();
}

absl::Status Sorter::AwaitSpilled() {
  return spilling_.valid() ? spilling_.get() : absl::OkStatus();
}

absl::Status Sorter::Spill() {
  DATELINE_RETURN_IF_ERROR(AwaitSpilled());
  auto part = std::make_shared<Part>(std::exchange(part_, Part()));
  part_.bytes.reserve(part->bytes.size());
  part_.entries.reserve(part->entries.size());
  spilling_ = std::async(std::launch::async, [part, path = PathOf(files_++)] {
    part->Sort();
    return WritePart(*part, path);
  });
  return absl::OkStatus();
}

absl::Status Sorter::ForEach(
    absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit) {
  DATELINE_RETURN_IF_ERROR(AwaitSpilled());
  part_.Sort();
  // Older ones first; of one key the last source's entry is the one that counts.
  std::vector<std::unique_ptr<Source>> sources;
  sources.reserve(static_cast<size_t>(files_) + 1);
  for (int file = 0; file < files_; ++file) {
    sources.push_back(std::make_unique<FileSource>(PathOf(file)));
  }
  sources.push_back(std::make_unique<MemorySource>(part_));
  const auto later = [&](size_t a, size_t b) {
    const int order = sources[a]->key.compare(sources[b]->key);
    return order != 0 ? order > 0 : a > b;
  };
  std::priority_queue<size_t, std::vector<size_t>, decltype(later)> heads(later);
  const auto advance = [&](size_t source) -> absl::Status {
    if (sources[source]->Next()) heads.push(source);
    return sources[source]->damaged() ? absl::DataLossError("a file of sorted entries is damaged")
                                      : absl::OkStatus();
  };
  for (size_t source = 0; source < sources.size(); ++source) {
    DATELINE_RETURN_IF_ERROR(advance(source));
  }
  std::string key;
  std::string value;
  for (bool held = false; held || !heads.empty();) {
    if (!heads.empty()) {
      const size_t source = heads.top();
      if (!held || sources[source]->key == absl::string_view(key)) {
        heads.pop();
        key.assign(sources[source]->key.data(), sources[source]->key.size());
        value.assign(sources[source]->value.data(), sources[source]->value.size());
        held = true;
        DATELINE_RETURN_IF_ERROR(advance(source));
        continue;
      }
    }
    DATELINE_RETURN_IF_ERROR(visit(key, value));
    held = false;
  }
  return absl::OkStatus();
}

}  // namespace dateline::query::replica
