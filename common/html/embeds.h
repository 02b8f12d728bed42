#ifndef DATELINE_COMMON_HTML_EMBEDS_H_
#define DATELINE_COMMON_HTML_EMBEDS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace dateline::html {

// What every embed is allowed to do: run its player, talk to its own site, open its page in a new
// window, go full screen on another display. Never: navigate the page around it, send forms.
inline constexpr absl::string_view kEmbedSandbox =
    "allow-scripts allow-same-origin allow-popups allow-presentation";

// The https address for an iframe at `address` if its host, without port or user, is one of
// `hosts`; an entry with a path also asks that the address's path begins with it. http is made
// https, which all such hosts speak. Thread-safe.
std::optional<std::string> EmbedAddress(absl::string_view address,
                                        absl::Span<const std::string> hosts);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_EMBEDS_H_
