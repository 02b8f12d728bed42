#ifndef DATELINE_SERVICES_QUERY_SERVICE_CACHE_TAGS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_CACHE_TAGS_H_

#include <string>

#include "google/protobuf/message.h"

namespace dateline::query::service {

// The metadata key by which a caller asks for cache tags (with any value), and under which they are
// answered.
inline constexpr char kCacheTagsKey[] = "dateline-cache-tags";
// What they may have in all; gRPC's peers take 8 KiB of metadata.
inline constexpr size_t kMaxCacheTagBytes = 2'048;

// What an answer depends on, so that whoever keeps it knows when to drop it: the names of the
// resources that it holds, and of those that the request asks for, separated by spaces, each once.
// An answer to a request that names none depends on any article, which the tag `articles` says.
// Where there is no room for names, those of a collection give way to the collection (`topics`),
// articles first. Holds nothing that is not in the request or the answer. Pure.
std::string CacheTagsOf(const google::protobuf::Message& request,
                        const google::protobuf::Message& response);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_CACHE_TAGS_H_
