#ifndef DATELINE_COMMON_HTML_CLEAN_H_
#define DATELINE_COMMON_HTML_CLEAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/limits.h"

namespace dateline::html {

// How links and embeds are treated, and the bounds of the result.
struct CleanOptions {
  // Absolute http(s) address against which relative addresses are resolved; without it they stay
  // relative in the HTML and out of `images` and `links`.
  std::string base_url;
  // Set as `rel` on every link that leads to another document; empty for none. A site that shows
  // what its readers write would add "nofollow ugc".
  std::string link_rel = "noopener noreferrer";
  // Hosts from which https iframes are kept, as "host" or "host/beginning of path"; see
  // DefaultEmbedHosts. They must outlive the call.
  absl::Span<const std::string> embed_hosts;
  // The result never has more bytes than this; what does not fit is left out and `truncated` set.
  size_t max_output_bytes = limits::kMaxBodyBytes;
  // Elements nested deeper lose their tags, not their text.
  int max_depth = 64;
};

// The embed hosts of common video, audio, social, chart and map services; a value for
// CleanOptions::embed_hosts. It lives for ever.
const std::vector<std::string>& DefaultEmbedHosts();

// An image of the text, in its order. Sizes are 0 where unknown.
struct CleanImage {
  std::string url;
  std::string alt;
  int width = 0;
  int height = 0;
};

// What cleaning gives.
struct CleanResult {
  std::string html;                // Canonical: cleaning it again gives the same bytes.
  std::string text;                // Plain text, see plain_text.h.
  int64_t word_count = 0;          // Words of `text`, see common/text/words.h.
  std::vector<CleanImage> images;  // Each absolute address once.
  std::vector<std::string> links;  // Absolute addresses of links, each once.
  bool truncated = false;      // Something was left out for want of bytes or for excessive nesting.
  int dropped_elements = 0;    // Elements that are not on the list, with or without their content.
  int dropped_attributes = 0;  // Attributes that are not on the list or had a value that is not.
  int dropped_trackers = 0;    // Tracking pixels and beacons.
};

// Parses `html` as an HTML5 fragment, keeps what policy.h lists and drops everything else, in one
// pass over the tree. Any bytes are accepted: ill-formed UTF-8 is repaired, a document nested or
// repeated so deeply that parsing it would be out of proportion is reduced to its text.
// Thread-safe.
CleanResult CleanHtml(absl::string_view html, const CleanOptions& options);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_CLEAN_H_
