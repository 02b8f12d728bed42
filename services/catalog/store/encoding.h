#ifndef DATELINE_SERVICES_CATALOG_STORE_ENCODING_H_
#define DATELINE_SERVICES_CATALOG_STORE_ENCODING_H_

#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/content/v1/article.pb.h"

// How resources become bytes. An article's content is stored once for each revision (the snapshot);
// what readers get of its row (state, number, cluster) is encoded apart and put behind it: by the
// rules of Protocol Buffers, two encoded messages one after the other are one message in which the
// later value wins. So bytes are handed on, nothing is rebuilt. All functions are pure.
namespace dateline::catalog::store {

// `article` without what its row says, encoded.
std::string EncodeSnapshot(const content::v1::Article& article);

// What readers get of an article's row, out of `article`, encoded; goes behind a snapshot.
std::string EncodeRowFields(const content::v1::Article& article);

// The FNV-1a hash of fields one after the other.
uint64_t Digest64(std::initializer_list<absl::string_view> parts);

// The digest of an article: the snapshot in force and what its row says, in `article` and `record`;
// without the etag, which is made of it, and without origins and suppressed topics.
uint64_t ArticleDigest(absl::string_view snapshot, const content::v1::Article& article,
                       const v1::ArticleRecord& record);

// An etag (AIP-154) for a version of a resource; after a failover the same version with other
// content has another one.
std::string MakeEtag(int64_t version, uint64_t digest);

// Takes from `*article` what the BASIC view leaves out.
void ReduceToBasic(content::v1::Article* article);

// Sets version, etag and update_time of a publication, topic or author and returns it encoded, with
// its digest in `*digest`.
template <typename Message, typename Timestamp>
std::string EncodeResource(int64_t version, const Timestamp& now, Message* message,
                           uint64_t* digest) {
  if (!message->has_create_time()) *message->mutable_create_time() = now;
  *message->mutable_update_time() = now;
  message->set_version(version);
  message->clear_etag();
  *digest = Digest64({message->SerializeAsString()});
  message->set_etag(MakeEtag(version, *digest));
  return message->SerializeAsString();
}

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ENCODING_H_
