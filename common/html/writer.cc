#include "common/html/writer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/html/escape.h"

namespace dateline::html {
namespace {

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

}  // namespace

bool HtmlWriter::Open(const ElementRule& element, const Attributes& attributes) {
  const size_t before = html_.size();
  const bool block = element.Has(kBlockElement);
  if (separate_ && !block && !nesting_.InTablePart()) html_.push_back(' ');
  absl::StrAppend(&html_, "<", element.name);
  for (const auto& [name, value] : attributes) {
    const size_t begin = html_.size();
    absl::StrAppend(&html_, " ", name, "=\"");
    AppendEscaped(value, &html_);
    html_.push_back('"');
    NoteAnchor(name, value, begin);
  }
  html_.push_back('>');
  const size_t closing = element.Has(kVoidElement) ? 0 : element.name.size() + 3;
  if (!Fits(closing)) {
    CutTo(before);
    return false;
  }
  if (closing > 0) {
    nesting_.Push(element);
    open_.push_back({before, html_.size(), at_block_edge_, separate_});
  }
  closing_bytes_ += closing;
  separate_ = false;
  at_block_edge_ = block;
  return true;
}

void HtmlWriter::Close() {
  const ElementRule& element = nesting_.back();
  absl::StrAppend(&html_, "</", element.name, ">");
  closing_bytes_ -= element.name.size() + 3;
  open_.pop_back();
  nesting_.Pop();
  if (!element.Has(kBlockElement)) return;
  at_block_edge_ = true;
  separate_ = false;
}

bool HtmlWriter::IsBlank() const {
  return std::all_of(html_.begin() + static_cast<std::ptrdiff_t>(open_.back().content), html_.end(),
                     IsSpace);
}

void HtmlWriter::Discard() {
  const OpenElement discarded = open_.back();
  const ElementRule& element = nesting_.back();
  const bool separates = element.Has(kBlockElement) || html_.size() > discarded.content;
  CutTo(discarded.begin);
  closing_bytes_ -= element.name.size() + 3;
  open_.pop_back();
  nesting_.Pop();
  at_block_edge_ = discarded.at_block_edge;
  separate_ = discarded.separate;
  if (separates) Separate();
}

bool HtmlWriter::Text(absl::string_view text) {
  if (text.empty() || nesting_.InTablePart()) return true;
  const size_t before = html_.size();
  if (separate_ && !IsSpace(text.front())) html_.push_back(' ');
  // A parser ignores one line feed directly behind <pre>.
  const bool behind_pre =
      !open_.empty() && open_.back().content == before && nesting_.back().name == "pre";
  if (behind_pre && text.front() == '\n') html_.push_back('\n');
  AppendEscaped(text, &html_);
  return KeepIfItFits(before);
}

bool HtmlWriter::Markup(absl::string_view html) {
  const size_t before = html_.size();
  if (separate_) html_.push_back(' ');
  html_.append(html.data(), html.size());
  return KeepIfItFits(before);
}

bool HtmlWriter::KeepIfItFits(size_t before) {
  if (!Fits(0)) {
    html_.resize(before);
    return false;
  }
  separate_ = false;
  at_block_edge_ = false;
  return true;
}

void HtmlWriter::Separate() { separate_ = separate_ || !(at_block_edge_ || IsSpace(html_.back())); }

std::string HtmlWriter::Finish() && {
  while (!open_.empty()) Close();
  return anchors_.Settle(std::move(html_));
}

void HtmlWriter::NoteAnchor(absl::string_view name, absl::string_view value, size_t begin) {
  constexpr absl::string_view kLinkBegin = " href=\"#";
  if (name == "id") {
    anchors_.AddId(WithoutIdPrefix(value), begin, html_.size());
  } else if (name == "href" && absl::ConsumePrefix(&value, "#") &&
             absl::StartsWith(value, kIdPrefix)) {
    anchors_.AddLink(value, begin + kLinkBegin.size());
  }
}

void HtmlWriter::CutTo(size_t size) {
  html_.resize(size);
  anchors_.CutTo(size);
}

}  // namespace dateline::html
