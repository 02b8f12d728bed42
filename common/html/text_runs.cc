#include "common/html/text_runs.h"

#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"

namespace dateline::html {
namespace {

using absl::string_view;

constexpr unsigned kFirst = 0xE000;
constexpr unsigned kLast = kFirst + TextRuns::kMost - 1;
constexpr size_t kCharacterBytes = 3;
constexpr char kLead = '\xEE';

// The characters U+E000 to U+EFFF.
constexpr std::array<char, TextRuns::kMost* kCharacterBytes> kCharacters = [] {
  std::array<char, TextRuns::kMost * kCharacterBytes> all{};
  for (size_t i = 0; i < TextRuns::kMost; ++i) {
    all[i * kCharacterBytes] = kLead;
    all[i * kCharacterBytes + 1] = static_cast<char>(0x80 | i >> 6);
    all[i * kCharacterBytes + 2] = static_cast<char>(0x80 | (i & 0x3F));
  }
  return all;
}();

enum class ByteKind : uint8_t {
  kBreak,         // Begins what parsing may change, or a reference.
  kSpace,         // White space, within a run only.
  kInside,        // Any other byte of a run.
  kContinuation,  // Of the character before.
};

// What ParsedValue does not change (text_value.h), and nothing that begins markup.
constexpr std::array<ByteKind, 256> kKinds = [] {
  std::array<ByteKind, 256> table{};
  for (size_t c = 0x21; c < 0x7F; ++c) table[c] = ByteKind::kInside;
  table[' '] = table['\n'] = table['\t'] = ByteKind::kSpace;
  table['&'] = table['<'] = ByteKind::kBreak;
  for (size_t c = 0x80; c < 0xC0; ++c) table[c] = ByteKind::kContinuation;
  for (size_t c = 0xC3; c < 0xEE; ++c) table[c] = ByteKind::kInside;
  return table;
}();

ByteKind KindOf(char c) { return kKinds[static_cast<unsigned char>(c)]; }

// Whether a reference by number is one of the characters that stand for runs.
bool HasReference(string_view html) {
  for (size_t at = html.find("&#"); at != string_view::npos; at = html.find("&#", at + 2)) {
    size_t i = at + 2;
    const bool hex = i < html.size() && (html[i] | 0x20) == 'x';
    i += hex;
    unsigned value = 0;
    for (; i < html.size() && value <= kLast; ++i) {
      const char c = absl::ascii_tolower(static_cast<unsigned char>(html[i]));
      const bool is_digit = c >= '0' && c <= '9';
      if (!is_digit && !(hex && c >= 'a' && c <= 'f')) break;
      value = value * (hex ? 16 : 10) + static_cast<unsigned>(is_digit ? c - '0' : c - 'a' + 10);
    }
    if (value >= kFirst && value <= kLast) return true;
  }
  return false;
}

// The end of the reference that "&" at `at` may begin.
size_t EndOfReference(string_view text, size_t at) {
  ++at;
  while (at < text.size() && (absl::ascii_isalnum(static_cast<unsigned char>(text[at])) != 0 ||
                              text[at] == '#' || text[at] == ';')) {
    ++at;
  }
  return at;
}

// The next run within `text` from `*at` on, which moves behind it; empty if there is none.
string_view NextRun(string_view text, size_t* at) {
  while (*at < text.size()) {
    while (*at < text.size() && KindOf(text[*at]) != ByteKind::kInside) {
      *at = text[*at] == '&' ? EndOfReference(text, *at) : *at + 1;
    }
    const size_t begin = *at;
    size_t end = begin;  // Behind the last byte that is no space.
    for (; *at < text.size() && KindOf(text[*at]) != ByteKind::kBreak; ++*at) {
      if (KindOf(text[*at]) != ByteKind::kSpace) end = *at + 1;
    }
    if (end - begin >= TextRuns::kLeastBytes) return absl::ClippedSubstr(text, begin, end - begin);
  }
  return {};
}

}  // namespace

void TextRuns::Take(string_view html, const std::vector<TagSurvey::Text>& texts,
                    std::vector<TagSurvey::Edit>* edits) {
  runs_.clear();
  if (texts.empty() || html.find(kLead) != string_view::npos || HasReference(html)) return;
  const string_view characters(kCharacters.data(), kCharacters.size());
  for (const auto& [begin, end] : texts) {
    const string_view text = absl::ClippedSubstr(html, begin, end - begin);
    size_t at = 0;
    for (string_view run = NextRun(text, &at); !run.empty(); run = NextRun(text, &at)) {
      if (runs_.size() == kMost) return;
      edits->push_back(
          {static_cast<size_t>(run.data() - html.data()), run.size(),
           absl::ClippedSubstr(characters, runs_.size() * kCharacterBytes, kCharacterBytes)});
      runs_.push_back(run);
    }
  }
}

string_view TextRuns::Restore(string_view text, std::string* copy) const {
  size_t at = runs_.empty() ? string_view::npos : text.find(kLead);
  if (at == string_view::npos) return text;
  copy->clear();
  size_t begin = 0;
  for (; at != string_view::npos; at = text.find(kLead, begin)) {
    copy->append(text.data() + begin, at - begin);
    const string_view character = absl::ClippedSubstr(text, at, kCharacterBytes);
    begin = at + character.size();
    if (character.size() < kCharacterBytes) break;
    const size_t run = static_cast<size_t>(character[1] & 0x3F) << 6 | (character[2] & 0x3F);
    if (run < runs_.size()) copy->append(runs_[run].data(), runs_[run].size());
  }
  copy->append(text.data() + begin, text.size() - begin);
  return *copy;
}

}  // namespace dateline::html
