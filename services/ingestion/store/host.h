#ifndef DATELINE_SERVICES_INGESTION_STORE_HOST_H_
#define DATELINE_SERVICES_INGESTION_STORE_HOST_H_

#include <string>

namespace dateline::ingestion::store {

// Host of an address in lower case, with its port if it is not the scheme's own: what is fetched
// from once at a time. Empty if it is no address. Pure.
std::string HostOf(const std::string& url);

// Whether both are addresses of one origin (RFC 6454). Pure.
bool SameOrigin(const std::string& one, const std::string& other);

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_HOST_H_
