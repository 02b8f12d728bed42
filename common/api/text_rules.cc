#include "common/api/text_rules.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/limits.h"
#include "common/text/utf8.h"

namespace dateline::api {
namespace {

using absl::string_view;
using options::v1::Characters;
using options::v1::StringRules;

constexpr size_t kMaxLanguageBytes = 35;  // RFC 5646, section 4.4.1.
constexpr size_t kMaxTimeZoneBytes = 64;  // The longest of IANA's has 32.
constexpr size_t kMaxMediaTypeBytes = 255;

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

bool IsLowerOrDigit(char c) { return absl::ascii_islower(Byte(c)) || absl::ascii_isdigit(Byte(c)); }

bool IsControl(char c) { return Byte(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

// Without a branch for each byte, as bodies are long.
bool HasControls(string_view text) {
  bool found = false;
  for (const char c : text) found |= IsControl(c);
  return found;
}

// Also what ends a line, DEL, U+0080 to U+009F, U+2028 and U+2029.
bool FitsOneLine(string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = Byte(text[i]);
    if (c < 0x20 || c == 0x7F) return false;
    if (c == 0xC2 && i + 1 < text.size() && Byte(text[i + 1]) < 0xA0) return false;
    const string_view rest = text.substr(i);
    if (absl::StartsWith(rest, "\xE2\x80\xA8") || absl::StartsWith(rest, "\xE2\x80\xA9")) {
      return false;
    }
  }
  return true;
}

template <typename Predicate>
bool All(string_view text, Predicate fits) {
  return std::all_of(text.begin(), text.end(), fits);
}

bool IsSlug(string_view text) {
  return All(text, [](char c) { return IsLowerOrDigit(c) || c == '-'; }) && text.front() != '-' &&
         text.back() != '-' && !absl::StrContains(text, "--");
}

Fault FaultOfCharacters(string_view text, Characters characters) {
  if (HasControls(text)) {
    const auto at = std::find_if(text.begin(), text.end(), IsControl);
    return absl::StrCat("must not hold control characters; U+00", absl::Hex(*at, absl::kZeroPad2),
                        " stands at byte ", at - text.begin());
  }
  switch (characters) {
    case options::v1::CHARACTERS_LINE:
      if (FitsOneLine(text)) return std::nullopt;
      return "must be one line, without control characters";
    case options::v1::CHARACTERS_TOKEN:
      if (All(text, [](char c) { return absl::ascii_isgraph(Byte(c)); })) return std::nullopt;
      return "must be printable ASCII without spaces";
    case options::v1::CHARACTERS_IDENTIFIER:
      if (All(text, [](char c) {
            return absl::ascii_isalnum(Byte(c)) || absl::StrContains("-_.:", string_view(&c, 1));
          })) {
        return std::nullopt;
      }
      return "must consist of ASCII letters, digits, hyphens, underscores, full stops and colons";
    case options::v1::CHARACTERS_SLUG:
      if (IsSlug(text)) return std::nullopt;
      return "must consist of lower-case letters and digits with single hyphens between them";
    case options::v1::CHARACTERS_HEX:
      if (All(text, [](char c) { return absl::ascii_isdigit(Byte(c)) || (c >= 'a' && c <= 'f'); }))
        return std::nullopt;
      return "must consist of the hexadecimal digits 0 to 9 and a to f";
    default:
      return std::nullopt;
  }
}

Fault FaultOfLength(string_view text, const StringRules& rules) {
  if (rules.has_max_bytes() && text.size() > rules.max_bytes()) {
    return absl::StrCat("must have at most ", rules.max_bytes(), " bytes and has ", text.size());
  }
  if (!rules.has_max_len() && !rules.has_min_len()) return std::nullopt;
  const uint64_t length = text::CountCodePoints(text);
  if (rules.has_max_len() && length > rules.max_len()) {
    return absl::StrCat("must have at most ", rules.max_len(), " code points and has ", length);
  }
  if (length < rules.min_len()) {
    return absl::StrCat("must have at least ", rules.min_len(), " code points and has ", length);
  }
  return std::nullopt;
}

bool FitsResource(string_view text, string_view form) {
  if (!absl::StrContains(form, '/')) {
    return absl::ConsumePrefix(&text, form) && absl::ConsumePrefix(&text, "/") &&
           IsResourceId(text);
  }
  const std::vector<string_view> wanted = absl::StrSplit(form, '/');
  if (std::count(text.begin(), text.end(), '/') + 1 != static_cast<int64_t>(wanted.size())) {
    return false;
  }
  const std::vector<string_view> parts = absl::StrSplit(text, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool is_id = absl::StartsWith(wanted[i], "{");
    if (is_id ? !IsResourceId(parts[i]) : parts[i] != wanted[i]) return false;
  }
  return true;
}

Fault FaultOfResource(string_view text, const StringRules& rules) {
  for (const std::string& form : rules.resource()) {
    if (FitsResource(text, form)) return std::nullopt;
  }
  const std::string& form = rules.resource(0);
  if (rules.resource_size() == 1 && !absl::StrContains(form, '/')) {
    const string_view id = IsResourceId(text) ? text : form == "topics" ? "harbour" : "example-1";
    return absl::StrCat(form, " are named ", form, "/{id}, for example ", form, "/", id,
                        "; an id has 1 to ", limits::kMaxIdLength,
                        " lower-case letters, digits and hyphens");
  }
  const auto written = [](std::string* out, const std::string& each) {
    absl::StrAppend(out, each, absl::StrContains(each, '/') ? "" : "/{id}");
  };
  return absl::StrCat("must be a name of the form ",
                      absl::StrJoin(rules.resource(), " or ", written));
}

bool IsUri(string_view text) {
  if (text.size() > limits::kMaxUrlBytes) return false;
  if (!All(text, [](char c) { return Byte(c) > 0x20 && Byte(c) != 0x7F; })) return false;
  const size_t end = text.find("://");
  if (end == string_view::npos) return false;
  const string_view scheme = text.substr(0, end);
  if (!absl::EqualsIgnoreCase(scheme, "http") && !absl::EqualsIgnoreCase(scheme, "https")) {
    return false;
  }
  const string_view rest = text.substr(end + 3);
  return !rest.empty() && rest.find_first_of("/?#") != 0;
}

bool IsLanguage(string_view text) {
  if (text.size() > kMaxLanguageBytes) return false;
  bool first = true;
  for (const string_view part : absl::StrSplit(text, '-')) {
    if (part.empty() || part.size() > 8) return false;
    if (!All(part, [first](char c) {
          return first ? absl::ascii_isalpha(Byte(c)) : absl::ascii_isalnum(Byte(c));
        })) {
      return false;
    }
    first = false;
  }
  return true;
}

// Nothing that a file system could take for another place: each part begins with a letter.
bool IsTimeZone(string_view text) {
  if (text.size() > kMaxTimeZoneBytes) return false;
  for (const string_view part : absl::StrSplit(text, '/')) {
    if (part.empty() || !absl::ascii_isalpha(Byte(part[0]))) return false;
    if (!All(part, [](char c) {
          return absl::ascii_isalnum(Byte(c)) || c == '_' || c == '-' || c == '+';
        })) {
      return false;
    }
  }
  return true;
}

bool IsPath(string_view text) {
  return text[0] == '/' && text.size() <= limits::kMaxPathBytes && FitsOneLine(text);
}

bool IsMediaType(string_view text) {
  const size_t slash = text.find('/');
  return text.size() <= kMaxMediaTypeBytes && slash != 0 && slash < text.size() - 1 &&
         All(text, [](char c) { return absl::ascii_isprint(Byte(c)); });
}

Fault FaultOfForm(string_view text, const StringRules& rules) {
  if (rules.uri() && !IsUri(text)) {
    return absl::StrCat("must be an absolute http or https address of at most ",
                        limits::kMaxUrlBytes, " bytes");
  }
  if (rules.language() && !IsLanguage(text)) return "must be a BCP 47 tag, for example en-GB";
  if (rules.time_zone() && !IsTimeZone(text)) {
    return "must be a name of the IANA time zone database, for example Europe/London";
  }
  if (rules.path() && !IsPath(text)) {
    return absl::StrCat("must be a path that begins with /, of at most ", limits::kMaxPathBytes,
                        " bytes, without control characters");
  }
  if (rules.media_type() && !IsMediaType(text)) {
    return "must be a media type, for example application/rss+xml";
  }
  if (rules.in_size() > 0 &&
      std::find(rules.in().begin(), rules.in().end(), text) == rules.in().end()) {
    return absl::StrCat("must be one of ", absl::StrJoin(rules.in(), ", "));
  }
  return std::nullopt;
}

}  // namespace

bool IsResourceId(string_view id) {
  return !id.empty() && id.size() <= static_cast<size_t>(limits::kMaxIdLength) &&
         IsLowerOrDigit(id[0]) && All(id, [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

Fault FaultOfText(string_view text, const StringRules& rules) {
  if (text.empty()) return std::nullopt;
  if (Fault fault = FaultOfLength(text, rules)) return fault;
  if (!text::IsValidUtf8(text)) return "must be UTF-8";
  if (Fault fault = FaultOfCharacters(text, rules.characters())) return fault;
  if (rules.resource_size() > 0) return FaultOfResource(text, rules);
  return FaultOfForm(text, rules);
}

}  // namespace dateline::api
