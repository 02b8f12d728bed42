#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_LIST_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/filter/expression.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/content/v1/article.pb.h"

// What a list of articles is asked for, and what it answers.
namespace dateline::catalog::store {

// What a filter asks for, as catalog.v1.ListArticlesRequest says.
enum class ArticleField {
  kState,
  kPublication,
  kTopic,
  kAuthor,
  kLanguage,
  kSource,
  kHasProposal,
  kPublishTime,
  kCreateTime,
  kModifyTime,
};

inline constexpr filter::KnownField kArticleFields[] = {
    filter::Known("state", ArticleField::kState),
    filter::Known("publication", ArticleField::kPublication),
    filter::Known("topic", ArticleField::kTopic),
    filter::Known("author", ArticleField::kAuthor),
    filter::Known("language", ArticleField::kLanguage),
    filter::Known("source", ArticleField::kSource),
    filter::Known("has_proposal", ArticleField::kHasProposal, filter::FieldKind::kFlag),
    filter::Known("publish_time", ArticleField::kPublishTime, filter::FieldKind::kTime),
    filter::Known("create_time", ArticleField::kCreateTime, filter::FieldKind::kTime),
    filter::Known("modify_time", ArticleField::kModifyTime, filter::FieldKind::kTime),
};

// The instants by which articles are listed, each with an index of its own. That of modification is
// when the newest revision was written.
enum class ListInstant { kCreate, kPublish, kModify };
inline constexpr int kListInstants = 3;

// By which instant articles are listed, and whether from the newest.
struct ArticleOrder {
  ListInstant by = ListInstant::kCreate;
  bool falling = true;
};

// A place between two articles of an order: behind the one of this instant and key.
struct ListPlace {
  absl::Time time;
  int64_t key = 0;
};

// What a page of articles is asked for.
struct ArticleList {
  std::string publication;                        // `publications/{id}`; empty for all.
  std::vector<content::v1::ArticleState> states;  // At the instant of the call; none for all.
  std::optional<filter::Expression> expression;   // Over kArticleFields; of the field `filter`.
  ArticleOrder order;
  std::optional<ListPlace> after;  // None for the first page.
  int limit = 0;
  content::v1::ArticleView view = content::v1::ARTICLE_VIEW_BASIC;
};

// A page of articles, which may be short with more behind it.
struct ArticleListPage {
  std::vector<v1::ArticleRecord> records;  // There may be none although there is a next page.
  std::optional<ListPlace> next;           // Where the next page begins, unless this is the last.
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_LIST_H_
