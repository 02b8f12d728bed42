#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_CARD_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_CARD_H_

#include <string>

#include "dateline/content/v1/article.pb.h"

namespace dateline::query::replica {

// An article in the two pieces in which it is stored. Both are encodings of Article, and protobuf
// merges what is concatenated: card + body is the FULL view, the card alone the BASIC view.
struct CardAndBody {
  std::string card;
  std::string body;
};

// Splits an article. Pure.
CardAndBody SplitArticle(dateline::content::v1::Article article);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_CARD_H_
