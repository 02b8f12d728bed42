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

// A revision as a copy stores it: with what is no part of a revision.
struct UsableRevision {
  dateline::content::v1::Article article;
  std::string why_not;  // In words; empty if it can be used.
};

// Reads a revision's bytes. Pure.
UsableRevision ReadRevision(const std::string& bytes, const std::string& cluster);

// Splits an article. Pure.
CardAndBody SplitArticle(dateline::content::v1::Article article);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_CARD_H_
