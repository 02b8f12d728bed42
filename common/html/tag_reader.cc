#include "common/html/tag_reader.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace dateline::html {
namespace {

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }
bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

size_t FindOrEnd(absl::string_view html, absl::string_view what, size_t from) {
  const size_t found = html.find(what, from);
  return found == absl::string_view::npos ? html.size() : found + what.size();
}

}  // namespace

bool TagReader::Next(bool in_foreign) {
  cdata_.clear();
  while (true) {
    const size_t open = html_.find('<', position_);
    if (open == absl::string_view::npos || open + 1 >= html_.size()) return false;
    position_ = open + 1;
    const char c = html_[position_];
    is_end_tag_ = c == '/';
    if (c == '!' || c == '?') {
      SkipMarkup(in_foreign);
      continue;
    }
    size_t name = position_ + is_end_tag_;
    if (name >= html_.size()) return false;
    if (!IsLetter(html_[name])) {
      // "</" before anything else begins a comment up to ">"; a lone "<" is text.
      if (is_end_tag_) position_ = FindOrEnd(html_, ">", position_);
      continue;
    }
    begin_ = open;
    position_ = name;
    while (position_ < html_.size() && !IsSpace(html_[position_]) && html_[position_] != '/' &&
           html_[position_] != '>') {
      ++position_;
    }
    name_ = absl::ClippedSubstr(html_, name, position_ - name);
    ReadAttributes();
    return true;
  }
}

void TagReader::SkipMarkup(bool in_foreign) {
  const absl::string_view rest = absl::ClippedSubstr(html_, position_);
  if (in_foreign && absl::StartsWith(rest, "![CDATA[")) {
    const size_t begin = position_ - 1;
    position_ = FindOrEnd(html_, "]]>", position_);
    cdata_.push_back(absl::ClippedSubstr(html_, begin, position_ - begin));
    return;
  }
  if (!absl::StartsWith(rest, "!--")) {
    position_ = FindOrEnd(html_, ">", position_);
    return;
  }
  position_ += 3;
  if (absl::StartsWith(rest, "!-->") || absl::StartsWith(rest, "!--->")) {
    position_ = FindOrEnd(html_, ">", position_);
    return;
  }
  // Ends at "-->" or "--!>".
  while (true) {
    position_ = FindOrEnd(html_, "--", position_);
    size_t end = position_;
    while (end < html_.size() && html_[end] == '-') ++end;
    if (end < html_.size() && html_[end] == '!' && end == position_) ++end;
    if (end >= html_.size() || html_[end] == '>') {
      position_ = std::min(end + 1, html_.size());
      return;
    }
  }
}

void TagReader::ReadAttributes() {
  enum class State { kBetween, kName, kAfterName, kBeforeValue, kValue };
  attributes_ = 0;
  is_self_closing_ = false;
  State state = State::kBetween;
  while (position_ < html_.size()) {
    const char c = html_[position_++];
    if (c == '>') return;
    const bool in_value = state == State::kBeforeValue || state == State::kValue;
    is_self_closing_ = c == '/' && !in_value;
    if (IsSpace(c)) {
      if (state == State::kName) state = State::kAfterName;
      if (state == State::kValue) state = State::kBetween;
    } else if (state == State::kBeforeValue && (c == '"' || c == '\'')) {
      position_ = FindOrEnd(html_, absl::string_view(&c, 1), position_);
      state = State::kBetween;
    } else if (in_value) {
      state = State::kValue;
    } else if (c == '/') {
      state = State::kBetween;
    } else if (c == '=' && state != State::kBetween) {
      state = State::kBeforeValue;
    } else {
      attributes_ += state != State::kName;
      state = State::kName;
    }
  }
}

bool TagReader::IsTagAt(size_t at, absl::string_view prefix) const {
  absl::string_view rest = absl::ClippedSubstr(html_, at);
  if (!absl::ConsumePrefix(&rest, prefix) || !absl::StartsWithIgnoreCase(rest, name_)) return false;
  const absl::string_view after = absl::ClippedSubstr(rest, name_.size());
  return !after.empty() && (IsSpace(after[0]) || after[0] == '/' || after[0] == '>');
}

// Section 13.2.5 of the HTML standard, from "script data escape start state" on.
size_t TagReader::FindEndOfScript() const {
  bool in_comment = false, in_inner_script = false;
  for (size_t i = position_; i < html_.size(); ++i) {
    const absl::string_view rest = absl::ClippedSubstr(html_, i);
    if (!in_comment && absl::StartsWith(rest, "<!--")) {
      in_comment = true;
      i += 1;  // Its own dashes may end it.
    } else if (in_comment && absl::StartsWith(rest, "-->")) {
      in_comment = in_inner_script = false;
    } else if (IsTagAt(i, "</")) {
      if (!in_inner_script) return i;
      in_inner_script = false;
    } else if (in_comment && IsTagAt(i, "<")) {
      in_inner_script = true;
    }
  }
  return html_.size();
}

void TagReader::SkipRawText() {
  if (absl::EqualsIgnoreCase(name_, "script")) {
    position_ = FindEndOfScript();
    return;
  }
  size_t end = html_.find("</", position_);
  while (end != absl::string_view::npos && !IsTagAt(end, "</")) end = html_.find("</", end + 2);
  position_ = std::min(end, html_.size());
}

}  // namespace dateline::html
