#include "services/ingestion/parse/xml_balance.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;

bool IsBlank(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)) != 0; }

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '_' ||
         c == '-' || c == '.' || (c & 0x80) != 0;
}

bool IsNameStart(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' ||
         (c & 0x80) != 0;
}

bool IsEntry(string_view name) { return name == "item" || name == "entry"; }

class Balancer {
 public:
  explicit Balancer(string_view in) : in_(in) {}

  std::string Run() && {
    out_.reserve(in_.size() + in_.size() / 16);
    while (at_ < in_.size()) {
      const size_t tag = std::min(in_.find('<', at_), in_.size());
      out_.append(in_.data() + at_, tag - at_);
      at_ = tag;
      if (at_ < in_.size()) TakeMarkup();
    }
    return std::move(out_);
  }

 private:
  void TakeMarkup() {
    const string_view rest = in_.substr(at_);
    if (absl::StartsWith(rest, "<![CDATA[")) {
      const size_t end = in_.find("]]>", at_);
      // Unclosed: the text that is left, as text.
      if (end == npos) {
        at_ += 9;
        AppendText(in_.substr(at_));
        at_ = in_.size();
      } else {
        out_.append(rest.data(), end + 3 - at_);
        at_ = end + 3;
      }
    } else if (absl::StartsWith(rest, "</")) {
      TakeEndTag();
    } else if (rest.size() > 1 && IsNameStart(rest[1])) {
      TakeStartTag();
    } else {
      out_.append("&lt;");
      ++at_;
    }
  }

  void AppendText(string_view text) {
    for (const char c : text) {
      if (c == '<') {
        out_.append("&lt;");
      } else if (c == '&') {
        out_.append("&amp;");
      } else {
        out_.push_back(c);
      }
    }
  }

  string_view TakeName() {
    const size_t start = at_;
    while (at_ < in_.size() && IsNameCharacter(in_[at_])) ++at_;
    return in_.substr(start, at_ - start);
  }

  void SkipBlanks() {
    while (at_ < in_.size() && IsBlank(in_[at_])) ++at_;
  }

  void TakeEndTag() {
    at_ += 2;
    const string_view name = TakeName();
    const size_t end = in_.find_first_of("<>", at_);
    at_ = end == npos ? in_.size() : in_[end] == '>' ? end + 1 : end;
    for (size_t n = open_.size(); n > 0; --n) {
      if (open_[n - 1] == name) return CloseTo(n - 1);
      // Nothing within an entry reaches beyond it but the end of what it stands in.
      if (IsEntry(open_[n - 1]) && !EndsFeed(name)) return;
    }
  }

  static bool EndsFeed(string_view name) {
    return IsEntry(name) || name == "channel" || name == "rss" || name == "feed" ||
           absl::EndsWith(name, "RDF");
  }

  void CloseTo(size_t depth) {
    for (; open_.size() > depth; open_.pop_back()) {
      absl::StrAppend(&out_, "</", open_.back(), ">");
    }
  }

  void TakeStartTag() {
    ++at_;
    const string_view name = TakeName();
    if (IsEntry(name)) {
      for (size_t n = open_.size(); n > 0; --n) {
        if (open_[n - 1] == name) CloseTo(n - 1);
      }
    }
    std::string attributes;
    bool closed = false;
    seen_.clear();
    for (;;) {
      SkipBlanks();
      if (at_ >= in_.size() || in_[at_] == '<') break;
      if (in_[at_] == '>') {
        ++at_;
        break;
      }
      if (absl::StartsWith(in_.substr(at_), "/>")) {
        at_ += 2;
        closed = true;
        break;
      }
      if (IsNameCharacter(in_[at_])) {
        TakeAttribute(attributes);
      } else {
        ++at_;
      }
    }
    if (open_.size() >= kMaxDepth) return;
    if (!closed) open_.push_back(name);
    absl::StrAppend(&out_, "<", name, attributes, closed ? "/>" : ">");
  }

  void TakeAttribute(std::string& attributes) {
    const string_view name = TakeName();
    SkipBlanks();
    string_view value;
    if (at_ < in_.size() && in_[at_] == '=') {
      ++at_;
      SkipBlanks();
      value = TakeValue();
    }
    const bool valid = absl::ascii_isdigit(static_cast<unsigned char>(name[0])) == 0 &&
                       name[0] != '-' && name[0] != '.' && name[0] != ':' && name.back() != ':' &&
                       std::count(name.begin(), name.end(), ':') < 2;
    if (!valid || seen_.size() >= kMaxAttributes ||
        std::find(seen_.begin(), seen_.end(), name) != seen_.end()) {
      return;
    }
    seen_.push_back(name);
    absl::StrAppend(&attributes, " ", name, "=\"");
    for (const char c : value) {
      if (c == '<') {
        attributes.append("&lt;");
      } else if (c == '"') {
        attributes.append("&quot;");
      } else {
        attributes.push_back(c);
      }
    }
    attributes.push_back('"');
  }

  string_view TakeValue() {
    if (at_ >= in_.size()) return "";
    const char quote = in_[at_];
    size_t end = 0;
    if (quote == '"' || quote == '\'') {
      ++at_;
      end = in_.find(quote, at_);
      if (end != npos) {
        const string_view value = in_.substr(at_, end - at_);
        at_ = end + 1;
        return value;
      }
    }
    end = std::min(in_.find_first_of(" \t\r\n<>", at_), in_.size());
    string_view value = in_.substr(at_, end - at_);
    if (absl::EndsWith(value, "/") && end < in_.size() && in_[end] == '>') value.remove_suffix(1);
    at_ += value.size();
    return value;
  }

  string_view in_;
  size_t at_ = 0;
  std::string out_;
  std::vector<string_view> open_;
  std::vector<string_view> seen_;
};

}  // namespace

std::string BalanceXml(string_view xml) { return Balancer(xml).Run(); }

bool IsExcessive(string_view xml) {
  size_t depth = 0;
  for (size_t at = xml.find('<'); at != npos; at = xml.find('<', at)) {
    if (absl::StartsWith(xml.substr(at), "<![CDATA[")) {
      at = xml.find("]]>", at);
      if (at == npos) return false;
      continue;
    }
    const size_t end = xml.find('>', at);
    if (end == npos) return false;
    const string_view tag = xml.substr(at, end - at);
    if (tag.size() > kMaxAttributes * 4 &&
        std::count(tag.begin(), tag.end(), '=') > static_cast<std::ptrdiff_t>(kMaxAttributes)) {
      return true;
    }
    if (absl::StartsWith(tag, "</")) {
      depth -= std::min<size_t>(depth, 1);
    } else if (!absl::EndsWith(tag, "/") && ++depth > kMaxDepth) {
      return true;
    }
    at = end;
  }
  return false;
}

}  // namespace dateline::ingestion::parse
