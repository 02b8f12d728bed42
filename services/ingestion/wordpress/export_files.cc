#include "services/ingestion/wordpress/export_files.h"

#include <algorithm>
#include <utility>

#include "services/ingestion/wordpress/embeds.h"

namespace dateline::ingestion::wordpress {

void ExportFiles::Add(ExportFile file) {
  const auto [it, is_new] = by_id_.try_emplace(file.id, std::move(file));
  if (is_new) by_post_.emplace(it->second.post, it->first);
}

const ExportFile* ExportFiles::Find(int64_t id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &it->second;
}

std::vector<const ExportFile*> ExportFiles::Of(int64_t post, absl::string_view medium) const {
  std::vector<const ExportFile*> files;
  const auto [begin, end] = by_post_.equal_range(post);
  for (auto it = begin; it != end; ++it) {
    const ExportFile* const file = Find(it->second);
    if (MediumOfAddress(file->address) == medium) files.push_back(file);
  }
  std::sort(files.begin(), files.end(), [](const ExportFile* a, const ExportFile* b) {
    return std::pair(a->order, a->id) < std::pair(b->order, b->id);
  });
  return files;
}

}  // namespace dateline::ingestion::wordpress
