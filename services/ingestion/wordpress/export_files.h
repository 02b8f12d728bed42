#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_EXPORT_FILES_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_EXPORT_FILES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::wordpress {

// A picture or recording that a WordPress export lists as an item of its own.
struct ExportFile {
  int64_t id = 0;
  int64_t post = 0;  // that it was uploaded for
  int64_t order = 0;
  std::string address;
  std::string title;
  std::string caption;  // HTML
};

// The files of an export, for the shortcodes that name them. Not thread-safe while files are added.
class ExportFiles {
 public:
  void Add(ExportFile file);

  // The file with an id, null if the export has none.
  const ExportFile* Find(int64_t id) const;

  // The files of a medium ("image") that were uploaded for a post, in their order.
  std::vector<const ExportFile*> Of(int64_t post, absl::string_view medium) const;

 private:
  std::map<int64_t, ExportFile> by_id_;
  std::multimap<int64_t, int64_t> by_post_;
};

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_EXPORT_FILES_H_
