#include "services/query/replica/store/page_check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace dateline::query::replica {
namespace {

// LMDB 0.9's layout on 64-bit machines of little-endian order, as lmdb.c defines it. Where a field
// stands is given in bytes from the beginning of its structure.
constexpr uint32_t kMagic = 0xBEEFC0DE;
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 16;  // MDB_page: pgno 8, pad 2, flags 2, lower 2, upper 2.
constexpr size_t kMetaBytes = 24 + 2 * 48 + 16;
constexpr size_t kRecordBytes = 48;  // MDB_db: pad 4, flags 2, depth 2, four counts, root.
constexpr size_t kNodeBytes = 8;     // MDB_node: lo 2, hi 2, flags 2, ksize 2.
constexpr uint64_t kNoPage = ~uint64_t{0};
constexpr uint16_t kBranch = 0x01;
constexpr uint16_t kLeaf = 0x02;
constexpr uint16_t kOverflow = 0x04;
constexpr uint16_t kKinds = kBranch | kLeaf | kOverflow | 0x08;
constexpr uint16_t kBigData = 0x01;  // The value is the number of its first page.
constexpr uint16_t kSubData = 0x02;  // The value is the record of a table.
constexpr uint16_t kMaxDepth = 32;

template <typename Number>
Number At(const std::vector<char>& bytes, size_t from) {
  Number number = 0;
  std::memcpy(&number, bytes.data() + from, sizeof(number));
  return number;
}

class Checker {
 public:
  Checker(int file, uint64_t bytes, PageCheck check) : file_(file), bytes_(bytes), check_(check) {}

  absl::Status Run() {
    // The page's size stands in the first page, which is read as the smallest page there is.
    std::vector<char> first(kHeaderBytes + kMetaBytes);
    DATELINE_RETURN_IF_ERROR(Read(0, &first));
    page_bytes_ = At<uint32_t>(first, kHeaderBytes + 24);
    if (page_bytes_ < 512 || page_bytes_ > 65'536 || (page_bytes_ & (page_bytes_ - 1)) != 0) {
      return Damaged(0);
    }
    std::vector<char> second(first.size());
    DATELINE_RETURN_IF_ERROR(Read(page_bytes_, &second));
    if (!IsMeta(first) || !IsMeta(second)) return absl::DataLossError("the file is no copy");
    const std::vector<char>& newest = Transaction(second) > Transaction(first) ? second : first;
    // The list of free pages, and the table of tables.
    for (const size_t table : {size_t{0}, size_t{1}}) {
      DATELINE_RETURN_IF_ERROR(CheckTable(newest, kHeaderBytes + 24 + table * kRecordBytes));
    }
    return absl::OkStatus();
  }

 private:
  static bool IsMeta(const std::vector<char>& page) {
    return At<uint32_t>(page, kHeaderBytes) == kMagic &&
           At<uint32_t>(page, kHeaderBytes + 4) == kVersion;
  }
  static uint64_t Transaction(const std::vector<char>& page) {
    return At<uint64_t>(page, kHeaderBytes + 24 + 2 * kRecordBytes + 8);
  }
  static absl::Status Damaged(uint64_t page) {
    return absl::DataLossError(absl::StrCat("page ", page, " of the copy is damaged"));
  }

  absl::Status Read(uint64_t from, std::vector<char>* bytes) const {
    for (size_t done = 0; done < bytes->size();) {
      const ssize_t got = ::pread(file_, bytes->data() + done, bytes->size() - done,
                                  static_cast<off_t>(from + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        return absl::UnavailableError(
            absl::StrCat("cannot read the copy: ", std::generic_category().message(errno)));
      }
      if (got == 0) return absl::DataLossError("the copy's file was cut");
      done += static_cast<size_t>(got);
    }
    return absl::OkStatus();
  }

  // `count` pages from `page` on are in the file.
  bool IsInFile(uint64_t page, uint64_t count) const {
    const uint64_t pages = bytes_ / page_bytes_;
    return page >= 2 && page < pages && count <= pages - page;
  }

  absl::Status CheckTable(const std::vector<char>& bytes, size_t record) {
    const auto depth = At<uint16_t>(bytes, record + 6);
    const auto root = At<uint64_t>(bytes, record + 40);
    if (root == kNoPage) return absl::OkStatus();
    if (depth == 0 || depth > kMaxDepth) return Damaged(root);
    return CheckTree(root, depth);
  }

  // `level`: how many pages stand one below the other from here on; 1 is a leaf.
  absl::Status CheckTree(uint64_t number, int level) {
    if (!IsInFile(number, 1)) return Damaged(number);
    // Tables are found in the leaves of one tree, which is small.
    if (level == 1 && check_ == PageCheck::kBranches && in_table_) return absl::OkStatus();
    std::vector<char> page(page_bytes_);
    DATELINE_RETURN_IF_ERROR(Read(number * page_bytes_, &page));
    const uint16_t kind = At<uint16_t>(page, 10) & kKinds;
    const auto lower = At<uint16_t>(page, 12);
    if (At<uint64_t>(page, 0) != number || kind != (level == 1 ? kLeaf : kBranch) ||
        lower < kHeaderBytes || lower > page_bytes_) {
      return Damaged(number);
    }
    for (size_t slot = kHeaderBytes; slot + 2 <= lower; slot += 2) {
      const size_t node = At<uint16_t>(page, slot);
      if (node < lower || node + kNodeBytes > page_bytes_) return Damaged(number);
      DATELINE_RETURN_IF_ERROR(level == 1 ? CheckLeafNode(number, page, node)
                                          : CheckTree(ChildOf(page, node), level - 1));
    }
    return absl::OkStatus();
  }

  static uint64_t ChildOf(const std::vector<char>& page, size_t node) {
    return At<uint16_t>(page, node) | uint64_t{At<uint16_t>(page, node + 2)} << 16 |
           uint64_t{At<uint16_t>(page, node + 4)} << 32;
  }

  absl::Status CheckLeafNode(uint64_t number, const std::vector<char>& page, size_t node) {
    const uint64_t value_bytes = At<uint16_t>(page, node) | uint64_t{At<uint16_t>(page, node + 2)}
                                                                << 16;
    const auto flags = At<uint16_t>(page, node + 4);
    const size_t value = node + kNodeBytes + At<uint16_t>(page, node + 6);
    const bool is_big = (flags & kBigData) != 0;
    if (value + (is_big ? sizeof(uint64_t) : value_bytes) > page_bytes_) return Damaged(number);
    if (is_big) {
      const auto first = At<uint64_t>(page, value);
      const uint64_t count = (kHeaderBytes + value_bytes + page_bytes_ - 1) / page_bytes_;
      return IsInFile(first, count) ? CheckOverflow(first) : Damaged(number);
    }
    if ((flags & kSubData) == 0) return absl::OkStatus();
    if (in_table_ || value_bytes != kRecordBytes) return Damaged(number);
    in_table_ = true;
    absl::Status checked = CheckTable(page, value);
    in_table_ = false;
    return checked;
  }

  absl::Status CheckOverflow(uint64_t number) {
    std::vector<char> header(kHeaderBytes);
    DATELINE_RETURN_IF_ERROR(Read(number * page_bytes_, &header));
    return At<uint64_t>(header, 0) == number && (At<uint16_t>(header, 10) & kKinds) == kOverflow
               ? absl::OkStatus()
               : Damaged(number);
  }

  const int file_;
  const uint64_t bytes_;
  const PageCheck check_;
  size_t page_bytes_ = 0;
  bool in_table_ = false;
};

}  // namespace

absl::Status CheckPages(const std::string& path, PageCheck check) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return absl::OkStatus();
  struct stat stat {};
  if (file < 0 || ::fstat(file, &stat) != 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot open the copy: ", std::generic_category().message(errno)));
  }
  const absl::Cleanup close = [file] { ::close(file); };
  if (stat.st_size == 0) return absl::OkStatus();
  return Checker(file, static_cast<uint64_t>(stat.st_size), check).Run();
}

}  // namespace dateline::query::replica
