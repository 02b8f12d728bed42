#include "services/query/replica/ends.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

namespace dateline::query::replica {

Ends::Ends(std::string folder) : path_(std::move(folder) + "/RUNNING") {
  int before = 0;
  std::ifstream(path_) >> before;
  unclean_ = std::clamp(before, 0, 1'000);
  std::ofstream(path_) << unclean_ + 1 << "\n";
}

Ends::~Ends() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace dateline::query::replica
