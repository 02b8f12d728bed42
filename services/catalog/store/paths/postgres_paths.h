#ifndef DATELINE_SERVICES_CATALOG_STORE_PATHS_POSTGRES_PATHS_H_
#define DATELINE_SERVICES_CATALOG_STORE_PATHS_POSTGRES_PATHS_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/catalog/store/log/postgres_log.h"

// The paths of articles: each stands once in its publication.
namespace dateline::catalog::store {

// A path that an article without one shall get.
struct WantedPath {
  int64_t article_key = 0;
  std::string id;    // The article's; distinguishes its path where others have the same.
  std::string path;  // Then the one that it got.
};

// Takes a free path in the publication for each of `wanted`: the one that it asks for, or one with
// a piece of its id behind it. False if no free one was found.
bool TakePaths(pqxx::transaction_base& transaction, int64_t publication_key,
               std::vector<WantedPath>* wanted);

// The paths of an article as they are to be.
struct ArticlePaths {
  int64_t article_key = 0;
  int64_t publication_key = 0;
  std::string live;               // That readers use; empty for none.
  std::vector<std::string> held;  // Kept for its revisions to come.
  absl::Time cease_time;          // When what readers used before ceases.
  bool forget = false;            // Nothing leads to the article any more, old paths neither.
};

// Makes the paths of articles what `wanted` says, all at once, so that two can swap theirs: what an
// article had before is remembered and leads to it from now on, or is free if the article has none
// any more; what another article is remembered by can be taken, and leads there until it is used.
// Adds to `*changes` the old paths whose meaning changes. PATH_TAKEN if another article has or
// holds one of them.
absl::Status SettlePaths(pqxx::transaction_base& transaction,
                         const std::vector<ArticlePaths>& wanted, std::vector<ChangeRow>* changes);

// `path`, or one with a piece of `id` behind it if another article has or holds that; as it is now.
std::string FreePath(pqxx::transaction_base& transaction, int64_t publication_key,
                     const std::string& path, const std::string& id);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_PATHS_POSTGRES_PATHS_H_
