#include "services/ingestion/decode/xml_repair.h"

#include <algorithm>
#include <array>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingestion/decode/html_entities.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;

bool IsPredefined(string_view name) {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

class Repairer {
 public:
  explicit Repairer(string_view text) : in_(text) {}

  RepairedXml Run() && {
    result_.text.reserve(in_.size() + in_.size() / 16);
    SkipJunk();
    while (at_ < in_.size() && !result_.entity_bomb) Step();
    return std::move(result_);
  }

 private:
  void Fault(string_view what) {
    if (result_.first_fault.empty()) result_.first_fault = std::string(what);
  }

  static bool StartsMarkup(string_view s) {
    if (s.size() < 2 || s[0] != '<') return false;
    const char c = s[1];
    return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' || c == ':' || c == '/' ||
           c == '!' || c == '?' || (static_cast<unsigned char>(c) & 0x80) != 0;
  }

  void SkipJunk() {
    size_t start = 0;
    while (start < in_.size() && !StartsMarkup(in_.substr(start))) ++start;
    const string_view junk = in_.substr(0, start);
    at_ = start;
    const bool blank = absl::StripAsciiWhitespace(junk).empty();
    if (!blank) {
      Fault("text before the document");
    } else if (!junk.empty() && absl::StartsWith(in_.substr(start), "<?xml ")) {
      Fault("white space before the XML declaration");
    }
  }

  // Copies up to the next byte that needs a decision.
  void Step() {
    size_t end = at_;
    while (end < in_.size() && !Special(in_[end])) ++end;
    Copy(end);
    if (at_ == in_.size()) return;
    if (in_[at_] == '&') return TakeReference();
    if (in_[at_] == '<') return TakeMarkup();
    TakeControl();
  }

  static bool Special(char c) {
    const auto b = static_cast<unsigned char>(c);
    return c == '&' || c == '<' || b == 0xEF || (b < 0x20 && c != '\n' && c != '\t' && c != '\r');
  }

  void Copy(size_t end) {
    result_.text.append(in_.data() + at_, end - at_);
    at_ = end;
  }

  // A control character, or a byte of U+FFFE and U+FFFF.
  void TakeControl() {
    if (static_cast<unsigned char>(in_[at_]) == 0xEF) {
      const string_view c = in_.substr(at_, 3);
      if (c == "\xEF\xBF\xBE" || c == "\xEF\xBF\xBF") {
        Fault("forbidden character");
        result_.text.append("\xEF\xBF\xBD");
        at_ += 3;
        return;
      }
      Copy(at_ + 1);
      return;
    }
    Fault("control character");
    ++at_;
  }

  void TakeReference() {
    const Reference r = ReadReference(in_.substr(at_));
    if (r.size == 0) {
      Fault("unescaped ampersand");
      result_.text.append("&amp;");
      ++at_;
      return;
    }
    at_ += r.size;
    if (r.name.empty()) {
      if (r.code_point != r.raw_code_point && r.code_point == 0xFFFD) {
        Fault("reference to a forbidden character");
      }
      absl::StrAppend(&result_.text, "&#", static_cast<uint32_t>(r.code_point), ";");
    } else if (IsPredefined(r.name)) {
      absl::StrAppend(&result_.text, "&", r.name, ";");
    } else if (const auto it = entities_.find(std::string(r.name)); it != entities_.end()) {
      Expand(it->second, 0);
    } else if (r.code_point != 0) {
      Fault(absl::StrCat("undefined entity &", r.name, ";"));
      AppendUtf8(r.code_point, result_.text);
    } else {
      Fault(absl::StrCat("undefined entity &", r.name, ";"));
      absl::StrAppend(&result_.text, "&amp;", r.name, ";");
    }
  }

  // Appends an entity's text with its own references expanded. Markup in it is escaped: feeds that
  // declare entities mean characters.
  void Expand(string_view value, int depth) {
    // Every step costs, so that empty entities cannot multiply either.
    expanded_ += value.size() + 16;
    if (depth > 8 || expanded_ > kMaxEntityBytes) {
      result_.entity_bomb = true;
      return;
    }
    for (size_t i = 0; i < value.size() && !result_.entity_bomb;) {
      const Reference r = value[i] == '&' ? ReadReference(value.substr(i)) : Reference{};
      const auto it = r.name.empty() ? entities_.end() : entities_.find(std::string(r.name));
      if (it != entities_.end()) {
        Expand(it->second, depth + 1);
      } else if (r.code_point != 0) {
        absl::StrAppend(&result_.text, "&#", static_cast<uint32_t>(r.code_point), ";");
      } else if (value[i] == '<' || value[i] == '&') {
        result_.text.append(value[i] == '<' ? "&lt;" : "&amp;");
      } else {
        if (static_cast<unsigned char>(value[i]) >= 0x20) result_.text.push_back(value[i]);
      }
      i += it != entities_.end() || r.code_point != 0 ? r.size : 1;
    }
  }

  void TakeMarkup() {
    const string_view rest = in_.substr(at_);
    if (absl::StartsWith(rest, "<![CDATA[")) return CopySection(9, "]]>", "unclosed CDATA section");
    if (absl::StartsWith(rest, "<!--")) return SkipSection(4, "-->", "unclosed comment");
    if (absl::StartsWithIgnoreCase(rest, "<!doctype")) return TakeDoctype();
    if (absl::StartsWith(rest, "<?"))
      return SkipSection(2, "?>", "unclosed processing instruction");
    if (StartsMarkup(rest) && rest[1] != '!') {
      Copy(at_ + 1);
      return;
    }
    Fault("unescaped '<'");
    result_.text.append("&lt;");
    ++at_;
  }

  // Comments and processing instructions carry nothing.
  void SkipSection(size_t open, string_view close, string_view fault) {
    const size_t end = in_.find(close, at_ + open);
    if (end == npos) Fault(fault);
    at_ = end == npos ? in_.size() : end + close.size();
  }

  void CopySection(size_t open, string_view close, string_view fault) {
    const size_t found = in_.find(close, at_ + open);
    const size_t end = found == npos ? in_.size() : found + close.size();
    if (found == npos) Fault(fault);
    for (; at_ < end; ++at_) {
      const auto b = static_cast<unsigned char>(in_[at_]);
      if (b < 0x20 && b != '\n' && b != '\t' && b != '\r') {
        Fault("control character");
      } else if (b == 0xEF &&
                 (in_.substr(at_, 3) == "\xEF\xBF\xBE" || in_.substr(at_, 3) == "\xEF\xBF\xBF")) {
        Fault("forbidden character");
        result_.text.append("\xEF\xBF\xBD");
        at_ += 2;
      } else {
        result_.text.push_back(in_[at_]);
      }
    }
  }

  void TakeDoctype() {
    size_t i = at_;
    bool subset = false;
    char quote = 0;
    for (; i < in_.size(); ++i) {
      const char c = in_[i];
      if (quote != 0) {
        quote = c == quote ? '\0' : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '[') {
        subset = true;
      } else if (c == ']') {
        subset = false;
      } else if (absl::StartsWith(in_.substr(i, 4), "<!--")) {
        i = std::min(in_.find("-->", i), in_.size() - 1);
      } else if (subset && absl::StartsWith(in_.substr(i, 8), "<!ENTITY")) {
        DeclareEntity(in_.substr(i + 8));
      } else if (c == '>' && !subset) {
        break;
      }
    }
    if (i >= in_.size()) Fault("unclosed DOCTYPE");
    at_ = std::min(i + 1, in_.size());
  }

  // `s` follows "<!ENTITY". The first declaration of a name counts (XML 1.0, section 4.2).
  void DeclareEntity(string_view s) {
    s = absl::StripLeadingAsciiWhitespace(s);
    const size_t name_end = s.find_first_of(" \t\r\n");
    if (name_end == npos || s[0] == '%') return;
    const string_view name = s.substr(0, name_end);
    s = absl::StripLeadingAsciiWhitespace(s.substr(name_end));
    if (s.empty()) return;
    string_view value;
    if (s[0] == '"' || s[0] == '\'') {
      const size_t close = s.find(s[0], 1);
      if (close == npos) return;
      value = s.substr(1, close - 1);
    }
    entities_.emplace(std::string(name), std::string(value));
  }

  string_view in_;
  size_t at_ = 0;
  size_t expanded_ = 0;
  std::map<std::string, std::string, std::less<>> entities_;
  RepairedXml result_;
};

}  // namespace

RepairedXml RepairXml(string_view text) { return Repairer(text).Run(); }

}  // namespace dateline::ingestion::decode
