#include "common/html/escape.h"

#include <array>

#include "absl/strings/match.h"

namespace dateline::html {
namespace {

constexpr Escape kEscapes[] = {
    {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"\xC2\xA0", "&nbsp;"},
};

// First bytes of the characters of kEscapes.
constexpr std::array<bool, 256> kMayBeEscaped = [] {
  std::array<bool, 256> table{};
  for (const Escape& escape : kEscapes) {
    table[static_cast<unsigned char>(escape.character[0])] = true;
  }
  return table;
}();

}  // namespace

const Escape* EscapeFor(absl::string_view text) {
  if (text.empty() || !kMayBeEscaped[static_cast<unsigned char>(text[0])]) return nullptr;
  for (const Escape& escape : kEscapes) {
    if (absl::StartsWith(text, escape.character)) return &escape;
  }
  return nullptr;
}

const Escape* EscapeWritten(absl::string_view text) {
  for (const Escape& escape : kEscapes) {
    if (absl::StartsWith(text, escape.reference)) return &escape;
  }
  return nullptr;
}

void AppendEscaped(absl::string_view text, std::string* out) {
  size_t begin = 0;
  for (size_t i = 0; i < text.size();) {
    if (!kMayBeEscaped[static_cast<unsigned char>(text[i])]) {
      ++i;
      continue;
    }
    const Escape* const escape = EscapeFor(absl::ClippedSubstr(text, i));
    if (escape == nullptr) {
      ++i;
      continue;
    }
    out->append(text.data() + begin, i - begin);
    out->append(escape->reference.data(), escape->reference.size());
    i += escape->character.size();
    begin = i;
  }
  out->append(text.data() + begin, text.size() - begin);
}

}  // namespace dateline::html
