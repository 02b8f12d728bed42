#ifndef DATELINE_SERVICES_CLI_IMPORT_LINE_READER_H_
#define DATELINE_SERVICES_CLI_IMPORT_LINE_READER_H_

#include <zlib.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dateline::cli {

// One line of a file, without its line break.
struct Line {
  int64_t number = 0;  // from 1
  int64_t end = 0;     // where the next one begins, in bytes of the text
  std::string text;    // cut at the bound if it is too long
  bool too_long = false;
};

// Reads a text file line by line, gzip'd or not, in bounded memory. Not thread-safe.
class LineReader {
 public:
  // "-" is standard input. NOT_FOUND if the file cannot be opened.
  static absl::StatusOr<std::unique_ptr<LineReader>> Open(const std::string& file,
                                                          size_t max_line_bytes);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // Goes to a place where a line ended: `lines` lines and `end` bytes are behind it.
  absl::Status Skip(int64_t lines, int64_t end);
  // The next line; false at the end of the file. DATA_LOSS if the file is damaged or cut off.
  absl::StatusOr<bool> Next(Line* line);

  // How much of the file, as it lies on the disk, is read: 0 to 1; 0 if that is not known.
  double Fraction() const;

 private:
  LineReader(gzFile file, std::string name, int64_t file_bytes, size_t max_line_bytes);

  absl::StatusOr<bool> Fill();

  gzFile_s* const file_;
  const std::string name_;
  const int64_t file_bytes_;
  const size_t max_line_bytes_;
  std::string buffer_;
  size_t begin_ = 0;  // of what is left in buffer_
  int64_t lines_ = 0;
  int64_t offset_ = 0;
};

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_IMPORT_LINE_READER_H_
