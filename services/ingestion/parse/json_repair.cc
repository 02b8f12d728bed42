#include "services/ingestion/parse/json_repair.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

class JsonRepairer {
 public:
  explicit JsonRepairer(string_view text) : in_(text) { result_.text.reserve(text.size() + 64); }

  RepairedJson Run() && {
    while (at_ < in_.size() && !is_cut_) Step();
    if (is_cut_ || !open_.empty()) {
      Fault("the document ends early");
      result_.text.resize(whole_bytes_);
      std::reverse(whole_open_.begin(), whole_open_.end());
      result_.text += whole_open_;
    }
    return std::move(result_);
  }

 private:
  void Step() {
    const char c = in_[at_];
    switch (c) {
      case '"':
        return TakeString();
      case '{':
      case '[':
        Copy(1);
        open_.push_back(c == '{' ? '}' : ']');
        return MarkWhole();
      case '}':
      case ']':
        Copy(1);
        if (!open_.empty()) open_.pop_back();
        return MarkWhole();
      case ',':
        MarkWhole();
        if (!ClosesNext()) return Copy(1);
        Fault("trailing comma");
        ++at_;
        return;
      default:
        return Copy(1);
    }
  }

  // What stands so far is kept if the document should end before the next call. An entry is kept
  // whole or not at all: the feed's own fields and the list of its entries are one and two deep, a
  // list of posts is the document itself.
  void MarkWhole() {
    const size_t depth = !open_.empty() && open_[0] == ']' ? 1 : 2;
    if (open_.size() > depth) return;
    whole_bytes_ = result_.text.size();
    whole_open_ = open_;
  }

  bool ClosesNext() const {
    size_t next = at_ + 1;
    while (next < in_.size() && absl::ascii_isspace(static_cast<unsigned char>(in_[next])) != 0) {
      ++next;
    }
    return next < in_.size() && (in_[next] == '}' || in_[next] == ']');
  }

  void TakeString() {
    Copy(1);
    while (at_ < in_.size()) {
      const char c = in_[at_];
      if (c == '"') return Copy(1);
      if (c == '\\') {
        TakeEscape();
        if (is_cut_) return;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        Fault("control character in a string");
        if (absl::ascii_isspace(static_cast<unsigned char>(c)) != 0) {
          result_.text += c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : " ";
        }
        ++at_;
      } else {
        Copy(1);
      }
    }
    is_cut_ = true;
  }

  void TakeEscape() {
    if (at_ + 1 >= in_.size()) {
      is_cut_ = true;
      return;
    }
    const char kind = in_[at_ + 1];
    if (string_view("\"\\/bfnrt").find(kind) != string_view::npos) return Copy(2);
    if (kind == 'u' && at_ + kUnitBytes > in_.size()) {
      is_cut_ = true;
      return;
    }
    const std::optional<uint32_t> unit = UnitAt(at_);
    if (!unit.has_value()) {
      Fault("unknown escape");
      ++at_;  // The character itself is read next.
      return;
    }
    if (*unit < 0xD800 || *unit > 0xDFFF) return Copy(kUnitBytes);
    const std::optional<uint32_t> low = UnitAt(at_ + kUnitBytes);
    if (*unit < 0xDC00 && low.has_value() && *low >= 0xDC00 && *low <= 0xDFFF) {
      return Copy(2 * kUnitBytes);
    }
    Fault("lone surrogate");
    result_.text += "\\uFFFD";
    at_ += kUnitBytes;
  }

  // The number of "\u12ab", if such an escape begins there.
  std::optional<uint32_t> UnitAt(size_t at) const {
    const string_view escape = absl::ClippedSubstr(in_, at, kUnitBytes);
    uint32_t unit = 0;
    const bool is_unit =
        escape.size() == kUnitBytes && escape[0] == '\\' && escape[1] == 'u' &&
        std::all_of(escape.begin() + 2, escape.end(),
                    [](unsigned char c) { return absl::ascii_isxdigit(c) != 0; }) &&
        absl::SimpleHexAtoi(absl::ClippedSubstr(escape, 2), &unit);
    return is_unit ? std::optional(unit) : std::nullopt;
  }

  void Copy(size_t bytes) {
    result_.text.append(in_.data() + at_, bytes);
    at_ += bytes;
  }

  void Fault(string_view what) {
    if (!result_.first_fault.empty()) return;
    const auto end = in_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, in_.size()));
    result_.first_fault =
        absl::StrCat(what, " (line ", 1 + std::count(in_.begin(), end, '\n'), ")");
  }

  static constexpr size_t kUnitBytes = 6;
  string_view in_;
  size_t at_ = 0;
  RepairedJson result_;
  // The closing brackets that are due, outermost first.
  std::string open_;
  bool is_cut_ = false;
  // What is kept of a document that is cut, and what is open then.
  size_t whole_bytes_ = 0;
  std::string whole_open_;
};

}  // namespace

RepairedJson RepairJson(string_view text) { return JsonRepairer(text).Run(); }

}  // namespace dateline::ingestion::parse
