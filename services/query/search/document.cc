#include "services/query/search/document.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::search {

std::string ArticleTerm(uint64_t article) {
  std::string term = kArticlePrefix;
  replica::AppendNumber(&term, article);
  return term;
}

std::string ListTerm(absl::string_view list) { return absl::StrCat(kListPrefix, list); }

std::vector<std::string> LanguageRanges(absl::string_view tag) {
  std::vector<std::string> ranges;
  for (std::string range = absl::AsciiStrToLower(tag); !range.empty();) {
    ranges.push_back(range);
    const size_t hyphen = range.rfind('-');
    range.resize(hyphen == std::string::npos ? 0 : hyphen);
  }
  return ranges;
}

}  // namespace dateline::query::search
