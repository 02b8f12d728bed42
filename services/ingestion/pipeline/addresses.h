#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_ADDRESSES_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_ADDRESSES_H_

#include <set>
#include <string>
#include <vector>

#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/ingestion/v1/source.pb.h"

// What the addresses of a document's entries tell. All functions are pure.
namespace dateline::ingestion::pipeline {

// The canonical address of each entry; empty where there is none.
std::vector<std::string> AddressesOf(const v1::Feed& feed);

// An entry's address for telling it from others. A page may hold several entries, each at its own
// anchor, so the fragment of `link` counts, which a canonical address does not have (RFC 3986,
// 3.5).
std::string OwnLink(const std::string& link, const std::string& canonical);

// Addresses at which entries with different keys stand: pages of several articles, which are
// nobody's own address.
std::set<std::string> SharedAddresses(const std::vector<std::string>& addresses,
                                      const std::vector<std::string>& keys);

// Whether an article of this source may have this canonical address as its own. A source may claim
// addresses of its own host; of others only those that its policy lists. What a document says of
// itself does not count, as anybody may have written it.
bool MayClaim(const std::string& canonical, const v1::Source& source);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_ADDRESSES_H_
