#include "services/ingestion/decode/xml_repair.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingestion/decode/element_stack.h"
#include "services/ingestion/decode/prolog.h"
#include "services/ingestion/decode/xml_output.h"
#include "services/ingestion/decode/xml_scan.h"
#include "services/ingestion/decode/xml_tags.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;
constexpr string_view kCdataOpen = "<![CDATA[";
constexpr string_view kCdataClose = "]]>";

// How far a declaration that is none ("<![endif]>") may reach.
constexpr size_t kMaxBogusBytes = 256;

// HTML's elements that are never closed, where a feed has unescaped HTML.
bool IsVoid(const StartTag& tag) {
  return tag.name == "br" || tag.name == "hr" || tag.name == "wbr" ||
         (tag.name == "img" && !tag.attributes.empty());
}

class Repairer {
 public:
  explicit Repairer(string_view text) : in_(text), out_(text) {}

  RepairedXml Run() && {
    const Prolog prolog = FindDocument(in_);
    out_.SkipTo(prolog.start);
    if (!prolog.fault.empty()) out_.Fault(prolog.fault);
    while (!out_.done() && !out_.entities().is_bomb()) Step();
    return {std::move(out_.text()), out_.TakeFirstFault(), out_.entities().is_bomb()};
  }

 private:
  void Step() {
    const size_t end = FindSpecial(in_, out_.at());
    if (end > out_.at()) TakeText(end);
    if (out_.done()) return;
    if (in_[out_.at()] == '<') return TakeMarkup();
    if (!stack_.empty()) return out_.TakeSpecial();
    TakeText(out_.at() + 1);
  }

  // Text without anything special; outside the root element it is none of the document's.
  void TakeText(size_t end) {
    if (!stack_.empty()) return out_.CopyTo(end);
    if (SkipXmlSpace(in_.substr(0, end), out_.at()) < end) {
      out_.Fault(root_seen_ ? "text behind the document" : "text before the document");
    }
    out_.SkipTo(end);
  }

  void TakeMarkup() {
    const string_view rest = absl::ClippedSubstr(in_, out_.at(), 16);
    const char kind = rest.size() > 1 ? rest[1] : '\0';
    if (kind == '/') return TakeEndTag();
    if (kind == '?') return TakeInstruction();
    if (kind == '!') {
      if (absl::StartsWith(rest, "<!--")) return TakeComment();
      if (absl::StartsWithIgnoreCase(rest, kCdataOpen)) return TakeCdata();
      if (absl::StartsWithIgnoreCase(rest, "<!doctype")) return TakeDoctype();
      return TakeBogusDeclaration();
    }
    if (!ReadStartTag(in_, out_.at(), &tag_)) return EscapeBracket();
    TakeStartTag();
  }

  void EscapeBracket() {
    out_.Fault("unescaped '<'");
    if (!stack_.empty()) out_.text().append("&lt;");
    out_.SkipTo(out_.at() + 1);
  }

  void TakeStartTag() {
    if (tag_.truncated) {
      out_.Fault("the document ends within a tag");
      return out_.SkipTo(in_.size());
    }
    if (root_seen_ && stack_.empty()) {
      out_.Fault("content behind the document");
      return out_.SkipTo(tag_.end);
    }
    root_seen_ = true;
    std::string fault;
    bool empty = tag_.empty;
    if (!empty && IsVoid(tag_) && !FollowedByItsEnd()) {
      fault = absl::StrCat("unclosed <", tag_.name, ">");
      empty = true;
    }
    const bool keep = stack_.Open(tag_.name, empty, &out_.text(), &fault);
    if (!fault.empty()) out_.Fault(fault);
    if (tag_.damaged) out_.Fault(absl::StrCat("malformed tag <", tag_.name, ">"));
    if (!keep) return out_.SkipTo(tag_.end);
    const bool verbatim = !tag_.damaged && !tag_.has_special && empty == tag_.empty;
    if (verbatim) return out_.CopyTo(tag_.end);
    out_.WriteStartTag(tag_, empty);
  }

  bool FollowedByItsEnd() const {
    return absl::ClippedSubstr(in_, tag_.end, 2) == "</" &&
           absl::ClippedSubstr(in_, tag_.end + 2, NameLength(in_, tag_.end + 2)) == tag_.name;
  }

  void TakeEndTag() {
    const size_t name_at = SkipXmlSpace(in_, out_.at() + 2);
    const size_t length = NameLength(in_, name_at);
    if (length == 0) return EscapeBracket();
    const string_view name = absl::ClippedSubstr(in_, name_at, length);
    size_t end = SkipXmlSpace(in_, name_at + length);
    const bool closed = end < in_.size() && in_[end] == '>';
    if (end >= in_.size()) {
      out_.Fault("the document ends within a tag");
      out_.SkipTo(in_.size());
      return;
    }
    if (!closed) {
      out_.Fault(absl::StrCat("malformed tag </", name, ">"));
      // What else stands in the tag, up to the next one.
      end = in_.find_first_of("<>", end);
      if (end == npos) end = in_.size();
    }
    if (name_at > out_.at() + 2) out_.Fault(absl::StrCat("malformed tag </", name, ">"));
    CloseElement(name);
    out_.SkipTo(end < in_.size() && in_[end] == '>' ? end + 1 : end);
  }

  void CloseElement(string_view name) {
    const bool void_element = name == "br" || name == "hr" || name == "wbr" || name == "img";
    if (stack_.size() == 1 && name == stack_.top() && EntryFollows()) {
      out_.Fault("entries behind the document");
      return;
    }
    std::string fault;
    stack_.Close(name, &out_.text(), &fault);
    if (!fault.empty() && !void_element) out_.Fault(fault);
  }

  // Whether an entry begins behind the present position.
  bool EntryFollows() {
    for (auto& [tag, next] : next_entries_) {
      if (next != npos && next < out_.at()) next = in_.find(tag, out_.at());
    }
    return std::any_of(next_entries_.begin(), next_entries_.end(),
                       [](const auto& entry) { return entry.second != npos; });
  }

  void TakeComment() {
    const size_t close = comment_closed_ ? in_.find("-->", out_.at() + 4) : npos;
    if (close == npos) {
      comment_closed_ = false;
      return EscapeBracket();
    }
    if (absl::ClippedSubstr(in_, out_.at() + 4, close - out_.at() - 4).find("--") != npos)
      out_.Fault("malformed comment");
    out_.SkipTo(close + 3);
  }

  void TakeInstruction() {
    const size_t close = instruction_closed_ ? in_.find("?>", out_.at() + 2) : npos;
    if (close != npos) {
      out_.SkipTo(close + 2);
      return;
    }
    instruction_closed_ = false;
    out_.Fault("unclosed processing instruction");
    const size_t bracket = absl::ClippedSubstr(in_, out_.at(), kMaxBogusBytes).find('>');
    if (bracket == npos) return EscapeBracket();
    out_.SkipTo(out_.at() + bracket + 1);
  }

  // A document type belongs before the root; one alone is read.
  void TakeDoctype() {
    if (!root_seen_ && !doctype_seen_) {
      doctype_seen_ = true;
      const size_t end = out_.entities().ReadDoctype(in_, out_.at());
      if (end < in_.size()) {
        out_.SkipTo(end);
        return;
      }
      out_.Fault("unclosed DOCTYPE");
    }
    TakeBogusDeclaration();
  }

  void TakeBogusDeclaration() {
    out_.Fault("misplaced declaration");
    const size_t bracket = absl::ClippedSubstr(in_, out_.at(), kMaxBogusBytes).find('>');
    if (bracket == npos) return EscapeBracket();
    out_.SkipTo(out_.at() + bracket + 1);
  }

  // Where the end of the CDATA section whose text begins at `begin` stands; npos without one.
  size_t CdataClose(size_t begin) {
    if (next_close_ != npos && next_close_ < begin) next_close_ = in_.find(kCdataClose, begin);
    return next_close_;
  }

  // Where the next section opens. What is searched for begins with a rarer sign than '<'.
  size_t NextCdataOpen(size_t begin) {
    if (next_open_ != npos && next_open_ < begin) {
      next_open_ = in_.find(absl::ClippedSubstr(kCdataOpen, 2), begin);
      if (next_open_ != npos) next_open_ = std::max(begin, next_open_ - 2);
    }
    return next_open_;
  }

  void TakeCdata() {
    size_t begin = out_.at() + kCdataOpen.size();
    // Sections opened directly within this one are this one.
    int nested = 0;
    for (size_t inner = SkipXmlSpace(in_, begin);
         absl::StartsWithIgnoreCase(absl::ClippedSubstr(in_, inner, kCdataOpen.size()), kCdataOpen);
         inner = SkipXmlSpace(in_, begin)) {
      begin = inner + kCdataOpen.size();
      ++nested;
    }
    const size_t close = CdataClose(begin);
    const size_t next_open = NextCdataOpen(begin);
    size_t end = std::min(close, in_.size());
    size_t after = close == npos ? end : close + kCdataClose.size();
    if (!stack_.empty() && (close == npos || next_open < close)) {
      // Another section begins before this one ends: if this one's element ends before that, the
      // section should have, too.
      const string_view upto = in_.substr(0, std::min(next_open, in_.size()));
      const size_t element_end = upto.find(absl::StrCat("</", stack_.top(), ">"), begin);
      if (element_end != npos) end = after = element_end;
    }
    if (after == end) out_.Fault("unclosed CDATA section");
    if (nested > 0) out_.Fault("nested CDATA sections");
    for (; nested > 0; --nested) {
      const size_t outer_close = SkipXmlSpace(in_, after);
      if (absl::ClippedSubstr(in_, outer_close, kCdataClose.size()) != kCdataClose) break;
      after = outer_close + kCdataClose.size();
    }
    if (!stack_.empty()) out_.WriteCdata(begin, end);
    out_.SkipTo(after);
  }

  string_view in_;
  XmlOutput out_;
  StartTag tag_;
  ElementStack stack_;
  bool root_seen_ = false;
  bool doctype_seen_ = false;
  // Whether another end of these may be found: the text is searched to its end but once.
  bool comment_closed_ = true;
  bool instruction_closed_ = true;
  size_t next_close_ = 0;
  size_t next_open_ = 0;
  std::array<std::pair<string_view, size_t>, 2> next_entries_ = {{{"<item", 0}, {"<entry", 0}}};
};

}  // namespace

RepairedXml RepairXml(string_view text) { return Repairer(text).Run(); }

}  // namespace dateline::ingestion::decode
