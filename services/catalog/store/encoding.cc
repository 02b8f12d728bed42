#include "services/catalog/store/encoding.h"

#include "absl/strings/str_cat.h"
#include "common/base/fnv.h"

namespace dateline::catalog::store {

using content::v1::Article;

std::string EncodeSnapshot(const Article& article) {
  Article snapshot = article;
  snapshot.clear_first_publish_time();
  snapshot.clear_state();
  snapshot.clear_revision();
  snapshot.clear_cluster();
  return snapshot.SerializeAsString();
}

std::string EncodeRowFields(const Article& article) {
  Article row;
  row.set_name(article.name());
  row.set_state(article.state());
  row.set_revision(article.revision());
  row.set_cluster(article.cluster());
  if (article.has_first_publish_time()) {
    *row.mutable_first_publish_time() = article.first_publish_time();
  }
  return row.SerializeAsString();
}

uint64_t Digest64(std::initializer_list<absl::string_view> parts) {
  uint64_t hash = kFnvStart;
  for (const absl::string_view part : parts) hash = FnvField(part, hash);
  return hash;
}

uint64_t ArticleDigest(absl::string_view snapshot, const Article& article,
                       const v1::ArticleRecord& record) {
  v1::ArticleRecord plain = record;
  plain.clear_article();
  plain.clear_etag();
  plain.clear_origins();
  plain.clear_suppressed_topics();
  return Digest64({snapshot, EncodeRowFields(article), plain.SerializeAsString()});
}

std::string MakeEtag(int64_t version, uint64_t digest) {
  return absl::StrCat("\"", version, "-", absl::Hex(digest, absl::kZeroPad16), "\"");
}

void ReduceToBasic(Article* article) {
  article->clear_body_html();
  article->clear_body_text();
  article->clear_media();
  article->clear_cited_links();
  article->clear_notes();
  if (article->images_size() > 1) {
    article->mutable_images()->DeleteSubrange(1, article->images_size() - 1);
  }
}

}  // namespace dateline::catalog::store
