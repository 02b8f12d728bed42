#include "services/ingestion/decode/transcode.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "services/ingestion/decode/html_entities.h"
#include "services/ingestion/decode/utf8_census.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;

constexpr string_view kReplacement = "\xEF\xBF\xBD";

// ISO 8859-16 from 0xA0 on, which ICU has no table of.
constexpr char16_t kIso8859_16[] = {
    0xA0,  0x104, 0x105, 0x141, 0x20AC, 0x201E, 0x160, 0xA7,  0x161, 0xA9,   0x218, 0xAB,
    0x179, 0xAD,  0x17A, 0x17B, 0xB0,   0xB1,   0x10C, 0x142, 0x17D, 0x201D, 0xB6,  0xB7,
    0x17E, 0x10D, 0x219, 0xBB,  0x152,  0x153,  0x178, 0x17C, 0xC0,  0xC1,   0xC2,  0x102,
    0xC4,  0x106, 0xC6,  0xC7,  0xC8,   0xC9,   0xCA,  0xCB,  0xCC,  0xCD,   0xCE,  0xCF,
    0x110, 0x143, 0xD2,  0xD3,  0xD4,   0x150,  0xD6,  0x15A, 0x170, 0xD9,   0xDA,  0xDB,
    0xDC,  0x118, 0x21A, 0xDF,  0xE0,   0xE1,   0xE2,  0x103, 0xE4,  0x107,  0xE6,  0xE7,
    0xE8,  0xE9,  0xEA,  0xEB,  0xEC,   0xED,   0xEE,  0xEF,  0x111, 0x144,  0xF2,  0xF3,
    0xF4,  0x151, 0xF6,  0x15B, 0x171,  0xF9,   0xFA,  0xFB,  0xFC,  0x119,  0x21B, 0xFF};

constexpr string_view kSingleByteNames[] = {
    "ibm866",       "iso-8859-2",   "iso-8859-3",     "iso-8859-4",     "iso-8859-5",
    "iso-8859-6",   "iso-8859-7",   "iso-8859-8",     "iso-8859-8-i",   "iso-8859-10",
    "iso-8859-13",  "iso-8859-14",  "iso-8859-15",    "iso-8859-16",    "koi8-r",
    "koi8-u",       "macintosh",    "windows-874",    "windows-1250",   "windows-1251",
    "windows-1252", "windows-1253", "windows-1254",   "windows-1255",   "windows-1256",
    "windows-1257", "windows-1258", "x-mac-cyrillic", "x-user-defined",
};

// ICU's converter for a WHATWG name, where the plain name would be another table or none.
string_view IcuName(string_view name) {
  static constexpr std::pair<string_view, string_view> kNames[] = {
      {"shift_jis", "ibm-943_P15A-2003"},
      {"euc-kr", "windows-949-2000"},
      {"windows-874", "windows-874-2000"},
      {"gbk", "gb18030"},
      {"big5", "Big5-HKSCS"},
      {"iso-8859-8-i", "ISO-8859-8"},
  };
  for (const auto& [ours, icu] : kNames) {
    if (ours == name) return icu;
  }
  return name;
}

struct ConverterCloser {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

// Puts U+FFFD in for what cannot be decoded, and counts.
void U_CALLCONV OnBadInput(const void* context, UConverterToUnicodeArgs* args, const char* units,
                           int32_t length, UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  *error = U_ZERO_ERROR;
  // WHATWG's decoder of GBK and gb18030 has the euro sign there, as windows-936 has.
  const bool euro = length == 1 && static_cast<unsigned char>(units[0]) == 0x80 &&
                    ucnv_getType(args->converter) == UCNV_MBCS;
  const UChar put = euro ? 0x20AC : 0xFFFD;
  if (!euro) ++*static_cast<size_t*>(const_cast<void*>(context));
  ucnv_cbToUWriteUChars(args, &put, 1, 0, error);
}

Converter Open(string_view name) {
  UErrorCode error = U_ZERO_ERROR;
  Converter c(ucnv_open(std::string(name).c_str(), &error));
  if (U_FAILURE(error) != 0) c.reset();
  return c;
}

// A character in UTF-8; of no size for a byte that the encoding does not know.
struct Utf8Character {
  std::array<char, 3> bytes;
  unsigned char size;
};

// A single-byte encoding's characters above ASCII.
using ByteTable = std::array<Utf8Character, 128>;

ByteTable MakeByteTable(string_view name) {
  ByteTable table{};
  const Converter converter = Open(IcuName(name));
  for (size_t i = 0; i < table.size(); ++i) {
    char32_t c = 0xFFFD;
    if (name == "iso-8859-16") {
      c = i < 32 ? static_cast<char32_t>(0x80 + i) : kIso8859_16[i - 32];
    } else if (name == "x-user-defined") {
      c = static_cast<char32_t>(0xF780 + i);
    } else if (converter != nullptr) {
      const char byte = static_cast<char>(0x80 + i);
      std::array<UChar, 4> out{};
      UErrorCode error = U_ZERO_ERROR;
      ucnv_toUChars(converter.get(), out.data(), static_cast<int32_t>(out.size()), &byte, 1,
                    &error);
      if (U_SUCCESS(error) && out[0] >= 0x80) c = out[0];
    }
    std::string utf8;
    if (c != 0xFFFD) AppendUtf8(c, utf8);
    table[i].size = static_cast<unsigned char>(utf8.copy(table[i].bytes.data(), 3));
  }
  return table;
}

const ByteTable& TableOf(string_view name) {
  static const auto* const tables = [] {
    auto* made = new absl::flat_hash_map<string_view, ByteTable>;
    for (const string_view each : kSingleByteNames) made->emplace(each, MakeByteTable(each));
    return made;
  }();
  return tables->at(name);
}

void AppendByte(const ByteTable& table, char byte, Transcoded* out) {
  const Utf8Character& character = table[static_cast<unsigned char>(byte) - 0x80u];
  if (character.size > 0) {
    out->text.append(character.bytes.data(), character.size);
  } else {
    out->text.append(kReplacement.data(), kReplacement.size());
    ++out->replaced;
  }
}

Transcoded FromSingleByte(string_view bytes, const ByteTable& table) {
  Transcoded out;
  out.text.reserve(bytes.size() + bytes.size() / 4);
  std::array<char, 4096> chunk;
  size_t size = 0;
  const auto flush = [&] {
    out.text.append(chunk.data(), size);
    size = 0;
  };
  for (const char c : bytes) {
    if (size + 3 > chunk.size()) flush();
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      chunk[size++] = c;
      continue;
    }
    const Utf8Character& character = table[byte - 0x80u];
    if (character.size == 0) {
      flush();
      AppendByte(table, c, &out);
      continue;
    }
    std::memcpy(chunk.data() + size, character.bytes.data(), 3);
    size += character.size;
  }
  flush();
  return out;
}

// Bytes from `i` on that begin a UTF-8 sequence of three or four bytes which is cut off behind its
// second or third one; 0 if there is none.
size_t CutSequenceAt(string_view s, size_t i) {
  const auto lead = static_cast<unsigned char>(s[i]);
  if (lead < 0xE0 || lead > 0xF4) return 0;
  size_t n = 1;
  while (n < 3 && i + n < s.size() && (static_cast<unsigned char>(s[i + n]) & 0xC0) == 0x80) ++n;
  return n > 1 ? n : 0;
}

}  // namespace

bool IsSingleByte(string_view name) {
  return std::find(std::begin(kSingleByteNames), std::end(kSingleByteNames), name) !=
         std::end(kSingleByteNames);
}

std::optional<Transcoded> Transcode(string_view bytes, string_view name) {
  if (IsSingleByte(name)) return FromSingleByte(bytes, TableOf(name));
  const Converter from = Open(IcuName(name));
  const Converter to = Open("utf-8");
  if (from == nullptr || to == nullptr) return std::nullopt;
  Transcoded out;
  UErrorCode error = U_ZERO_ERROR;
  ucnv_setToUCallBack(from.get(), OnBadInput, &out.replaced, nullptr, nullptr, &error);
  if (U_FAILURE(error) != 0) return std::nullopt;
  out.text.reserve(bytes.size() + bytes.size() / 2);
  std::array<char, 1 << 14> chunk;
  std::array<UChar, 1 << 12> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  const char* source = bytes.data();
  bool reset = true;
  while (true) {
    error = U_ZERO_ERROR;
    char* target = chunk.data();
    ucnv_convertEx(to.get(), from.get(), &target, chunk.data() + chunk.size(), &source,
                   bytes.data() + bytes.size(), pivot.data(), &pivot_source, &pivot_target,
                   pivot.data() + pivot.size(), static_cast<UBool>(reset), /*flush=*/1, &error);
    reset = false;
    out.text.append(chunk.data(), static_cast<size_t>(target - chunk.data()));
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(error) != 0) return std::nullopt;
    return out;
  }
}

Transcoded TranscodeMixed(string_view s, string_view stray_name) {
  const bool by_run = IsSingleByte(stray_name) && stray_name != "windows-1252";
  const ByteTable& table = TableOf(by_run ? stray_name : "windows-1252");
  Transcoded out;
  out.text.reserve(s.size() + s.size() / 8);
  for (size_t i = 0; i < s.size();) {
    const size_t run = SkipAscii(s, i);
    out.text.append(s.data() + i, run - i);
    size_t end = run;
    while (end < s.size() && static_cast<unsigned char>(s[end]) >= 0x80) ++end;
    const bool stray_run = by_run && TakeUtf8Census(absl::ClippedSubstr(s, run, end - run)).bad > 0;
    for (i = run; i < end;) {
      const size_t good = stray_run ? 0 : Utf8SequenceAt(s, i);
      const size_t cut = stray_run || good > 0 ? 0 : CutSequenceAt(s, i);
      if (good == 0 && cut == 0) {
        AppendByte(table, s[i++], &out);
        continue;
      }
      if (good > 0) out.text.append(s.data() + i, good);
      if (good == 0) out.text.append(kReplacement.data(), kReplacement.size());
      out.replaced += good == 0 ? 1 : 0;
      i += good > 0 ? good : cut;
    }
  }
  return out;
}

}  // namespace dateline::ingestion::decode
