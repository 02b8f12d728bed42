#ifndef DATELINE_COMMON_FILTER_ARTICLE_FIELDS_H_
#define DATELINE_COMMON_FILTER_ARTICLE_FIELDS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "common/filter/expression.h"
#include "dateline/content/v1/article.pb.h"

// What published articles can be asked for in a filter: dateline.query.v1.ArticleFilter and
// dateline.catalog.v1.Webhook have the same language.
namespace dateline::filter {

enum class ArticleField {
  kTopic,
  kAuthor,
  kPublication,
  kLanguage,
  kType,
  kLabel,
  kAccess,
  kRightsFlag,
  kHasImage,
  kPublishTime,
};

inline constexpr KnownField kArticleFields[] = {
    Known("topic", ArticleField::kTopic),
    Known("author", ArticleField::kAuthor),
    Known("publication", ArticleField::kPublication),
    Known("language", ArticleField::kLanguage),
    Known("type", ArticleField::kType),
    Known("label", ArticleField::kLabel),
    Known("access", ArticleField::kAccess),
    Known("rights_flag", ArticleField::kRightsFlag),
    Known("has_image", ArticleField::kHasImage, FieldKind::kFlag),
    Known("publish_time", ArticleField::kPublishTime, FieldKind::kTime),
};

// The values of enums stand in filters without these.
inline constexpr absl::string_view kTypePrefix = "ARTICLE_TYPE_";
inline constexpr absl::string_view kAccessPrefix = "ACCESS_";

// The type and the access that a value such as `LIVE` and `PAID` means; nothing for any other.
std::optional<content::v1::ArticleType> TypeOf(absl::string_view value);
std::optional<content::v1::Access> AccessOf(absl::string_view value);

}  // namespace dateline::filter

#endif  // DATELINE_COMMON_FILTER_ARTICLE_FIELDS_H_
