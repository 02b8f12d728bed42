#ifndef DATELINE_COMMON_API_OUTCOME_COUNTS_H_
#define DATELINE_COMMON_API_OUTCOME_COUNTS_H_

#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/ingestion/v1/documents.pb.h"

namespace dateline::api {

// Counts an item that came to `outcome`; what is none of the good ones is a rejection. Pure.
inline void CountOutcome(catalog::v1::UpsertOutcome outcome, ingestion::v1::OutcomeCounts* counts) {
  switch (outcome) {
    case catalog::v1::UPSERT_OUTCOME_CREATED:
      return counts->set_created(counts->created() + 1);
    case catalog::v1::UPSERT_OUTCOME_REVISED:
      return counts->set_revised(counts->revised() + 1);
    case catalog::v1::UPSERT_OUTCOME_UNCHANGED:
      return counts->set_unchanged(counts->unchanged() + 1);
    case catalog::v1::UPSERT_OUTCOME_MERGED:
      return counts->set_merged(counts->merged() + 1);
    case catalog::v1::UPSERT_OUTCOME_PROPOSED:
      return counts->set_proposed(counts->proposed() + 1);
    default:
      return counts->set_rejected(counts->rejected() + 1);
  }
}

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_OUTCOME_COUNTS_H_
