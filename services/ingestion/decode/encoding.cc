#include "services/ingestion/decode/encoding.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/ingestion/decode/encoding_labels.h"
#include "services/ingestion/decode/sniff.h"
#include "services/ingestion/decode/transcode.h"
#include "services/ingestion/decode/two_encodings.h"
#include "services/ingestion/decode/utf8_census.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;

// So many well-formed sequences for each stray byte make a document UTF-8 that declares another
// encoding; one that declares none, or UTF-8, needs half of it. Texts of other encodings have fewer
// by chance: pairs of EUC-KR come to one in five.
constexpr size_t kSequencesPerStray = 2;

// UTF-16 and UTF-32, which no byte of ASCII looks like.
bool IsWide(string_view name) {
  return absl::StartsWith(name, "utf-16") || absl::StartsWith(name, "utf-32");
}

bool IsAsciiLabel(string_view label) {
  label = absl::StripAsciiWhitespace(label);
  return absl::EqualsIgnoreCase(label, "us-ascii") || absl::EqualsIgnoreCase(label, "ascii");
}

// The encoding a label declares; empty for one that cannot be meant or cannot be decoded.
std::string Meant(string_view label) {
  std::string name = EncodingOfLabel(label);
  return name == "replacement" ? "" : name;
}

// What is declared, best first, without what stands twice.
std::vector<std::string> Declarations(string_view bytes, string_view content_type, bool any_high) {
  const string_view declared = DeclaredEncoding(bytes);
  std::vector<std::string> names;
  for (const string_view label :
       {CharsetOf(content_type), declared, declared.empty() ? MetaEncoding(bytes) : ""}) {
    if (any_high && IsAsciiLabel(label)) continue;
    std::string name = Meant(label);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

void Take(Transcoded transcoded, string_view name, Decoded* out) {
  out->text = std::move(transcoded.text);
  out->replaced = transcoded.replaced > 0;
  out->encoding = std::string(name);
}

void TakeUtf8(string_view bytes, Decoded* out) {
  out->text.assign(bytes.data(), bytes.size());
  out->encoding = "utf-8";
}

// Takes the text if the encoding knows it: of East Asian ones most sequences must be characters.
bool TakeAs(string_view name, string_view bytes, const Utf8Census& census, Decoded* out) {
  bool any_utf8 = false;
  std::optional<Transcoded> transcoded =
      census.sequences > 0 ? TranscodeWithUtf8(bytes, name, &any_utf8) : Transcode(bytes, name);
  if (!transcoded.has_value()) return false;
  const size_t high_bytes = census.bad + 2 * census.sequences;
  if (!IsSingleByte(name) && transcoded->replaced * 10 > high_bytes && transcoded->replaced > 1) {
    return false;
  }
  Take(*std::move(transcoded), name, out);
  out->contradicted = out->contradicted || any_utf8;
  return true;
}

// A chance of few two-byte sequences looks like UTF-8 in encodings that pair bytes.
bool IsSurelyUtf8(const Utf8Census& census, string_view declared) {
  if (census.bad > 0) return false;
  if (declared.empty() || declared == "utf-8" || IsSingleByte(declared)) return true;
  return census.long_sequences > 0 || census.sequences > 3;
}

bool IsMostlyUtf8(const Utf8Census& census, string_view declared) {
  const bool expected = declared.empty() || declared == "utf-8";
  return census.sequences >= (expected ? 1 : kSequencesPerStray) * census.bad;
}

// Neither UTF-8 nor wide: one of the declared encodings, a guess, or windows-1252.
void DecodeLegacy(string_view bytes, const std::vector<std::string>& declared,
                  const Utf8Census& census, Decoded* out) {
  for (const std::string& name : declared) {
    if (name == "utf-8") {
      out->contradicted = true;
      continue;
    }
    if (TakeAs(name, bytes, census, out)) return;
    out->contradicted = true;
  }
  if (declared.empty()) out->contradicted = true;  // UTF-8 is the default.
  const std::string guess = GuessLegacyEncoding(bytes);
  if (!guess.empty() && TakeAs(guess, bytes, census, out)) return;
  TakeAs("windows-1252", bytes, census, out);
}

// An encoding in which a byte above ASCII would not show: it shifts with escape sequences.
bool IsShifted(string_view bytes, const std::vector<std::string>& declared) {
  return !declared.empty() && declared.front() == "iso-2022-jp" && absl::StrContains(bytes, '\x1B');
}

void DecodeNarrow(string_view bytes, std::vector<std::string> declared, Decoded* out) {
  const Utf8Census census = TakeUtf8Census(bytes);
  const size_t before = declared.size();
  declared.erase(std::remove_if(declared.begin(), declared.end(), IsWide), declared.end());
  const bool was_wide = declared.size() < before;
  const std::string first = declared.empty() ? "" : declared.front();
  if (IsShifted(bytes, declared)) {
    Take(*Transcode(bytes, first), first, out);
  } else if (census.all_ascii()) {
    TakeUtf8(bytes, out);
    if (!first.empty()) out->encoding = first;
  } else if (IsSurelyUtf8(census, first)) {
    TakeUtf8(bytes, out);
    out->contradicted = !first.empty() && first != "utf-8";
  } else if (census.bad > 0 && IsMostlyUtf8(census, first)) {
    const auto other = std::find_if(declared.begin(), declared.end(),
                                    [](const std::string& name) { return name != "utf-8"; });
    Take(TranscodeMostlyUtf8(bytes, other == declared.end() ? "" : *other), "utf-8", out);
    out->contradicted = true;
  } else {
    DecodeLegacy(bytes, declared, census, out);
  }
  out->contradicted = out->contradicted || was_wide;
}

}  // namespace

string_view CharsetOf(string_view content_type) {
  // Parameters stand behind semicolons (RFC 9110, section 8.3); servers also write commas.
  for (size_t at = content_type.find_first_of(";,"); at != string_view::npos;
       at = content_type.find_first_of(";,", at + 1)) {
    string_view rest = absl::StripLeadingAsciiWhitespace(absl::ClippedSubstr(content_type, at + 1));
    if (!absl::StartsWithIgnoreCase(rest, "charset")) continue;
    rest = absl::StripLeadingAsciiWhitespace(absl::ClippedSubstr(rest, 7));
    if (rest.empty() || rest[0] != '=') continue;
    rest = absl::StripLeadingAsciiWhitespace(absl::ClippedSubstr(rest, 1));
    rest = absl::StripAsciiWhitespace(rest.substr(0, rest.find_first_of(";,")));
    const size_t begin = rest.find_first_not_of("\"'");
    if (begin == string_view::npos) return "";
    return absl::StripAsciiWhitespace(
        absl::ClippedSubstr(rest, begin, rest.find_last_not_of("\"'") + 1 - begin));
  }
  return "";
}

Decoded Decode(string_view bytes, string_view content_type) {
  Decoded out;
  const UnicodeSign sign = SniffUnicode(bytes);
  const string_view body = absl::ClippedSubstr(bytes, sign.mark);
  if (IsWide(sign.name)) {
    Take(*Transcode(body, sign.name), sign.name, &out);
    const std::string declared = Meant(DeclaredEncoding(out.text));
    out.contradicted = sign.false_mark || (!declared.empty() && !IsWide(declared));
    return out;
  }
  const bool any_high = SkipAscii(body, 0) < body.size();
  std::vector<std::string> declared = Declarations(body, content_type, any_high);
  const bool marked = sign.name == "utf-8";
  if (marked || LooksLikeJson(body)) {
    // RFC 8259 knows UTF-8 only; another declaration serves for bytes that are none.
    declared.erase(std::remove(declared.begin(), declared.end(), "utf-8"), declared.end());
    declared.insert(declared.begin(), "utf-8");
  }
  DecodeNarrow(body, std::move(declared), &out);
  const std::string in_document = marked ? Meant(DeclaredEncoding(body)) : "";
  out.contradicted =
      out.contradicted || sign.false_mark || (!in_document.empty() && in_document != "utf-8");
  return out;
}

}  // namespace dateline::ingestion::decode
