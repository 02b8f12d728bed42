#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_TOPICS_WRITE_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_TOPICS_WRITE_H_

#include <cstdint>
#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/catalog/store/articles/postgres_article_rows.h"
#include "services/catalog/store/log/postgres_log.h"

// The writing half of adding topics to articles; one statement for each table, whatever the number
// of articles.
namespace dateline::catalog::store {

// One article while topics are added to it.
struct TaggedArticle {
  int64_t key = 0;
  std::string name;
  absl::Status refused;
  int64_t version = 0;
  int64_t bytes = 0;
  absl::flat_hash_set<int64_t> has;  // Topics that it has, or that an editor removed.
  std::vector<std::string> wanted;   // That it has not, by name.
  // Once locked and read:
  ArticleRow row;
  std::map<int, content::v1::Article> revisions;  // Contents by number: live, scheduled, latest.
  std::map<int, int> successors;                  // New numbers of revisions.
  std::vector<std::string> added;
};

// Writes the articles that have successors of their revisions, by name: revisions, the article's
// row, the references of the live and the scheduled revision, change rows. `topic_keys` are those
// of the topics that may be added. The position of the last change; an empty one if there is none.
content::v1::LogPosition WriteTaggedArticles(
    pqxx::transaction_base& transaction, const LogContext& log,
    const absl::flat_hash_map<std::string, int64_t>& topic_keys,
    std::map<std::string, TaggedArticle>* articles);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_TOPICS_WRITE_H_
