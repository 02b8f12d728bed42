#include "common/api/resource_digest.h"

#include "common/api/stable_bytes.h"
#include "common/base/fnv.h"

namespace dateline::api {
namespace {

uint64_t DigestOfBytes(const std::string& bytes, const std::string& cluster) {
  if (bytes.empty()) return 0;
  const auto revision = ServedRevision(bytes, cluster);
  return revision.has_value() ? DigestOfRevision(*revision) : Fnv64(bytes);
}

}  // namespace

ResourceDigest DigestOf(const catalog::v1::ResourceState& exported) {
  const catalog::v1::ReplicatedArticle& article = exported.article();
  return {DigestOfState(exported), DigestOfBytes(article.live(), article.cluster()),
          DigestOfBytes(article.scheduled(), article.cluster())};
}

uint64_t DigestOfState(catalog::v1::ResourceState state) {
  state.clear_digest();
  if (state.has_article()) {
    state.mutable_article()->clear_live();
    state.mutable_article()->clear_scheduled();
  }
  return Fnv64(StableBytes(state));
}

uint64_t DigestOfRevision(const content::v1::Article& served) { return Fnv64(StableBytes(served)); }

std::optional<content::v1::Article> ServedRevision(const std::string& bytes,
                                                   const std::string& cluster) {
  content::v1::Article article;
  if (!article.ParseFromString(bytes)) return std::nullopt;
  article.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  article.set_cluster(cluster);
  return article;
}

}  // namespace dateline::api
