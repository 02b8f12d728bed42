#ifndef DATELINE_COMMON_HTML_TRACKERS_H_
#define DATELINE_COMMON_HTML_TRACKERS_H_

#include "absl/strings/string_view.h"

namespace dateline::html {

// True for an address whose host or path is known to count readers or to fill space instead of
// showing a picture. `url` is as CleanAddress gives it. Thread-safe.
bool IsBeacon(absl::string_view url);

// True for an address at which publishing systems keep pictures that stand for a sign of the text,
// emoji and smileys. Thread-safe.
bool IsSmileyAddress(absl::string_view url);

// True if a style says that nothing is to be seen: display: none or visibility: hidden.
// Thread-safe.
bool HidesContent(absl::string_view style);

// True if a style makes a picture at most one pixel wide and high. Thread-safe.
bool IsPixelSize(absl::string_view style);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_TRACKERS_H_
