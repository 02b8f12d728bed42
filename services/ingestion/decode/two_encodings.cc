#include "services/ingestion/decode/two_encodings.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "services/ingestion/decode/sniff.h"
#include "services/ingestion/decode/utf8_census.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;

// So many bytes tell the encoding of texts by their letters.
constexpr size_t kTellingBytes = 12;
// So many sequences of two bytes are none by chance in an alphabet of one byte.
constexpr size_t kTellingSequences = 3;

// Single-byte encodings in which what UTF-8 has for a letter is a letter with an accent and a sign,
// which no word ends in.
constexpr string_view kLatin[] = {"iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-10",
                                  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "iso-8859-16",
                                  "macintosh",    "windows-1250", "windows-1252", "windows-1254",
                                  "windows-1257", "windows-1258"};

// The texts of a document, one after the other, nothing left out.
class TextReader {
 public:
  explicit TextReader(string_view bytes) : bytes_(bytes), is_json_(LooksLikeJson(bytes)) {}

  bool Next(string_view* text) {
    if (at_ >= bytes_.size()) return false;
    const size_t begin = std::exchange(at_, std::min(EndOf(at_), bytes_.size()));
    *text = absl::ClippedSubstr(bytes_, begin, at_ - begin);
    return true;
  }

 private:
  size_t EndOf(size_t begin) const {
    if (is_json_) {
      size_t end = bytes_.find('"', begin + 1);
      while (end != string_view::npos && bytes_[end - 1] == '\\') end = bytes_.find('"', end + 1);
      return end;
    }
    const bool is_cdata = absl::StartsWith(absl::ClippedSubstr(bytes_, begin), "<![CDATA[");
    const size_t close = is_cdata ? bytes_.find("]]>", begin) : string_view::npos;
    return close == string_view::npos ? bytes_.find('<', begin + 1) : close + 3;
  }

  string_view bytes_;
  bool is_json_;
  size_t at_ = 0;
};

// Whether a text of a document in the encoding `name` is UTF-8.
bool IsUtf8Text(string_view text, string_view name) {
  Utf8Census census;
  for (size_t i = SkipAscii(text, 0); i < text.size(); i = SkipAscii(text, i)) {
    const size_t length = Utf8SequenceAt(text, i);
    if (length == 0) return false;
    ++census.sequences;
    if (length > 2) ++census.long_sequences;
    i += length;
  }
  if (census.sequences == 0) return false;
  // Consonants follow each other in Thai.
  if (IsSingleByte(name) && name != "windows-874") {
    return census.long_sequences > 0 || census.sequences >= kTellingSequences ||
           std::find(std::begin(kLatin), std::end(kLatin), name) != std::end(kLatin);
  }
  return census.long_sequences > 1 || Transcode(text, name)->replaced > 0;
}

void Append(const Transcoded& part, Transcoded* to) {
  to->text += part.text;
  to->replaced += part.replaced;
}

// Whether hardly anything of a text that is no UTF-8 is.
bool IsForeign(const Utf8Census& census) { return census.sequences * 2 <= census.bad; }

// The encoding that the letters of the foreign texts tell.
std::string GuessForeign(string_view bytes) {
  std::string sample;
  size_t telling = 0;
  TextReader reader(bytes);
  for (string_view text; reader.Next(&text);) {
    const Utf8Census census = TakeUtf8Census(text);
    if (census.bad == 0 || !IsForeign(census)) continue;
    telling += census.bad;
    sample.append(text.data(), text.size());
  }
  return telling < kTellingBytes ? "" : GuessLegacyEncoding(sample);
}

}  // namespace

std::optional<Transcoded> TranscodeWithUtf8(string_view bytes, string_view name, bool* any_utf8) {
  *any_utf8 = false;
  std::optional<Transcoded> out;
  size_t begin = 0;  // of what is not UTF-8
  TextReader reader(bytes);
  for (string_view text; reader.Next(&text);) {
    if (SkipAscii(text, 0) == text.size() || !IsUtf8Text(text, name)) continue;
    const auto at = static_cast<size_t>(text.data() - bytes.data());
    const std::optional<Transcoded> before =
        Transcode(absl::ClippedSubstr(bytes, begin, at - begin), name);
    if (!before.has_value()) return std::nullopt;
    if (!out.has_value()) out.emplace();
    Append(*before, &*out);
    out->text.append(text.data(), text.size());
    begin = at + text.size();
    *any_utf8 = true;
  }
  std::optional<Transcoded> rest = Transcode(absl::ClippedSubstr(bytes, begin), name);
  if (!out.has_value() || !rest.has_value()) return rest;
  Append(*rest, &*out);
  return out;
}

Transcoded TranscodeMostlyUtf8(string_view bytes, string_view declared) {
  const std::string name = declared.empty() ? GuessForeign(bytes) : std::string(declared);
  const bool pairs_bytes = !name.empty() && !IsSingleByte(name);
  Transcoded out;
  out.text.reserve(bytes.size() + bytes.size() / 8);
  TextReader reader(bytes);
  for (string_view text; reader.Next(&text);) {
    const Utf8Census census = TakeUtf8Census(text);
    if (census.bad == 0) {
      out.text.append(text.data(), text.size());
      continue;
    }
    if (!name.empty() && IsForeign(census)) {
      const std::optional<Transcoded> foreign = Transcode(text, name);
      if (foreign.has_value() && (!pairs_bytes || foreign->replaced == 0)) {
        Append(*foreign, &out);
        continue;
      }
    }
    Append(TranscodeMixed(text, pairs_bytes || declared.empty() ? "windows-1252" : name), &out);
  }
  return out;
}

}  // namespace dateline::ingestion::decode
