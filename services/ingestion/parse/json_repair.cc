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
      result_.cuts_entry = !entry_.open.empty();
      Mark& last = result_.cuts_entry ? entry_ : whole_;
      result_.text.resize(last.bytes);
      std::reverse(last.open.begin(), last.open.end());
      result_.text += last.open;
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
        if (c == '[' && open_ == "}") is_list_of_entries_ = last_string_ == "\"items\"";
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

  // What stands so far is kept if the document should end before the next call. The feed's own
  // fields and the list of its entries are one and two deep, a list of posts is the document
  // itself.
  void MarkWhole() {
    const bool is_list = !open_.empty() && open_[0] == ']';
    const size_t depth = is_list ? 1 : 2;
    if (open_.size() <= depth) {
      whole_ = {result_.text.size(), open_};
      entry_ = {};
    } else if (open_.size() == depth + 1 && open_.back() == '}' && result_.text.back() != '{' &&
               (is_list || (open_[1] == ']' && is_list_of_entries_))) {
      entry_ = {result_.text.size(), open_};
    }
  }

  bool ClosesNext() const {
    size_t next = at_ + 1;
    while (next < in_.size() && absl::ascii_isspace(static_cast<unsigned char>(in_[next])) != 0) {
      ++next;
    }
    return next < in_.size() && (in_[next] == '}' || in_[next] == ']');
  }

  void TakeString() {
    const size_t begin = at_;
    Copy(1);
    while (at_ < in_.size()) {
      const char c = in_[at_];
      if (c == '"') {
        Copy(1);
        last_string_ = absl::ClippedSubstr(in_, begin, at_ - begin);
        return;
      }
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
  string_view last_string_;
  // Whether the list two deep that was opened last is that of the entries.
  bool is_list_of_entries_ = false;
  // What is kept of a document that is cut: how many bytes, and what is open then.
  struct Mark {
    size_t bytes = 0;
    std::string open;
  };
  Mark whole_;
  Mark entry_;  // Within an entry, if there is a whole field of it.
};

}  // namespace

RepairedJson RepairJson(string_view text) { return JsonRepairer(text).Run(); }

}  // namespace dateline::ingestion::parse
