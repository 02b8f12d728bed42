#include "services/cli/import/line_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace dateline::cli {
namespace {

constexpr unsigned kChunk = 1 << 18;

}  // namespace

LineReader::LineReader(gzFile file, std::string name, int64_t file_bytes, size_t max_line_bytes)
    : file_(file),
      name_(std::move(name)),
      file_bytes_(file_bytes),
      max_line_bytes_(max_line_bytes) {
  gzbuffer(file_, kChunk);
}

LineReader::~LineReader() { gzclose(file_); }

absl::StatusOr<std::unique_ptr<LineReader>> LineReader::Open(const std::string& file,
                                                             size_t max_line_bytes) {
  int64_t bytes = 0;
  gzFile opened;
  if (file == "-") {
    opened = gzdopen(dup(STDIN_FILENO), "rb");
  } else {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
      return absl::NotFoundError(absl::StrCat(file, " is a directory"));
    }
    const auto size = std::filesystem::file_size(file, error);
    if (!error) bytes = static_cast<int64_t>(size);
    opened = gzopen(file.c_str(), "rb");
  }
  if (opened == nullptr) {
    return absl::NotFoundError(absl::StrCat("cannot read ", file, ": ", strerror(errno)));
  }
  return std::unique_ptr<LineReader>(new LineReader(opened, file, bytes, max_line_bytes));
}

absl::Status LineReader::Skip(int64_t lines, int64_t end) {
  if (gzseek(file_, end, SEEK_SET) != end) {
    return absl::DataLossError(absl::StrCat(name_, " cannot be read from byte ", end, " on"));
  }
  buffer_.clear();
  begin_ = 0;
  lines_ = lines;
  offset_ = end;
  return absl::OkStatus();
}

// Reads on; false at the end of the file.
absl::StatusOr<bool> LineReader::Fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const size_t had = buffer_.size();
  buffer_.resize(had + kChunk);
  const int got = gzread(file_, buffer_.data() + had, kChunk);
  buffer_.resize(had + static_cast<size_t>(std::max(got, 0)));
  int code = Z_OK;
  const char* const message = gzerror(file_, &code);
  // A file that was cut off gives what there is, and only then says so.
  if (got < 0 || (got == 0 && code != Z_OK)) {
    return absl::DataLossError(absl::StrCat(name_, " is damaged behind line ", lines_, ": ",
                                            code == Z_ERRNO ? strerror(errno) : message));
  }
  return got > 0;
}

absl::StatusOr<bool> LineReader::Next(Line* line) {
  line->text.clear();
  line->too_long = false;
  bool is_begun = false;
  while (true) {
    const size_t found = buffer_.find('\n', begin_);
    const size_t end = found == std::string::npos ? buffer_.size() : found;
    const size_t room = max_line_bytes_ - line->text.size();
    line->too_long = line->too_long || end - begin_ > room;
    line->text.append(buffer_, begin_, std::min(end - begin_, room));
    is_begun = is_begun || end > begin_;
    offset_ += static_cast<int64_t>(end - begin_);
    begin_ = end;
    if (found != std::string::npos) {
      ++begin_;
      ++offset_;
      break;
    }
    DATELINE_ASSIGN_OR_RETURN(const bool more, Fill());
    if (more) continue;
    if (!is_begun) return false;
    break;
  }
  if (!line->text.empty() && line->text.back() == '\r') line->text.pop_back();
  line->number = ++lines_;
  line->end = offset_;
  return true;
}

double LineReader::Fraction() const {
  if (file_bytes_ == 0) return 0;
  // Where the reader is, less what waits in its buffer, is near enough.
  return std::min(1.0, static_cast<double>(gzoffset(file_)) / static_cast<double>(file_bytes_));
}

}  // namespace dateline::cli
