#ifndef DATELINE_SERVICES_INGESTION_POLL_HUB_H_
#define DATELINE_SERVICES_INGESTION_POLL_HUB_H_

#include "common/http/request.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::poll {

// The hub and the topic that a fetched feed names (WebSub, section 4): its Link headers count
// before the document. Empty unless both are named and are http or https addresses. Pure.
store::HubOffer FindHub(const http::HttpResponse& response, const v1::Feed& feed);

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_HUB_H_
