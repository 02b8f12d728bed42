#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_EMBEDS_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_EMBEDS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::wordpress {

// What WordPress shows in the place of an address that stands for what it leads to: the player of a
// video or piece of music at a known host, a file's own player, or else a link. `address` is HTML
// (an ampersand may be written as a reference). Thread-safe.
std::string EmbedOf(absl::string_view address);

// A player for a file, `audio` or `video`, and a video's still, which may be empty.
std::string PlayerOf(absl::string_view element, absl::string_view address,
                     absl::string_view still = "");

// A link that shows its address. Thread-safe.
std::string LinkTo(absl::string_view address);

// "audio", "video" or "image" for the address of such a file by its ending, else empty.
// Thread-safe.
absl::string_view MediumOfAddress(absl::string_view address);

// Whether a text is an http(s) address. Thread-safe.
bool IsAddress(absl::string_view text);

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_EMBEDS_H_
