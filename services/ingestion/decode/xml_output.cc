#include "services/ingestion/decode/xml_output.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/ingestion/decode/html_entities.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;

// libxml2 refuses a CDATA section of 10 MB.
constexpr size_t kMaxCdataBytes = size_t{1} << 20;

bool IsPredefined(string_view name) {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

}  // namespace

XmlOutput::XmlOutput(string_view in) : in_(in) { text_.reserve(in.size() + in.size() / 16 + 64); }

void XmlOutput::Fault(string_view what) {
  if (!first_fault_.empty()) return;
  const auto end = in_.begin() + static_cast<ptrdiff_t>(std::min(at_, in_.size()));
  first_fault_ = absl::StrCat(what, " (line ", 1 + std::count(in_.begin(), end, '\n'), ")");
}

void XmlOutput::TakeSpecialWithin(string_view within) {
  const auto byte = static_cast<unsigned char>(within[at_]);
  if (byte == '&') return TakeReference(absl::ClippedSubstr(within, at_));
  const string_view two = absl::ClippedSubstr(within, at_, 2);
  const string_view three = absl::ClippedSubstr(within, at_, 3);
  if (byte == 0xC2 && two.size() == 2 && static_cast<unsigned char>(two[1]) < 0xA0) {
    // Text of windows-1252 that somebody took for ISO 8859-1.
    AppendUtf8(RepairCodePoint(static_cast<unsigned char>(two[1])), text_);
    at_ += 2;
  } else if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
    Fault("forbidden character");
    text_.append("\xEF\xBF\xBD");
    at_ += 3;
  } else if (byte < 0x20) {
    Fault("control character");
    ++at_;
  } else {
    CopyTo(at_ + 1);
  }
}

void XmlOutput::TakeReference(string_view rest) {
  const Reference r = ReadReference(rest);
  // XML knows no reference without a semicolon.
  if (r.size == 0 || r.without_semicolon) Fault("unescaped ampersand");
  if (r.size == 0) {
    text_.append("&amp;");
    ++at_;
    return;
  }
  if (r.name.empty()) {
    AppendNumeric(r.code_point, r.raw_code_point);
  } else if (IsPredefined(r.name)) {
    absl::StrAppend(&text_, "&", r.name, ";");
  } else if (!entities_.Expand(r.name, &text_)) {
    Fault(absl::StrCat("undefined entity &", r.name, ";"));
    if (r.code_point == 0) {
      absl::StrAppend(&text_, "&amp;", r.name, ";");
    } else if (r.code_point == '<' || r.code_point == '&') {
      // Names that HTML has beside XML's: &LT; and &AMP;.
      AppendNumeric(r.code_point, r.code_point);
    } else {
      AppendReferenced(r, text_);
    }
  }
  at_ += r.size;
}

void XmlOutput::AppendNumeric(char32_t code_point, uint32_t raw) {
  if (code_point == 0xFFFD && raw != 0xFFFD) {
    Fault("reference to a forbidden character");
    if (raw < 0x20) return;
  }
  absl::StrAppend(&text_, "&#", static_cast<uint32_t>(code_point), ";");
}

void XmlOutput::WriteStartTag(const StartTag& tag, bool empty) {
  absl::StrAppend(&text_, "<", tag.name);
  for (const TagAttribute& attribute : tag.attributes) {
    absl::StrAppend(&text_, " ", attribute.name, "=\"");
    WriteValue(attribute.value);
    text_.push_back('"');
  }
  text_.append(empty ? "/>" : ">");
  at_ = tag.end;
}

void XmlOutput::WriteValue(string_view value) {
  if (value.empty()) return;
  const size_t end = static_cast<size_t>(value.data() - in_.data()) + value.size();
  const string_view within = in_.substr(0, end);
  at_ = end - value.size();
  size_t quote = 0;
  while (at_ < end) {
    if (quote < at_ || quote == 0) quote = std::min(within.find('"', at_), end);
    CopyTo(std::min(FindSpecial(within.substr(0, quote), at_), quote));
    if (at_ >= end) return;
    if (in_[at_] == '<' || in_[at_] == '"') {
      text_.append(in_[at_] == '<' ? "&lt;" : "&quot;");
      ++at_;
    } else {
      TakeSpecialWithin(within);
    }
  }
}

void XmlOutput::WriteCdata(size_t begin, size_t end) {
  const string_view within = in_.substr(0, end);
  text_.append("<![CDATA[");
  at_ = begin;
  size_t section = text_.size();
  while (at_ < end) {
    const string_view piece = in_.substr(0, std::min(end, at_ + kMaxCdataBytes / 2));
    CopyTo(FindSpecialInCdata(piece, at_));
    const bool at_boundary = at_ >= end || (static_cast<unsigned char>(in_[at_]) & 0xC0) != 0x80;
    if (at_ < piece.size()) {
      TakeSpecialWithin(within);
    } else if (!at_boundary) {
      CopyTo(at_ + 1);
    } else if (at_ < end && text_.size() - section >= kMaxCdataBytes / 2) {
      text_.append("]]><![CDATA[");
      section = text_.size();
    }
  }
  text_.append("]]>");
}

}  // namespace dateline::ingestion::decode
