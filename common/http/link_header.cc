#include "common/http/link_header.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/http/url.h"

namespace dateline::http {
namespace {

constexpr size_t kMaxLinks = 100;

// Reads a header's value from left to right.
class Reader {
 public:
  explicit Reader(absl::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  void SkipSpace() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  bool Take(char c) {
    SkipSpace();
    return absl::ConsumePrefix(&rest_, absl::string_view(&c, 1));
  }

  // Up to one of `ends`, which stays.
  absl::string_view Until(absl::string_view ends) {
    const absl::string_view taken = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(taken.size());
    return absl::StripAsciiWhitespace(taken);
  }

  // A token or a quoted string (RFC 9110, 5.6.4).
  std::string Value() {
    SkipSpace();
    if (!absl::ConsumePrefix(&rest_, "\"")) return std::string(Until(";,"));
    std::string value;
    while (!rest_.empty() && rest_[0] != '"') {
      if (rest_[0] == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      value.push_back(rest_[0]);
      rest_.remove_prefix(1);
    }
    absl::ConsumePrefix(&rest_, "\"");
    return value;
  }

 private:
  absl::string_view rest_;
};

void SetParameter(const std::string& name, const std::string& value, HeaderLink* link,
                  bool* speaks_of_another) {
  // The first of a name counts (RFC 8288, section 3.3).
  if (name == "rel" && link->rels.empty()) {
    for (const absl::string_view rel :
         absl::StrSplit(value, absl::ByAnyChar(" \t"), absl::SkipEmpty())) {
      link->rels.push_back(absl::AsciiStrToLower(rel));
    }
  } else if (name == "type" && link->type.empty()) {
    link->type = value;
  } else if (name == "title" && link->title.empty()) {
    link->title = value;
  } else if (name == "anchor") {
    *speaks_of_another = true;
  }
}

// One link-value; nullopt if it is to be left out.
std::optional<HeaderLink> ReadLink(const url::UrlRecord& base, Reader* reader) {
  if (!reader->Take('<')) {
    reader->Until(",");
    return std::nullopt;
  }
  const std::string reference(reader->Until(">"));
  if (!reader->Take('>')) return std::nullopt;
  HeaderLink link;
  bool speaks_of_another = false;
  while (reader->Take(';')) {
    const std::string name = absl::AsciiStrToLower(reader->Until("=;,"));
    const std::string value = reader->Take('=') ? reader->Value() : "";
    SetParameter(name, value, &link, &speaks_of_another);
  }
  const std::optional<url::UrlRecord> target = ResolveAddress(base, reference);
  if (!target.has_value() || link.rels.empty() || speaks_of_another) return std::nullopt;
  link.href = url::SerialiseUrl(*target);
  return link;
}

}  // namespace

bool HeaderLink::HasRel(absl::string_view rel) const {
  return std::find(rels.begin(), rels.end(), rel) != rels.end();
}

std::vector<HeaderLink> LinksOf(const HttpResponse& response) {
  std::vector<HeaderLink> links;
  const std::optional<url::UrlRecord> base = ParseAddress(response.final_url);
  if (!base.has_value()) return links;
  for (const HttpHeader& header : response.headers) {
    if (!absl::EqualsIgnoreCase(header.name, "link")) continue;
    Reader reader(header.value);
    while (!reader.AtEnd() && links.size() < kMaxLinks) {
      std::optional<HeaderLink> link = ReadLink(*base, &reader);
      if (link.has_value()) links.push_back(*std::move(link));
      // Whatever stands between this link and the next.
      reader.Until(",");
      reader.Take(',');
      reader.SkipSpace();
    }
  }
  return links;
}

}  // namespace dateline::http
