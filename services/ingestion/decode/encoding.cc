#include "services/ingestion/decode/encoding.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/ingestion/decode/html_entities.h"

namespace dateline::ingestion::decode {
namespace {

struct Label {
  absl::string_view label;
  absl::string_view name;
};

// The labels that are not already ICU's and WHATWG's common name. WHATWG reads Latin 1 and ASCII as
// windows-1252, and so on.
constexpr std::array kLabels = {
    Label{"utf8", "utf-8"},
    Label{"unicode-1-1-utf-8", "utf-8"},
    Label{"x-unicode20utf8", "utf-8"},
    Label{"iso-8859-1", "windows-1252"},
    Label{"iso8859-1", "windows-1252"},
    Label{"iso88591", "windows-1252"},
    Label{"iso_8859-1", "windows-1252"},
    Label{"latin1", "windows-1252"},
    Label{"l1", "windows-1252"},
    Label{"us-ascii", "windows-1252"},
    Label{"ascii", "windows-1252"},
    Label{"ansi_x3.4-1968", "windows-1252"},
    Label{"cp1252", "windows-1252"},
    Label{"x-cp1252", "windows-1252"},
    Label{"cp1250", "windows-1250"},
    Label{"cp1251", "windows-1251"},
    Label{"x-cp1251", "windows-1251"},
    Label{"cp1253", "windows-1253"},
    Label{"cp1254", "windows-1254"},
    Label{"iso-8859-9", "windows-1254"},
    Label{"latin5", "windows-1254"},
    Label{"iso-8859-11", "windows-874"},
    Label{"tis-620", "windows-874"},
    Label{"latin2", "iso-8859-2"},
    Label{"iso8859-2", "iso-8859-2"},
    Label{"iso8859-15", "iso-8859-15"},
    Label{"latin9", "iso-8859-15"},
    Label{"koi8", "koi8-r"},
    Label{"koi8_r", "koi8-r"},
    Label{"gb2312", "gb18030"},
    Label{"gbk", "gb18030"},
    Label{"gb_2312-80", "gb18030"},
    Label{"x-gbk", "gb18030"},
    Label{"chinese", "gb18030"},
    Label{"big5-hkscs", "big5"},
    Label{"cn-big5", "big5"},
    Label{"x-x-big5", "big5"},
    Label{"sjis", "shift_jis"},
    Label{"shift-jis", "shift_jis"},
    Label{"x-sjis", "shift_jis"},
    Label{"windows-31j", "shift_jis"},
    Label{"ms_kanji", "shift_jis"},
    Label{"x-euc-jp", "euc-jp"},
    Label{"ks_c_5601-1987", "euc-kr"},
    Label{"ksc5601", "euc-kr"},
    Label{"korean", "euc-kr"},
    Label{"windows-949", "euc-kr"},
    Label{"utf-16", "utf-16le"},
    Label{"unicode", "utf-16le"},
    Label{"ucs-2", "utf-16le"},
    Label{"iso-10646-ucs-2", "utf-16le"},
};

// ICU's converter for a WHATWG name, where the plain name would be another table.
const char* IcuName(absl::string_view name) {
  if (name == "shift_jis") return "ibm-943_P15A-2003";
  if (name == "euc-kr") return "windows-949-2000";
  if (name == "windows-874") return "windows-874-2000";
  return nullptr;
}

struct ConverterCloser {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

Converter Open(absl::string_view name) {
  UErrorCode error = U_ZERO_ERROR;
  const char* icu = IcuName(name);
  Converter c(ucnv_open(icu != nullptr ? icu : std::string(name).c_str(), &error));
  if (U_FAILURE(error) != 0) c.reset();
  return c;
}

// Length of the valid UTF-8 sequence at `i`, 0 if there is none.
size_t SequenceAt(absl::string_view s, size_t i) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(s[i + k]); };
  const unsigned char b = byte(0);
  if (b < 0x80) return 1;
  const size_t n = b >= 0xC2 && b < 0xE0   ? 2
                   : b >= 0xE0 && b < 0xF0 ? 3
                   : b >= 0xF0 && b < 0xF5 ? 4
                                           : 0;
  if (n == 0 || i + n > s.size()) return 0;
  for (size_t k = 1; k < n; ++k) {
    if ((byte(k) & 0xC0) != 0x80) return 0;
  }
  if ((b == 0xE0 && byte(1) < 0xA0) || (b == 0xED && byte(1) > 0x9F) ||
      (b == 0xF0 && byte(1) < 0x90) || (b == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return n;
}

struct Census {
  size_t multibyte = 0;
  size_t bad = 0;
};

Census CountUtf8(absl::string_view s) {
  Census c;
  for (size_t i = 0; i < s.size();) {
    const size_t n = SequenceAt(s, i);
    c.multibyte += n > 1 ? 1 : 0;
    c.bad += n == 0 ? 1 : 0;
    i += n == 0 ? 1 : n;
  }
  return c;
}

// UTF-8 in which stray bytes are windows-1252: two encodings in one document.
std::string MixedToUtf8(absl::string_view s, bool& replaced) {
  std::string out;
  out.reserve(s.size() + s.size() / 8);
  for (size_t i = 0; i < s.size();) {
    const size_t n = SequenceAt(s, i);
    if (n == 0) {
      const char32_t c = RepairCodePoint(static_cast<unsigned char>(s[i]));
      replaced = replaced || c == 0xFFFD;
      AppendUtf8(c, out);
      ++i;
    } else {
      out.append(s.data() + i, n);
      i += n;
    }
  }
  return out;
}

bool ToUtf8(absl::string_view s, absl::string_view name, std::string& out) {
  const Converter from = Open(name);
  const Converter to = Open("utf-8");
  if (from == nullptr || to == nullptr) return false;
  out.clear();
  std::array<char, 1 << 14> chunk;
  std::array<UChar, 1 << 12> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  const char* source = s.data();
  bool reset = true;
  while (true) {
    UErrorCode error = U_ZERO_ERROR;
    char* target = chunk.data();
    ucnv_convertEx(to.get(), from.get(), &target, chunk.data() + chunk.size(), &source,
                   s.data() + s.size(), pivot.data(), &pivot_source, &pivot_target,
                   pivot.data() + pivot.size(), static_cast<UBool>(reset), 1, &error);
    reset = false;
    out.append(chunk.data(), static_cast<size_t>(target - chunk.data()));
    if (error != U_BUFFER_OVERFLOW_ERROR) return U_FAILURE(error) == 0;
  }
}

// The encoding a byte order mark, or the zero bytes of a '<' without one, gives away.
absl::string_view SniffUnicode(absl::string_view s, size_t& mark) {
  using absl::string_view;
  mark = 0;
  if (absl::StartsWith(s, "\xEF\xBB\xBF")) return mark = 3, "utf-8";
  if (absl::StartsWith(s, string_view("\xFF\xFE\0\0", 4))) return mark = 4, "utf-32le";
  if (absl::StartsWith(s, string_view("\0\0\xFE\xFF", 4))) return mark = 4, "utf-32be";
  if (absl::StartsWith(s, "\xFF\xFE")) return mark = 2, "utf-16le";
  if (absl::StartsWith(s, "\xFE\xFF")) return mark = 2, "utf-16be";
  if (absl::StartsWith(s, string_view("\0\0\0<", 4))) return "utf-32be";
  if (absl::StartsWith(s, string_view("<\0\0\0", 4))) return "utf-32le";
  if (absl::StartsWith(s, string_view("<\0", 2)) || absl::StartsWith(s, string_view("\n\0", 2)) ||
      absl::StartsWith(s, string_view("{\0", 2))) {
    return "utf-16le";
  }
  if (absl::StartsWith(s, string_view("\0<", 2)) || absl::StartsWith(s, string_view("\0\n", 2)) ||
      absl::StartsWith(s, string_view("\0{", 2))) {
    return "utf-16be";
  }
  return "";
}

absl::string_view DeclaredEncoding(absl::string_view s) {
  s = s.substr(0, 1024);
  const size_t start = s.find("<?xml");
  if (start == absl::string_view::npos) return "";
  s = s.substr(start, s.find("?>", start) - start);
  const size_t at = s.find("encoding");
  if (at == absl::string_view::npos) return "";
  s = s.substr(at + 8);
  const size_t open = s.find_first_of("\"'");
  if (open == absl::string_view::npos) return "";
  const size_t close = s.find(s[open], open + 1);
  return close == absl::string_view::npos ? "" : s.substr(open + 1, close - open - 1);
}

void DecodeAs(absl::string_view bytes, absl::string_view name, Decoded& d) {
  const Census census = CountUtf8(bytes);
  const bool wants_utf8 = name.empty() || name == "utf-8";
  if (census.bad == 0 && census.multibyte == 0 && !absl::StartsWith(name, "utf-") &&
      !absl::StartsWith(name, "iso-2022")) {
    d.text = std::string(bytes);
    d.encoding = name.empty() ? "utf-8" : std::string(name);
    return;
  }
  // Non-ASCII text that is valid UTF-8 throughout is that, whatever it claims to be.
  if (census.bad == 0 && !absl::StartsWith(name, "utf-16") && !absl::StartsWith(name, "utf-32") &&
      !absl::StartsWith(name, "iso-2022")) {
    d.text = std::string(bytes);
    d.encoding = "utf-8";
    d.contradicted = !wants_utf8;
    return;
  }
  if (!wants_utf8 && ToUtf8(bytes, name, d.text)) {
    d.encoding = std::string(name);
    d.replaced = absl::StrContains(d.text, "\xEF\xBF\xBD");
    return;
  }
  d.text = MixedToUtf8(bytes, d.replaced);
  d.encoding = census.multibyte > 0 ? "utf-8" : "windows-1252";
  d.contradicted = true;
}

}  // namespace

std::string EncodingOfLabel(absl::string_view label) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(label));
  const auto* it = std::find_if(kLabels.begin(), kLabels.end(),
                                [&](const Label& l) { return l.label == lower; });
  if (it != kLabels.end()) return std::string(it->name);
  if (lower.empty() || lower == "utf-7" || Open(lower) == nullptr) return "";
  return lower;
}

absl::string_view CharsetOf(absl::string_view content_type) {
  size_t at = 0;
  const std::string lower = absl::AsciiStrToLower(content_type);
  at = lower.find("charset=");
  if (at == std::string::npos) return "";
  absl::string_view value = content_type.substr(at + 8);
  value = absl::StripAsciiWhitespace(value.substr(0, value.find(';')));
  while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '"' || value.back() == '\'')) value.remove_suffix(1);
  return value;
}

Decoded Decode(absl::string_view bytes, absl::string_view content_type) {
  Decoded d;
  size_t mark = 0;
  const std::string charset = EncodingOfLabel(CharsetOf(content_type));
  const absl::string_view sniffed = SniffUnicode(bytes, mark);
  const std::string declared = EncodingOfLabel(DeclaredEncoding(bytes));
  std::string name = !sniffed.empty()   ? std::string(sniffed)
                     : !charset.empty() ? charset
                                        : declared;
  // Without zero bytes before it, a readable declaration cannot stand in UTF-16.
  const bool impossible = sniffed.empty() && absl::StartsWith(name, "utf-16");
  if (impossible) name = absl::StartsWith(declared, "utf-16") ? "" : declared;
  DecodeAs(bytes.substr(mark), name, d);
  d.contradicted = d.contradicted || impossible ||
                   (mark > 0 && !declared.empty() && declared.substr(0, 5) != name.substr(0, 5));
  return d;
}

}  // namespace dateline::ingestion::decode
