#ifndef DATELINE_COMMON_API_RESOURCE_DIGEST_H_
#define DATELINE_COMMON_API_RESOURCE_DIGEST_H_

#include <cstdint>
#include <optional>
#include <string>

#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/article.pb.h"

// What the catalog exports of a resource and what a replica holds of it, in short, so that the two
// can be compared without sending texts to and fro. All pure.
namespace dateline::api {

// 64-bit FNV-1a hashes of the parts of a resource; 0 for a part that it has not.
struct ResourceDigest {
  uint64_t state = 0;      // all but the revisions and the catalog's own digest
  uint64_t live = 0;       // of an article, the revision in force as readers get it
  uint64_t scheduled = 0;  // the same of the scheduled revision
};

// Of a state with its revisions, as ExportResources gives it in view FULL.
ResourceDigest DigestOf(const catalog::v1::ResourceState& exported);

// Of the parts one by one, where the revisions are stored apart.
uint64_t DigestOfState(catalog::v1::ResourceState state);
uint64_t DigestOfRevision(const content::v1::Article& served);

// A revision from its bytes, with what a replica adds to it: only what is published is ever read,
// and the cluster changes without a revision. nullopt if the bytes cannot be read.
std::optional<content::v1::Article> ServedRevision(const std::string& bytes,
                                                   const std::string& cluster);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_RESOURCE_DIGEST_H_
