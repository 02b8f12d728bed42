#ifndef DATELINE_SERVICES_CLI_IMPORT_IMPORT_STATE_H_
#define DATELINE_SERVICES_CLI_IMPORT_IMPORT_STATE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "services/cli/import/importer.h"

namespace dateline::cli {

// How far an import of a file has come, kept beside the run so that one that was interrupted goes
// on. Losing it costs only time: what was taken already is recognised. Not thread-safe.
class ImportState {
 public:
  // In `folder`, for this file as it is now and these options; another size or time of change, or
  // other options, is another import.
  ImportState(const std::string& folder, const std::string& file, const std::string& options);

  // Where the last run stopped; nothing if there was none or its record cannot be read.
  std::optional<ImportProgress> Load() const;
  // Replaces the record whole, so that it is never half written.
  absl::Status Save(const ImportProgress& progress) const;
  // The import is complete.
  void Forget() const;

 private:
  std::string path_;
};

// Where programs keep such things: XDG_STATE_HOME as given, else below HOME, else the temporary
// folder.
std::string StateFolder(const std::string& xdg_state_home, const std::string& home);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_IMPORT_IMPORT_STATE_H_
