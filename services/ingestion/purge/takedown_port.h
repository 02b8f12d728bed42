#ifndef DATELINE_SERVICES_INGESTION_PURGE_TAKEDOWN_PORT_H_
#define DATELINE_SERVICES_INGESTION_PURGE_TAKEDOWN_PORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/articles.pb.h"

namespace dateline::ingestion::purge {

// The catalog as one sees it who has to erase what was taken down. Errors are the catalog's own;
// UNAVAILABLE if it cannot be reached. Thread-safe.
class TakedownPort {
 public:
  virtual ~TakedownPort() = default;

  // Makes ingestion, all of its processes together, known as a consumer, or renews its lease.
  virtual absl::Status Register(const RequestContext& context) = 0;
  // A page of the articles that were taken down, with their origins; the first one for an empty
  // token.
  virtual absl::StatusOr<catalog::v1::ListArticlesResponse> ListTakenDown(
      const RequestContext& context, const std::string& page_token) = 0;
  // Says that ingestion has erased an article.
  virtual absl::Status Acknowledge(const RequestContext& context, const std::string& article) = 0;
};

}  // namespace dateline::ingestion::purge

#endif  // DATELINE_SERVICES_INGESTION_PURGE_TAKEDOWN_PORT_H_
