#ifndef DATELINE_SERVICES_CLI_IMPORT_ARTICLE_JSON_H_
#define DATELINE_SERVICES_CLI_IMPORT_ARTICLE_JSON_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dateline/ingestion/v1/documents.pb.h"

namespace dateline::cli {

// What the field `body` of a line holds.
enum class BodyForm { kText, kHtml, kMarkdown };

// Reads articles out of JSON objects, one a line. Thread-safe.
class ArticleReader {
 public:
  // With the names that fields commonly have; `map` replaces those of some: "topics=tags+places,
  // id=slug". INVALID_ARGUMENT names what is wrong with it.
  static absl::StatusOr<ArticleReader> Create(absl::string_view map, BodyForm body);

  // An article, without source and position. INVALID_ARGUMENT says what is wrong with the line.
  absl::StatusOr<ingestion::v1::IngestArticlesRequest> Read(absl::string_view line) const;

  // The fields and their names, for the help.
  static std::string Describe();

 private:
  explicit ArticleReader(BodyForm body) : body_(body) {}

  const BodyForm body_;
  std::map<std::string, std::vector<std::string>, std::less<>> names_;
};

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_IMPORT_ARTICLE_JSON_H_
