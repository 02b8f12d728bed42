#include "services/query/service/read_options.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/errors/errors.h"
#include "google/protobuf/util/field_mask_util.h"

namespace dateline::query::service {

using google::protobuf::util::FieldMaskUtil;

absl::StatusOr<ReadMask> ReadMask::Of(const google::protobuf::FieldMask& mask) {
  ReadMask read_mask;
  for (int i = 0; i < mask.paths_size(); ++i) {
    const std::string& path = mask.paths(i);
    if (path == "*") {
      if (mask.paths_size() == 1) return read_mask;
      return error::InvalidField(absl::StrCat("read_mask.paths[", i, "]"),
                                 "* stands for all fields and must be alone");
    }
    if (!FieldMaskUtil::IsValidPath<content::v1::Article>(path)) {
      return error::InvalidField(absl::StrCat("read_mask.paths[", i, "]"),
                                 "is no field of an article");
    }
  }
  read_mask.mask_ = mask;
  return read_mask;
}

void ReadMask::Trim(content::v1::Article* article) const {
  if (any()) FieldMaskUtil::TrimMessage(mask_, article);
}

absl::StatusOr<std::string> ReadMask::Trimmed(absl::string_view encoded) const {
  content::v1::Article article;
  if (!article.ParseFromArray(encoded.data(), static_cast<int>(encoded.size()))) {
    return error::Internal("a stored article cannot be read");
  }
  Trim(&article);
  return article.SerializeAsString();
}

std::string EtagOf(absl::string_view head, absl::string_view rest) {
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  XXH3_128bits_update(&state, head.data(), head.size());
  XXH3_128bits_update(&state, rest.data(), rest.size());
  const XXH128_hash_t hash = XXH3_128bits_digest(&state);
  return absl::StrFormat("\"%016x%016x\"", hash.high64, hash.low64);
}

std::function<bool()> StopOf(const RequestContext& call) {
  return [&call] { return call.cancelled() || call.remaining() <= absl::ZeroDuration(); };
}

absl::Duration MaxAgeOf(absl::Time fresh_until, absl::Time now) {
  return std::clamp(fresh_until - now, absl::ZeroDuration(), kMaxAge);
}

absl::Duration MaxAgeOf(const View& view, const FreshUntil& fresh) {
  return view.is_preview() ? absl::ZeroDuration() : MaxAgeOf(fresh.until(), view.now());
}

}  // namespace dateline::query::service
