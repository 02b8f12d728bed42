#include "common/html/attribute.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/html/address.h"
#include "common/html/anchors.h"

namespace dateline::html {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

bool AllOf(absl::string_view text, absl::string_view extra) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::StrContains(extra, absl::string_view(&c, 1));
  });
}

std::optional<std::string> CleanNumber(absl::string_view value, bool dimension) {
  value = absl::StripAsciiWhitespace(value);
  size_t digits = 0;
  while (digits < value.size() && IsDigit(value[digits])) ++digits;
  if (digits == 0 || digits > 6) return std::nullopt;
  const absl::string_view rest = absl::ClippedSubstr(value, digits);
  if (rest.empty()) return std::string(value);
  const bool pixels = absl::EqualsIgnoreCase(rest, "px");
  const bool fraction = rest[0] == '.' && std::all_of(rest.begin() + 1, rest.end(), IsDigit);
  if (!dimension || !(pixels || fraction)) return std::nullopt;
  return std::string(value.substr(0, digits));
}

// "2x", "1.5x" or "640w".
bool IsDescriptor(absl::string_view text) {
  if (text.size() < 2 || text.size() > 8 || !IsDigit(text.front())) return false;
  const char unit = text.back();
  text.remove_suffix(1);
  if (unit == 'w') return std::all_of(text.begin(), text.end(), IsDigit);
  return unit == 'x' && std::count(text.begin(), text.end(), '.') <= 1 && IsDigit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || c == '.'; });
}

// One word of a CSS value: an identifier, a number with unit, a colour, or a colour function.
bool IsPlainCssValue(absl::string_view value) {
  if (value.empty() || value.size() > 128 || !AllOf(value, " #%.,-+()!")) return false;
  const size_t open = value.find('(');
  if (open == absl::string_view::npos) return !absl::StrContains(value, ")");
  const absl::string_view name = value.substr(0, open);
  const size_t close = value.find(')');
  return (name == "rgb" || name == "rgba" || name == "hsl" || name == "hsla") &&
         close != absl::string_view::npos && close > open &&
         value.find_first_of("()", open + 1) == close &&
         value.find_first_of("()", close + 1) == absl::string_view::npos;
}

std::string NonEmptyDeclaration(absl::string_view declaration) {
  const size_t colon = declaration.find(':');
  if (colon == absl::string_view::npos) return "";
  const std::string property =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(declaration.substr(0, colon)));
  std::string value = absl::AsciiStrToLower(
      absl::StripAsciiWhitespace(absl::ClippedSubstr(declaration, colon + 1)));
  std::replace_if(value.begin(), value.end(), IsSpace, ' ');
  if (!IsAllowedCssProperty(property) || !IsPlainCssValue(value)) return "";
  return absl::StrCat(property, ": ", value);
}

}  // namespace

std::string CleanStyle(absl::string_view style) {
  // Escapes, comments and strings have no place in the values that stay, and splitting would need
  // them.
  if (style.find_first_of("\\\"'") != absl::string_view::npos || absl::StrContains(style, "/*")) {
    return "";
  }
  std::string out;
  for (const absl::string_view declaration : absl::StrSplit(style, ';')) {
    const std::string kept = NonEmptyDeclaration(declaration);
    if (!kept.empty()) absl::StrAppend(&out, out.empty() ? "" : "; ", kept);
  }
  return out;
}

std::string CleanSrcset(absl::string_view srcset, absl::string_view base_url) {
  std::string out;
  size_t i = 0;
  while (true) {
    while (i < srcset.size() && (IsSpace(srcset[i]) || srcset[i] == ',')) ++i;
    if (i >= srcset.size()) return out;
    const size_t begin = i;
    while (i < srcset.size() && !IsSpace(srcset[i])) ++i;
    absl::string_view address = absl::ClippedSubstr(srcset, begin, i - begin);
    absl::string_view descriptor;
    if (absl::EndsWith(address, ",")) {
      while (absl::ConsumeSuffix(&address, ",")) {
      }
    } else {
      const size_t end = std::min(srcset.find(',', i), srcset.size());
      descriptor = absl::StripAsciiWhitespace(absl::ClippedSubstr(srcset, i, end - i));
      i = end;
    }
    // As of any resource.
    const std::optional<std::string> url = CleanAttribute(AttributeKind::kUrl, address, base_url);
    if (!url || (!descriptor.empty() && !IsDescriptor(descriptor))) continue;
    absl::StrAppend(&out, out.empty() ? "" : ", ", *url, descriptor.empty() ? "" : " ", descriptor);
  }
}

std::optional<std::string> CleanAttribute(AttributeKind kind, absl::string_view value,
                                          absl::string_view base_url) {
  switch (kind) {
    case AttributeKind::kText:
      return std::string(value);
    case AttributeKind::kInteger: {
      value = absl::StripAsciiWhitespace(value);
      const bool negative = absl::ConsumePrefix(&value, "-");
      std::optional<std::string> number = CleanNumber(value, /*dimension=*/false);
      if (!number || !negative) return number;
      return absl::StrCat("-", *number);
    }
    case AttributeKind::kNumber:
    case AttributeKind::kDimension:
      return CleanNumber(value, kind == AttributeKind::kDimension);
    case AttributeKind::kToken:
      value = absl::StripAsciiWhitespace(value);
      if (value.empty() || value.size() > 64 || !AllOf(value, "-+.:/_ ")) return std::nullopt;
      return std::string(value);
    case AttributeKind::kMediaType:
      value = absl::StripAsciiWhitespace(value);
      if (value.empty() || value.size() > 128 || !AllOf(value, "-+.:/_ ;=,\"")) return std::nullopt;
      return std::string(value);
    case AttributeKind::kLink:
    case AttributeKind::kUrl: {
      const absl::string_view trimmed = absl::StripAsciiWhitespace(value);
      if (!absl::StartsWith(trimmed, "#")) return CleanAddress(trimmed, base_url);
      if (kind == AttributeKind::kUrl) return std::nullopt;
      return std::string(trimmed);
    }
    case AttributeKind::kId: {
      const absl::string_view id = WithoutIdPrefix(absl::StripAsciiWhitespace(value));
      if (id.empty() || id.size() > 128 || std::any_of(id.begin(), id.end(), IsSpace)) {
        return std::nullopt;
      }
      return absl::StrCat(kIdPrefix, id);
    }
    case AttributeKind::kBoolean:
      return std::string();
    case AttributeKind::kDirection: {
      const std::string direction = absl::AsciiStrToLower(absl::StripAsciiWhitespace(value));
      if (direction != "ltr" && direction != "rtl" && direction != "auto") return std::nullopt;
      return direction;
    }
    case AttributeKind::kSrcset:
    case AttributeKind::kStyle: {
      std::string result =
          kind == AttributeKind::kStyle ? CleanStyle(value) : CleanSrcset(value, base_url);
      if (result.empty()) return std::nullopt;
      return result;
    }
  }
  return std::nullopt;
}

}  // namespace dateline::html
