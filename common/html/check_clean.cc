#include "common/html/check_clean.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/html/anchors.h"
#include "common/html/attribute.h"
#include "common/html/escape.h"
#include "common/html/formula.h"
#include "common/html/media.h"
#include "common/html/nesting.h"
#include "common/html/policy.h"
#include "common/html/text_value.h"
#include "common/html/trackers.h"
#include "common/html/writer.h"

namespace dateline::html {
namespace {

// Of a name or value that an error repeats.
constexpr size_t kMaxQuotedBytes = 40;

bool IsNameByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == ':' ||
         c == '.';
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(absl::ClippedSubstr(text, 0, kMaxQuotedBytes)),
                      text.size() > kMaxQuotedBytes ? "...\"" : "\"");
}

absl::Status Fault(size_t at, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("byte ", at, ": ", what));
}

absl::Status Fault(size_t at, absl::string_view what, absl::string_view quoted) {
  return Fault(at, absl::StrCat(what, " ", Quoted(quoted)));
}

// Reads a text once, tag by tag. For one use.
class Check {
 public:
  Check(absl::string_view html, const CleanOptions& options)
      : html_(html), options_(options), open_(options.max_depth) {}

  absl::Status Run();

 private:
  absl::string_view Rest() const { return absl::ClippedSubstr(html_, at_); }
  bool AtEnd() const { return at_ >= html_.size(); }
  absl::string_view ReadName();
  // Reads up to `end` or the end of all; `*value` gets what is written there.
  absl::Status ReadEscaped(char end, std::string* value);
  absl::Status ReadText();
  absl::Status ReadEndTag();
  absl::Status ReadStartTag();
  // Reads the formula that begins at `begin`.
  absl::Status ReadFormula(size_t begin);
  absl::Status ReadAttributes(const ElementRule& element);
  absl::Status ReadAttribute(const ElementRule& element);
  // Reads a link to a place of the text itself, written at `begin`.
  absl::Status ReadFragment(const std::string& href, size_t begin);
  // Whether ids and links to them belong together, see anchors.h.
  absl::Status CheckPlaces() const;
  // Whether the cleaner would keep the element that begins at `begin` with these attributes, and
  // write those that it sets itself just so.
  absl::Status CheckElement(const ElementRule& element, size_t begin);
  ElementAction Finish(const ElementRule& element);

  absl::string_view html_;
  const CleanOptions& options_;
  OpenElements open_;
  size_t at_ = 0;
  bool behind_pre_ = false;  // Directly behind the start tag of a <pre>.
  Attributes attributes_;    // Of the element at hand, those that a document sets …
  Attributes forced_;        // … and those that cleaning sets.
  // Ids and links with and without their prefix, and where each stands first.
  std::map<std::string, size_t, std::less<>> ids_, targets_, no_targets_;
  std::vector<size_t> mute_;  // Depths of open players that have nothing to play yet.
};

absl::Status Check::Run() {
  if (html_.size() > options_.max_output_bytes) {
    return Fault(options_.max_output_bytes, "the text is too long");
  }
  const size_t changed = FindChangedByParsing(html_);
  if (changed != absl::string_view::npos) {
    return Fault(changed, "a control character, a noncharacter or no UTF-8");
  }
  while (!AtEnd()) {
    if (html_[at_] != '<') {
      DATELINE_RETURN_IF_ERROR(ReadText());
    } else if (absl::StartsWith(Rest(), "</")) {
      DATELINE_RETURN_IF_ERROR(ReadEndTag());
    } else {
      DATELINE_RETURN_IF_ERROR(ReadStartTag());
    }
  }
  if (!open_.empty()) return Fault(at_, "no end tag of the element", open_.back().name);
  return CheckPlaces();
}

absl::string_view Check::ReadName() {
  const size_t begin = at_;
  while (!AtEnd() && IsNameByte(html_[at_])) ++at_;
  return absl::ClippedSubstr(html_, begin, at_ - begin);
}

absl::Status Check::ReadEscaped(char end, std::string* value) {
  size_t begin = at_;
  const auto take = [&] {
    if (value != nullptr) value->append(html_.data() + begin, at_ - begin);
  };
  for (; !AtEnd() && html_[at_] != end; ++at_) {
    const Escape* const unescaped = EscapeFor(Rest());
    if (unescaped == nullptr) continue;
    const Escape* const escape = html_[at_] == '&' ? EscapeWritten(Rest()) : nullptr;
    if (escape == nullptr) {
      return Fault(at_, absl::StrCat("a character that is not written as ", unescaped->reference));
    }
    take();
    if (value != nullptr) value->append(escape->character.data(), escape->character.size());
    at_ += escape->reference.size() - 1;
    begin = at_ + 1;
  }
  take();
  return absl::OkStatus();
}

absl::Status Check::ReadText() {
  if (open_.InTablePart()) return Fault(at_, "text directly in the element", open_.back().name);
  // A parser ignores one line feed directly behind <pre>.
  if (behind_pre_ && html_[at_] == '\n' && !absl::StartsWith(Rest(), "\n\n")) {
    return Fault(at_, "a single line feed behind <pre>");
  }
  behind_pre_ = false;
  return ReadEscaped('<', nullptr);
}

absl::Status Check::ReadEndTag() {
  const size_t begin = at_;
  at_ += 2;
  const absl::string_view name = ReadName();
  if (open_.empty() || open_.back().name != name) {
    return Fault(begin, "an end tag that closes nothing", name);
  }
  if (!absl::StartsWith(Rest(), ">")) return Fault(at_, "an end tag with more than its name");
  ++at_;
  if (!mute_.empty() && mute_.back() == open_.size()) {
    return Fault(begin, "a player with nothing to play", name);
  }
  open_.Pop();
  behind_pre_ = false;
  return absl::OkStatus();
}

absl::Status Check::ReadStartTag() {
  const size_t begin = at_++;
  if (AtEnd() || !IsNameByte(html_[at_])) {
    return Fault(begin, "a comment, a declaration or a \"<\" that is not written as &lt;");
  }
  const absl::string_view name = ReadName();
  const ElementRule& element = RuleForElement(name);
  if (element.action != ElementAction::kKeep || element.name != name) {
    return Fault(begin, "an element that is not allowed,", name);
  }
  const bool is_part = element.Has(kFormulaPart) && name != "math";
  if (is_part || !open_.MayOpen(element)) {
    return Fault(begin, "an element that may not stand here or is nested too deeply,", name);
  }
  behind_pre_ = false;
  if (element.Has(kFormulaPart)) return ReadFormula(begin);
  DATELINE_RETURN_IF_ERROR(ReadAttributes(element));
  DATELINE_RETURN_IF_ERROR(CheckElement(element, begin));
  if (element.Has(kVoidElement)) return absl::OkStatus();
  if (name == "iframe") {
    constexpr absl::string_view kEnd = "</iframe>";
    if (!absl::StartsWith(Rest(), kEnd)) return Fault(at_, "an iframe with content");
    at_ += kEnd.size();
    return absl::OkStatus();
  }
  open_.Push(element);
  behind_pre_ = name == "pre";
  return absl::OkStatus();
}

absl::Status Check::ReadFormula(size_t begin) {
  constexpr absl::string_view kEnd = "</math>";
  const size_t end = html_.find(kEnd, begin);
  if (end == absl::string_view::npos ||
      !IsCleanFormula(absl::ClippedSubstr(html_, begin, end + kEnd.size() - begin))) {
    return Fault(begin, "a formula with more than its elements, attributes and text");
  }
  at_ = end + kEnd.size();
  return absl::OkStatus();
}

absl::Status Check::ReadAttributes(const ElementRule& element) {
  attributes_.clear();
  forced_.clear();
  while (absl::StartsWith(Rest(), " ")) {
    ++at_;
    DATELINE_RETURN_IF_ERROR(ReadAttribute(element));
  }
  if (!absl::StartsWith(Rest(), ">")) return Fault(at_, "a start tag that does not end here");
  ++at_;
  return absl::OkStatus();
}

absl::Status Check::ReadAttribute(const ElementRule& element) {
  const size_t begin = at_;
  const absl::string_view name = ReadName();
  const AttributeRule* const rule = RuleForAttribute(element, name);
  const bool forced = rule == nullptr && IsForcedAttribute(element.name, name);
  if (rule == nullptr && !forced) return Fault(begin, "an attribute that is not allowed,", name);
  if (FindAttribute(attributes_, name) != nullptr || FindAttribute(forced_, name) != nullptr) {
    return Fault(begin, "a repeated attribute", name);
  }
  if (!forced && !forced_.empty()) return Fault(begin, "an attribute out of its order,", name);
  if (!absl::StartsWith(Rest(), "=\"")) return Fault(at_, "an attribute without a quoted value");
  at_ += 2;
  std::string value;
  DATELINE_RETURN_IF_ERROR(ReadEscaped('"', &value));
  if (AtEnd()) return Fault(begin, "an attribute whose value does not end,", name);
  ++at_;
  if (element.name == "a" && name == "href" && absl::StartsWith(value, "#")) {
    DATELINE_RETURN_IF_ERROR(ReadFragment(value, begin));
  } else if (!forced) {
    const std::optional<std::string> cleaned = CleanAttribute(rule->kind, value, options_.base_url);
    if (!cleaned || *cleaned != value) {
      return Fault(begin, absl::StrCat("a value that is not allowed, of ", name, ":"), value);
    }
  }
  if (name == "id" && !ids_.emplace(WithoutIdPrefix(value), begin).second) {
    return Fault(begin, "a repeated id", value);
  }
  (forced ? forced_ : attributes_).emplace_back(name, std::move(value));
  return absl::OkStatus();
}

absl::Status Check::ReadFragment(const std::string& href, size_t begin) {
  const absl::string_view fragment = absl::ClippedSubstr(href, 1);
  const absl::string_view bare = WithoutIdPrefix(fragment);
  const bool has_prefix = fragment.size() == bare.size() + kIdPrefix.size() && !bare.empty();
  if (absl::StripAsciiWhitespace(href) != href || (fragment != bare && !has_prefix)) {
    return Fault(begin, "a value that is not allowed, of href:", href);
  }
  // The empty one leads to the beginning.
  if (!bare.empty()) (has_prefix ? targets_ : no_targets_).emplace(TargetOf(bare), begin);
  return absl::OkStatus();
}

absl::Status Check::CheckPlaces() const {
  for (const auto& [id, begin] : ids_) {
    if (!targets_.contains(id)) return Fault(begin, "an id that no link leads to,", id);
  }
  for (const auto& [id, begin] : targets_) {
    if (!ids_.contains(id)) return Fault(begin, "a link to an id that is not there,", id);
  }
  for (const auto& [id, begin] : no_targets_) {
    if (ids_.contains(id)) return Fault(begin, "a link without the prefix of the id", id);
  }
  return absl::OkStatus();
}

ElementAction Check::Finish(const ElementRule& element) {
  if (element.name == "a") return FinishLink(options_.link_rel, &attributes_);
  if (element.name == "iframe") return FinishIframe(options_, &attributes_);
  if (element.Has(kPlayer)) attributes_.emplace_back("controls", "");
  return ElementAction::kKeep;
}

absl::Status Check::CheckElement(const ElementRule& element, size_t begin) {
  const bool media = element.name == "source" || element.name == "track";
  const std::string* const style = FindAttribute(attributes_, "style");
  const absl::string_view styles = style == nullptr ? absl::string_view() : *style;
  if (!media && HidesContent(styles)) return Fault(begin, "a hidden element", element.name);
  const bool has_address = FindAttribute(attributes_, "src") != nullptr;
  if ((media && !HasSource(attributes_)) || (element.name == "img" && !has_address)) {
    return Fault(begin, "an element without an address,", element.name);
  }
  if (element.name == "img" && IsSmileyAddress(*FindAttribute(attributes_, "src"))) {
    return Fault(begin, "a picture that stands for a sign");
  }
  if (element.name == "img" && IsTracker(styles, attributes_)) {
    return Fault(begin, "a picture that counts readers");
  }
  if (element.name == "source" && has_address && !mute_.empty() && mute_.back() == open_.size()) {
    mute_.pop_back();
  }
  if (element.Has(kPlayer) && !HasSource(attributes_)) mute_.push_back(open_.size() + 1);
  const size_t set = attributes_.size();
  const std::string frame =
      element.name == "iframe" && has_address ? *FindAttribute(attributes_, "src") : "";
  if (Finish(element) != ElementAction::kKeep) {
    return Fault(begin, "an element without an address that is allowed,", element.name);
  }
  if (element.name == "iframe" && *FindAttribute(attributes_, "src") != frame) {
    return Fault(begin, "an iframe that is not https");
  }
  if (!std::equal(attributes_.begin() + static_cast<std::ptrdiff_t>(set), attributes_.end(),
                  forced_.begin(), forced_.end())) {
    return Fault(begin, "without the attributes that cleaning sets, an element", element.name);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckClean(absl::string_view html, const CleanOptions& options) {
  return Check(html, options).Run();
}

}  // namespace dateline::html
