#include "services/ingestion/decode/xml_entities.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/text/utf8.h"
#include "services/ingestion/decode/html_entities.h"
#include "services/ingestion/decode/xml_repair.h"
#include "services/ingestion/decode/xml_scan.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;
constexpr int kMaxDepth = 8;
// What a use of an entity costs beside its text, so that empty ones cannot multiply either.
constexpr size_t kUseBytes = 16;

}  // namespace

size_t XmlEntities::ReadDoctype(string_view text, size_t at) {
  bool subset = false;
  char quote = 0;
  for (size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[') {
      subset = true;
    } else if (c == ']') {
      subset = false;
    } else if (c == '<' && absl::StartsWith(absl::ClippedSubstr(text, i, 4), "<!--")) {
      const size_t end = text.find("-->", i + 4);
      if (end == npos) break;
      i = end + 2;
    } else if (c == '<' && subset &&
               absl::StartsWith(absl::ClippedSubstr(text, i, 8), "<!ENTITY")) {
      Declare(absl::ClippedSubstr(text, i + 8));
    } else if (c == '>' && !subset) {
      return i + 1;
    }
  }
  values_.clear();
  return text.size();
}

void XmlEntities::Declare(string_view s) {
  size_t i = SkipXmlSpace(s, 0);
  const size_t length = NameLength(s, i);
  if (i == 0 || length == 0) return;  // A parameter entity, or nonsense.
  const string_view name = absl::ClippedSubstr(s, i, length);
  i = SkipXmlSpace(s, i + length);
  if (i >= s.size()) return;
  string_view value;
  if (s[i] == '"' || s[i] == '\'') {
    const size_t close = s.find(s[i], i + 1);
    if (close == npos) return;
    value = absl::ClippedSubstr(s, i + 1, close - i - 1);
  }
  // The first declaration of a name counts (XML 1.0, section 4.2); an external one is empty.
  values_.emplace(name, value);
}

bool XmlEntities::Expand(string_view name, std::string* out) {
  const auto found = values_.find(name);
  if (found == values_.end()) return false;
  ExpandValue(found->second, 0, out);
  return true;
}

void XmlEntities::ExpandValue(string_view value, int depth, std::string* out) {
  expanded_ += value.size() + kUseBytes;
  is_bomb_ = is_bomb_ || depth > kMaxDepth || expanded_ > kMaxEntityBytes;
  for (size_t i = 0; i < value.size() && !is_bomb_;) {
    if (value[i] == '&') {
      const Reference r = ReadReference(absl::ClippedSubstr(value, i));
      const auto own = r.name.empty() ? values_.end() : values_.find(r.name);
      if (own != values_.end()) {
        ExpandValue(own->second, depth + 1, out);
        i += r.size;
        continue;
      }
      for (const char32_t c : {r.code_point, r.second}) {
        if (c != 0) absl::StrAppend(out, "&#", static_cast<uint32_t>(c), ";");
      }
      if (r.code_point == 0) out->append("&amp;");
      i += std::max<size_t>(r.code_point == 0 ? 1 : r.size, 1);
      continue;
    }
    const char32_t c = text::NextCodePoint(value, &i);
    if (c == '<' || c == '"') {
      // The quote, because the entity may be used in an attribute.
      out->append(c == '<' ? "&lt;" : "&quot;");
    } else if (c >= 0x20 || IsXmlSpace(static_cast<char>(c))) {
      AppendUtf8(RepairCodePoint(c), *out);
    }
  }
}

}  // namespace dateline::ingestion::decode
