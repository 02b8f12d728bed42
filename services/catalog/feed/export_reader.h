#ifndef DATELINE_SERVICES_CATALOG_FEED_EXPORT_READER_H_
#define DATELINE_SERVICES_CATALOG_FEED_EXPORT_READER_H_

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/catalog/store/log/change_log.h"

namespace dateline::catalog::feed {

// One export: the starting position, pages in key order in short transactions, the end position. No
// snapshot is held: what changes meanwhile stands in the log between the two positions. Not
// thread-safe.
class ExportReader {
 public:
  // Checks the request. INVALID_ARGUMENT for names or a token that do not fit. `log` and `codec`
  // must outlive it.
  static absl::StatusOr<ExportReader> Create(store::ChangeLog& log,
                                             const tokens::PageTokenCodec& codec,
                                             const v1::ExportResourcesRequest& request);

  // The next page; nothing at the end. POSITION_EXPIRED if a resumed export began on another log or
  // timeline.
  absl::StatusOr<std::optional<v1::ExportResourcesResponse>> Next(const RequestContext& context);

 private:
  ExportReader(store::ChangeLog& log, const tokens::PageTokenCodec& codec, v1::ExportView view);

  absl::Status Resume(const std::string& token);
  std::string Token(const store::ExportCursor& cursor) const;
  absl::Status Begin(const RequestContext& context, v1::ExportResourcesResponse* page);
  absl::Status ReadPage(const RequestContext& context, v1::ExportResourcesResponse* page);
  absl::Status ReadNames(const RequestContext& context, v1::ExportResourcesResponse* page);
  void TakeHeld(v1::ExportResourcesResponse* page);
  absl::Status Finish(const RequestContext& context, v1::ExportResourcesResponse* page);

  store::ChangeLog* log_;
  const tokens::PageTokenCodec* codec_;
  v1::ExportView view_;
  std::string start_position_;  // Encoded; empty until it was read.
  bool begun_ = false;
  bool ended_ = false;
  std::optional<store::ExportCursor> cursor_;  // The next page; empty when all was read.
  std::vector<v1::ResourceState> held_;        // Read, but without room in the page before.
  std::deque<std::string> ids_;                // Single articles that are still to be read.
  bool by_name_ = false;
};

}  // namespace dateline::catalog::feed

#endif  // DATELINE_SERVICES_CATALOG_FEED_EXPORT_READER_H_
