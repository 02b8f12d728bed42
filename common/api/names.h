#ifndef DATELINE_COMMON_API_NAMES_H_
#define DATELINE_COMMON_API_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Resource names (AIP-122): a collection and an id, e.g. `topics/kazakhstan`. All functions are
// pure.
namespace dateline::api {

inline constexpr char kPublications[] = "publications";
inline constexpr char kSources[] = "sources";
inline constexpr char kTopics[] = "topics";
inline constexpr char kAuthors[] = "authors";
inline constexpr char kArticles[] = "articles";
inline constexpr char kClusters[] = "clusters";
inline constexpr char kConsumers[] = "consumers";

// True for an id of lower-case letters, digits and hyphens, beginning with a letter or digit, of 1
// to limits::kMaxIdLength characters.
bool IsValidId(absl::string_view id);

// `{collection}/{id}`.
std::string MakeName(absl::string_view collection, absl::string_view id);

// The id in `name`; empty unless `name` is `{collection}/{id}` with a valid id. Points into `name`.
absl::string_view IdInName(absl::string_view collection, absl::string_view name);

// The id in `name`. INVALID_ARGUMENT (INVALID_FIELD, naming `field`) if it is no name of the
// collection.
absl::StatusOr<std::string> ParseName(absl::string_view collection, absl::string_view name,
                                      absl::string_view field);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_NAMES_H_
