#include "common/filter/article_fields.h"

#include "absl/strings/str_cat.h"

namespace dateline::filter {

std::optional<content::v1::ArticleType> TypeOf(absl::string_view value) {
  content::v1::ArticleType type = content::v1::ARTICLE_TYPE_UNSPECIFIED;
  if (!content::v1::ArticleType_Parse(absl::StrCat(kTypePrefix, value), &type) ||
      type == content::v1::ARTICLE_TYPE_UNSPECIFIED) {
    return std::nullopt;
  }
  return type;
}

std::optional<content::v1::Access> AccessOf(absl::string_view value) {
  content::v1::Access access = content::v1::ACCESS_UNSPECIFIED;
  if (!content::v1::Access_Parse(absl::StrCat(kAccessPrefix, value), &access) ||
      access == content::v1::ACCESS_UNSPECIFIED) {
    return std::nullopt;
  }
  return access;
}

}  // namespace dateline::filter
