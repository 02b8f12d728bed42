#ifndef DATELINE_COMMON_TESTING_TEMPORARY_FOLDER_H_
#define DATELINE_COMMON_TESTING_TEMPORARY_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace dateline::testing {

// A folder of its own below the system's place for temporary files; it goes with the object, and
// all that is in it. Ends the test if it cannot be made.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    path_ = (std::filesystem::temp_directory_path() / "dateline-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // The folder's path, without a slash at the end.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_TEMPORARY_FOLDER_H_
