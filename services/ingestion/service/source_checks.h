#ifndef DATELINE_SERVICES_INGESTION_SERVICE_SOURCE_CHECKS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_SOURCE_CHECKS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dateline/ingestion/v1/source.pb.h"
#include "dateline/ingestion/v1/sources.pb.h"
#include "services/ingestion/store/source_store.h"

// What people may write into a source. All functions are pure.
namespace dateline::ingestion::service {

// INVALID_FIELD with all that is wrong with a new source.
absl::Status CheckNewSource(const v1::CreateSourceRequest& request);

// The source as it is stored: with its name, its kind and the defaults of rank and policy.
v1::Source WithDefaults(const v1::CreateSourceRequest& request);

// INVALID_FIELD if the update names fields that are not there, may not be changed, or none.
absl::Status CheckUpdateMask(const v1::UpdateSourceRequest& request);

// What the update makes of the present source (AIP-134: the fields of its mask; without one those
// populated; all for "*", but for credentials, which are set as a whole and only where given or
// named). INVALID_FIELD if that may not be.
absl::StatusOr<store::SourceChange> ApplyUpdate(const v1::UpdateSourceRequest& request,
                                                const v1::Source& present);

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_SOURCE_CHECKS_H_
