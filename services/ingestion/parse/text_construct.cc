#include "services/ingestion/parse/text_construct.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "services/ingestion/decode/encoding.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

bool IsXml(string_view type) {
  return type == "xhtml" || absl::EndsWith(type, "+xml") || absl::EndsWith(type, "/xml");
}

bool IsMedia(string_view type) {
  return absl::StartsWith(type, "image/") || absl::StartsWith(type, "audio/") ||
         absl::StartsWith(type, "video/");
}

// Only content may be of any media type.
bool IsBase64(const Element& e, string_view type, string_view mode) {
  if (mode == "base64") return true;
  return mode.empty() && absl::EndsWith(e.name(), "content") && absl::StrContains(type, '/') &&
         !absl::StartsWith(type, "text/") && !IsXml(type);
}

bool IsHtml(string_view type, string_view mode, string_view value) {
  if (type == "html" || type == "text/html") return true;
  if (IsXml(type) || (type.empty() && mode == "escaped") || absl::StrContains(type, "octet")) {
    return LooksLikeHtml(value);
  }
  return false;
}

}  // namespace

Text ReadText(Element& e, bool typed) {
  Text t;
  t.value = std::move(e.text);
  e.text.clear();
  absl::StripAsciiWhitespace(&t.value);
  t.is_html = e.has_markup || !typed;
  if (t.is_html || t.value.empty()) return t;
  std::string type = absl::AsciiStrToLower(absl::StripAsciiWhitespace(e.Get("type")));
  type.resize(
      absl::StripTrailingAsciiWhitespace(string_view(type).substr(0, type.find(';'))).size());
  const std::string mode = absl::AsciiStrToLower(e.Get("mode"));
  if (IsBase64(e, type, mode)) {
    std::string compact;
    for (const char c : t.value) {
      if (!absl::ascii_isspace(static_cast<unsigned char>(c))) compact.push_back(c);
    }
    std::string bytes;
    const bool is_base64 = absl::Base64Unescape(compact, &bytes);
    if (IsMedia(type) || !is_base64) {
      // Base64 that nobody can read is no text, but what never said that it is some may be one.
      if (is_base64 || IsMedia(type) || mode == "base64") t.value.clear();
      return t;
    }
    t.value = decode::Decode(bytes, "").text;
    absl::StripAsciiWhitespace(&t.value);
  }
  t.is_html = IsHtml(type, mode, t.value);
  return t;
}

}  // namespace dateline::ingestion::parse
