#ifndef DATELINE_SERVICES_INGESTION_POLL_RECORD_H_
#define DATELINE_SERVICES_INGESTION_POLL_RECORD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/http/request.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/ingestion/v1/fetches.pb.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::poll {

// What came of an exchange and its document.
struct Outcome {
  v1::FetchOutcome outcome = v1::FETCH_OUTCOME_FAILED;
  absl::Status error;
  // Whether the source is to blame for the error, and not the catalog or the end of the call.
  bool blames_source = true;
  http::HttpResponse response;
  v1::Feed feed;                          // of a document that was read
  std::vector<absl::Time> publish_times;  // of its entries
  deliver::Delivered delivered;
  int key_form = 0;
  v1::FetchTrigger trigger = v1::FETCH_TRIGGER_SCHEDULE;
  std::string caller;  // of FETCH_TRIGGER_REQUEST
  absl::Duration crawl_delay;
  std::string document_digest;
  // What the document says of its hub, if hubs are wanted.
  std::optional<store::HubOffer> hub_offer;
};

// What to write down about a fetch from `start` to `end`, and when the next one is due: in the
// interval that the document gave (half an hour before there was one), a tenth longer each time
// that nothing was new, later after errors and where Retry-After asks for it, and slowly while a
// hub announces changes. 410 pauses the source. `jitter` is from 0 to 1. Pure.
store::FetchRecord MakeRecord(const store::StoredSource& stored, const Outcome& outcome,
                              absl::Time start, absl::Time end, double jitter);

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_RECORD_H_
