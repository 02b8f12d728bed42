#include "services/ingestion/decode/xml_tags.h"

#include <algorithm>

#include "services/ingestion/decode/xml_repair.h"
#include "services/ingestion/decode/xml_scan.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;

// Longer names and values are no markup; libxml2 has bounds of its own, at which it gives up.
constexpr size_t kMaxNameBytes = 1'000;
constexpr size_t kMaxValueBytes = size_t{1} << 20;

class TagReader {
 public:
  TagReader(string_view text, size_t at, StartTag* tag) : in_(text), at_(at), tag_(*tag) {}

  bool Read() {
    const size_t length = NameLength(in_, at_ + 1);
    if (length == 0 || length > kMaxNameBytes) return false;
    tag_.attributes.clear();
    tag_.empty = tag_.damaged = tag_.has_special = tag_.truncated = false;
    tag_.name = absl::ClippedSubstr(in_, at_ + 1, length);
    at_ += 1 + length;
    while (true) {
      const size_t before = at_;
      at_ = SkipXmlSpace(in_, at_);
      if (at_ >= in_.size()) return Truncated();
      const char c = in_[at_];
      if (c == '>') return End(1);
      if (c == '/' && absl::ClippedSubstr(in_, at_, 2) == "/>") return End(2);
      if (c == '<') {
        // Words without values are text behind a "less than"; anything else is an unclosed tag.
        if (words_ > 0) return false;
        tag_.damaged = true;
        tag_.end = at_;
        return true;
      }
      if (at_ == before) tag_.damaged = true;
      if (!ReadAttribute()) {
        tag_.damaged = true;
        ++at_;
      }
    }
  }

 private:
  bool End(size_t bytes) {
    tag_.empty = bytes == 2;
    tag_.end = at_ + bytes;
    return true;
  }

  bool Truncated() {
    tag_.truncated = true;
    tag_.end = in_.size();
    return true;
  }

  // False if no name begins here.
  bool ReadAttribute() {
    const size_t length = NameLength(in_, at_);
    if (length == 0) return false;
    TagAttribute attribute{absl::ClippedSubstr(in_, at_, length), ""};
    at_ += length;
    const size_t equals = SkipXmlSpace(in_, at_);
    bool has_value = equals < in_.size() && in_[equals] == '=';
    if (has_value) {
      at_ = SkipXmlSpace(in_, equals + 1);
      has_value = ReadValue(&attribute.value);
    } else {
      ++words_;
    }
    if (!has_value) tag_.damaged = true;
    Add(attribute);
    return true;
  }

  bool ReadValue(string_view* value) {
    if (at_ >= in_.size()) return false;
    const char quote = in_[at_];
    if (quote == '"' || quote == '\'') {
      ReadQuoted(quote, value);
      return true;
    }
    const size_t begin = at_;
    while (at_ < in_.size() && !IsXmlSpace(in_[at_]) && in_[at_] != '>' && in_[at_] != '<' &&
           absl::ClippedSubstr(in_, at_, 2) != "/>") {
      ++at_;
    }
    *value = absl::ClippedSubstr(in_, begin, at_ - begin);
    tag_.damaged = true;
    return at_ > begin;
  }

  // Whether what stands at `i` may follow a closing quote.
  bool MayFollowValue(size_t i) const {
    return i >= in_.size() || IsXmlSpace(in_[i]) || in_[i] == '>' || in_[i] == '/' ||
           NameLength(in_, i) > 0;
  }

  void ReadQuoted(char quote, string_view* value) {
    const size_t begin = at_ + 1;
    const size_t close = in_.find(quote, begin);
    string_view found = absl::ClippedSubstr(in_, begin, close == npos ? npos : close - begin);
    const size_t bracket = found.find('>');
    // With another tag within, the quote that was found opens a later value.
    const bool spans_tags =
        bracket != npos && found.find('<', bracket) != npos &&
        (close == npos || !MayFollowValue(close + 1) || (close > 0 && in_[close - 1] == '='));
    if (close == npos && bracket == npos) {
      at_ = in_.size();
      *value = found;
      return;
    }
    if (close == npos || spans_tags) {
      tag_.damaged = true;
      found = found.substr(0, bracket);
      at_ = begin + bracket;
      if (!found.empty() && found.back() == '/') {
        found.remove_suffix(1);
        --at_;
      }
    } else {
      at_ = close + 1;
    }
    *value = found;
    const size_t special = FindSpecial(found, 0);
    tag_.has_special = tag_.has_special || special < found.size();
    tag_.damaged = tag_.damaged || found.find('<', special) != npos;
  }

  void Add(const TagAttribute& attribute) {
    const bool repeated =
        tag_.attributes.size() >= kMaxAttributes ||
        std::any_of(tag_.attributes.begin(), tag_.attributes.end(),
                    [&](const TagAttribute& known) { return known.name == attribute.name; });
    if (repeated || attribute.name.size() > kMaxNameBytes ||
        attribute.value.size() > kMaxValueBytes) {
      tag_.damaged = true;
    } else {
      tag_.attributes.push_back(attribute);
    }
  }

  string_view in_;
  size_t at_;
  StartTag& tag_;
  size_t words_ = 0;  // Attributes without a value.
};

}  // namespace

bool ReadStartTag(string_view text, size_t at, StartTag* tag) {
  return TagReader(text, at, tag).Read();
}

}  // namespace dateline::ingestion::decode
