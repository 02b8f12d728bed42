#include "common/html/anchors.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace dateline::html {
namespace {

using Ids = absl::flat_hash_set<std::string>;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return absl::ascii_tolower(static_cast<unsigned char>(c)) - 'a' + 10;
}

bool IsHexDigit(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)) != 0; }

}  // namespace

absl::string_view WithoutIdPrefix(absl::string_view id) {
  while (absl::ConsumePrefix(&id, kIdPrefix)) {
  }
  return id;
}

std::string TargetOf(absl::string_view fragment) {
  fragment = WithoutIdPrefix(fragment);
  std::string id;
  for (size_t i = 0; i < fragment.size(); ++i) {
    if (fragment[i] == '%' && i + 2 < fragment.size() && IsHexDigit(fragment[i + 1]) &&
        IsHexDigit(fragment[i + 2])) {
      id.push_back(static_cast<char>(HexDigit(fragment[i + 1]) * 16 + HexDigit(fragment[i + 2])));
      i += 2;
    } else {
      id.push_back(fragment[i]);
    }
  }
  return id;
}

void Anchors::AddId(absl::string_view id, size_t begin, size_t end) {
  anchors_.push_back({begin, end, std::string(id), /*is_link=*/false});
}

void Anchors::AddLink(absl::string_view fragment, size_t begin) {
  anchors_.push_back({begin, begin + kIdPrefix.size(), TargetOf(fragment), /*is_link=*/true});
}

void Anchors::CutTo(size_t size) {
  while (!anchors_.empty() && anchors_.back().begin >= size) anchors_.pop_back();
}

std::string Anchors::Settle(std::string html) const {
  if (anchors_.empty()) return html;
  Ids ids;
  Ids targets;
  // Most texts have ids and no links to them.
  const bool has_links =
      std::any_of(anchors_.begin(), anchors_.end(), [](const Anchor& a) { return a.is_link; });
  for (const Anchor& anchor : anchors_) {
    if (has_links) (anchor.is_link ? targets : ids).insert(anchor.id);
  }
  Ids written;
  std::string settled;
  size_t begin = 0;
  for (const Anchor& anchor : anchors_) {
    const bool stays = anchor.is_link
                           ? ids.contains(anchor.id)
                           : targets.contains(anchor.id) && written.insert(anchor.id).second;
    if (stays) continue;
    settled.append(html, begin, anchor.begin - begin);
    begin = anchor.end;
  }
  if (begin == 0) return html;
  return settled.append(html, begin, std::string::npos);
}

}  // namespace dateline::html
