#include "services/query/render/feed.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"

namespace dateline::query::render {

std::string ItemId(const content::v1::Article& article) {
  return absl::StrCat("urn:dateline:articles:", absl::StripPrefix(article.name(), "articles/"));
}

absl::Time UpdateTimeOf(const content::v1::Article& article) {
  const absl::Time published = TimeFromProto(article.publish_time());
  return article.has_modify_time() ? std::max(published, TimeFromProto(article.modify_time()))
                                   : published;
}

}  // namespace dateline::query::render
