#ifndef DATELINE_SERVICES_CATALOG_STORE_WRITE_OPTIONS_H_
#define DATELINE_SERVICES_CATALOG_STORE_WRITE_OPTIONS_H_

#include <string>

#include "dateline/content/v1/position.pb.h"

namespace dateline::catalog::store {

// How a write by a person or program shall be done.
struct WriteOptions {
  std::string method;            // The RPC, e.g. `CreateTopic`; for the audit and for request ids.
  std::string request_id = {};   // Empty for none.
  std::string fingerprint = {};  // Hash of the request without its request_id.
  bool validate_only = false;    // Decide and answer, write nothing.
  std::string etag = {};         // That the resource must have (AIP-154); empty for any.
};

// A resource as a write left it, and the place of the write in the change log.
template <typename Message>
struct Written {
  Message message;
  content::v1::LogPosition position;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_WRITE_OPTIONS_H_
