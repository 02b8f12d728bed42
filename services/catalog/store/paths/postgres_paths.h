#ifndef DATELINE_SERVICES_CATALOG_STORE_PATHS_POSTGRES_PATHS_H_
#define DATELINE_SERVICES_CATALOG_STORE_PATHS_POSTGRES_PATHS_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

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

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_PATHS_POSTGRES_PATHS_H_
