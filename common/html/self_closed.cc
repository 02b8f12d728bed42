#include "common/html/self_closed.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::html {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;

// Raw text, players, and what is left out with its content (policy.cc).
constexpr std::array kEndTags = {
    string_view("</audio>"),    string_view("</datalist>"), string_view("</iframe>"),
    string_view("</noembed>"),  string_view("</noframes>"), string_view("</noscript>"),
    string_view("</script>"),   string_view("</select>"),   string_view("</style>"),
    string_view("</template>"), string_view("</textarea>"), string_view("</title>"),
    string_view("</video>"),    string_view("</xmp>"),
};

string_view NameOf(string_view end_tag) {
  return absl::ClippedSubstr(end_tag, 2, end_tag.size() - 3);
}

}  // namespace

string_view SelfClosed::EndTagFor(string_view name, size_t end) {
  static_assert(kEndTags.size() == kElements);
  const auto found = std::find_if(kEndTags.begin(), kEndTags.end(), [name](string_view end_tag) {
    return absl::EqualsIgnoreCase(NameOf(end_tag), name);
  });
  if (found == kEndTags.end()) return "";
  size_t& next_end = next_end_[static_cast<size_t>(found - kEndTags.begin())];
  const string_view end_tag = found->substr(0, found->size() - 1);
  if (next_end != npos && next_end < end) next_end = FindTag(end_tag, end, npos);
  // Another start tag before it would have that end.
  const std::string start_tag = absl::StrCat("<", NameOf(*found));
  const bool is_closed = next_end != npos && FindTag(start_tag, end, next_end) == npos;
  return is_closed ? string_view() : *found;
}

size_t SelfClosed::FindTag(string_view tag, size_t from, size_t limit) const {
  const string_view within = html_.substr(0, limit);
  for (size_t at = within.find('<', from); at != npos; at = within.find('<', at + 1)) {
    if (!absl::StartsWithIgnoreCase(absl::ClippedSubstr(within, at), tag)) continue;
    const string_view after = absl::ClippedSubstr(html_, at + tag.size(), 1);
    const bool ends = after.empty() || after[0] == '/' || after[0] == '>' ||
                      absl::ascii_isspace(static_cast<unsigned char>(after[0])) != 0;
    if (ends) return at;
  }
  return npos;
}

}  // namespace dateline::html
