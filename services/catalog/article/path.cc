#include "services/catalog/article/path.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/text/slug.h"
#include "common/text/time_zone.h"
#include "common/text/utf8.h"

namespace dateline::catalog::article {

std::string MakePath(const content::v1::Publication& publication,
                     const content::v1::Article& article, absl::string_view id) {
  const absl::TimeZone zone =
      text::FindTimeZone(publication.time_zone()).value_or(absl::UTCTimeZone());
  const absl::CivilDay day = absl::ToCivilDay(TimeFromProto(article.publish_time()), zone);
  std::string slug = text::Slugify(article.title());
  if (slug.empty()) slug = std::string(id);
  const std::string& pattern = publication.path_pattern();
  const std::string path = absl::StrReplaceAll(pattern.empty() ? kDefaultPathPattern : pattern,
                                               {{"{year}", absl::StrFormat("%04d", day.year())},
                                                {"{month}", absl::StrFormat("%02d", day.month())},
                                                {"{day}", absl::StrFormat("%02d", day.day())},
                                                {"{slug}", slug},
                                                {"{id}", id}});
  return std::string(text::TruncateUtf8(path, limits::kMaxPathBytes));
}

std::string AlternativePath(absl::string_view path, absl::string_view id, int attempt) {
  const size_t length = std::min<size_t>(id.size(), 4u << attempt);
  const absl::string_view piece = absl::ClippedSubstr(id, id.size() - length);
  const absl::string_view kept = text::TruncateUtf8(path, limits::kMaxPathBytes - 1 - length);
  return absl::StrCat(kept, "-", piece);
}

}  // namespace dateline::catalog::article
