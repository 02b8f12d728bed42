#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_BATCH_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_BATCH_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "services/catalog/article/working_article.h"
#include "services/catalog/store/log/postgres_log.h"

namespace dateline::catalog::store {

// The articles that one transaction works at. Every write goes the same way, whoever asks for it:
// the keys are found, LockArticles locks and reads, a pure decision (services/catalog/article)
// changes the articles, WriteArticles writes those that were changed.
struct ArticleBatch {
  LogContext log;
  std::string editor;  // Of the revisions that are written: a source, a program, a person.
  std::string reason;  // Of those that have none of their own; may be empty.
  std::string caller;  // Who calls,
  std::string method;  // and what, for the audit; empty where others keep it.
  absl::flat_hash_map<std::string, int64_t> topic_keys;   // By name, of those that exist.
  absl::flat_hash_map<std::string, int64_t> author_keys;  // By name, of those that exist.
  // What merged topics and authors stand for, of those that were looked up, by name.
  absl::flat_hash_map<std::string, std::string> merged;
  std::map<int64_t, article::WorkingArticle> articles;  // In the order of keys.

  bool writes() const {
    return std::any_of(articles.begin(), articles.end(),
                       [](const auto& entry) { return entry.second.written(); });
  }
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_BATCH_H_
