#include "services/ingestion/decode/sniff.h"

#include <unicode/ucsdet.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/ingestion/decode/encoding_labels.h"
#include "services/ingestion/decode/utf8_census.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;

// Bytes in which zeros are counted.
constexpr size_t kZeroSample = 256;
// Bytes given to the detector by letters.
constexpr size_t kGuessSample = size_t{64} << 10;
// ICU's confidence, in percent, below which its guess is no better than windows-1252.
constexpr int32_t kMinConfidence = 25;

// Where zero bytes stand, counted by position modulo four.
string_view UnicodeByZeros(string_view bytes) {
  const string_view sample = bytes.substr(0, std::min(kZeroSample, bytes.size() & ~size_t{3}));
  if (sample.size() < 4) {
    if (bytes.size() < 2) return "";
    if (bytes[0] != 0 && bytes[1] == 0) return "utf-16le";
    return bytes[0] == 0 && bytes[1] != 0 ? "utf-16be" : "";
  }
  size_t zeros[4] = {};
  for (size_t i = 0; i < sample.size(); ++i) zeros[i % 4] += sample[i] == 0 ? 1 : 0;
  const size_t units = sample.size() / 4;
  const auto most = [&](size_t count) { return count * 10 >= units * 6; };
  const auto few = [&](size_t count) { return count * 10 <= units * 4; };
  if (most(zeros[1]) && most(zeros[2]) && most(zeros[3]) && few(zeros[0])) return "utf-32le";
  if (most(zeros[0]) && most(zeros[1]) && most(zeros[2]) && few(zeros[3])) return "utf-32be";
  if (most(zeros[1]) && most(zeros[3]) && few(zeros[0]) && few(zeros[2])) return "utf-16le";
  if (most(zeros[0]) && most(zeros[2]) && few(zeros[1]) && few(zeros[3])) return "utf-16be";
  return "";
}

UnicodeSign ReadMark(string_view s) {
  if (absl::StartsWith(s, "\xEF\xBB\xBF")) return {"utf-8", 3};
  if (absl::StartsWith(s, string_view("\xFF\xFE\0\0", 4))) return {"utf-32le", 4};
  if (absl::StartsWith(s, string_view("\0\0\xFE\xFF", 4))) return {"utf-32be", 4};
  if (absl::StartsWith(s, "\xFF\xFE")) return {"utf-16le", 2};
  if (absl::StartsWith(s, "\xFE\xFF")) return {"utf-16be", 2};
  return {};
}

// Position of `needle`, which is in lower case, in `s` without regard to case.
size_t FindIgnoringCase(string_view s, string_view needle, size_t from = 0) {
  for (size_t i = from; i + needle.size() <= s.size(); ++i) {
    if (absl::EqualsIgnoreCase(absl::ClippedSubstr(s, i, needle.size()), needle)) return i;
  }
  return npos;
}

// The value behind `name` and '=' in `s`, quoted or not; empty if there is none.
string_view ValueOf(string_view s, string_view name) {
  for (size_t at = FindIgnoringCase(s, name); at != npos; at = FindIgnoringCase(s, name, at + 1)) {
    string_view rest = absl::StripLeadingAsciiWhitespace(absl::ClippedSubstr(s, at + name.size()));
    if (rest.empty() || rest[0] != '=') continue;
    rest = absl::StripLeadingAsciiWhitespace(absl::ClippedSubstr(rest, 1));
    if (rest.empty()) return "";
    if (rest[0] == '"' || rest[0] == '\'') {
      const size_t close = rest.find(rest[0], 1);
      return close == npos ? ""
                           : absl::StripAsciiWhitespace(absl::ClippedSubstr(rest, 1, close - 1));
    }
    return rest.substr(0, rest.find_first_of(" \t\r\n;?>/\"'"));
  }
  return "";
}

bool LooksLikeHtml(string_view start) {
  return FindIgnoringCase(start, "<html") != npos ||
         FindIgnoringCase(start, "<!doctype html") != npos;
}

struct DetectorCloser {
  void operator()(UCharsetDetector* d) const { ucsdet_close(d); }
};

}  // namespace

UnicodeSign SniffUnicode(string_view bytes) {
  UnicodeSign sign = ReadMark(bytes);
  if (sign.mark == 0) return {UnicodeByZeros(bytes)};
  const string_view rest = absl::ClippedSubstr(bytes, sign.mark);
  const string_view by_zeros = UnicodeByZeros(rest);
  // A text of many ideographs has few zeros, but then its bytes are no UTF-8 either.
  const bool zeros_expected = sign.name != "utf-8" && rest.find('\0') == npos &&
                              TakeUtf8Census(rest.substr(0, kZeroSample)).bad == 0;
  if (by_zeros != sign.name && (!by_zeros.empty() || (zeros_expected && !rest.empty()))) {
    sign.name = by_zeros;
    sign.false_mark = true;
  }
  return sign;
}

string_view DeclaredEncoding(string_view s) {
  s = s.substr(0, 1024);
  const size_t start = FindIgnoringCase(s, "<?xml");
  if (start == npos) return "";
  s = absl::ClippedSubstr(s, start, s.find('>', start) - start);
  return ValueOf(s, "encoding");
}

string_view MetaEncoding(string_view s) {
  s = s.substr(0, 4096);
  if (!LooksLikeHtml(s)) return "";
  for (size_t at = FindIgnoringCase(s, "<meta"); at != npos;
       at = FindIgnoringCase(s, "<meta", at + 1)) {
    const string_view tag = absl::ClippedSubstr(s, at, s.find('>', at) - at);
    if (const string_view charset = ValueOf(tag, "charset"); !charset.empty()) return charset;
  }
  return "";
}

bool LooksLikeJson(string_view bytes) {
  bytes = absl::StripLeadingAsciiWhitespace(bytes);
  return !bytes.empty() && (bytes[0] == '{' || bytes[0] == '[');
}

std::string GuessLegacyEncoding(string_view bytes) {
  const size_t first = SkipAscii(bytes, 0);
  const string_view sample =
      absl::ClippedSubstr(bytes, first - std::min<size_t>(first, 64), kGuessSample);
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, DetectorCloser> detector(ucsdet_open(&error));
  if (U_FAILURE(error) != 0) return "";
  ucsdet_enableInputFilter(detector.get(), 1);
  ucsdet_setText(detector.get(), sample.data(), static_cast<int32_t>(sample.size()), &error);
  int32_t count = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &count, &error);
  if (U_FAILURE(error) != 0) return "";
  for (int32_t i = 0; i < count; ++i) {
    error = U_ZERO_ERROR;
    if (ucsdet_getConfidence(matches[i], &error) < kMinConfidence) return "";
    const std::string name = EncodingOfLabel(ucsdet_getName(matches[i], &error));
    if (!name.empty() && name != "replacement" && !absl::StartsWith(name, "utf-")) return name;
  }
  return "";
}

}  // namespace dateline::ingestion::decode
