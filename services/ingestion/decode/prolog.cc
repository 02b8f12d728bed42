#include "services/ingestion/decode/prolog.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "services/ingestion/decode/xml_entities.h"
#include "services/ingestion/decode/xml_scan.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;
constexpr size_t npos = string_view::npos;
constexpr size_t kSearchBytes = size_t{64} << 10;
constexpr string_view kRoots[] = {"rss",    "feed",         "RDF", "channel",
                                  "urlset", "sitemapindex", "opml"};

bool StartsMarkup(string_view text, size_t i) {
  if (i + 1 >= text.size() || text[i] != '<') return false;
  const char c = text[i + 1];
  return c == '/' || c == '!' || c == '?' || NameLength(text, i + 1) > 0;
}

// Whether a feed's root element begins at `i`, whatever its prefix.
bool StartsRoot(string_view text, size_t i) {
  string_view name = absl::ClippedSubstr(text, i + 1, NameLength(text, i + 1));
  if (const size_t colon = name.find(':'); colon != npos) name.remove_prefix(colon + 1);
  return std::find(std::begin(kRoots), std::end(kRoots), name) != std::end(kRoots);
}

// Behind what stands before the root of a well-formed document, from `i` on; comments and the
// document type included.
size_t SkipMisc(string_view text, size_t i) {
  while (true) {
    i = SkipXmlSpace(text, i);
    const string_view rest = absl::ClippedSubstr(text, i, 16);
    string_view close;
    if (absl::StartsWith(rest, "<?")) close = "?>";
    if (absl::StartsWith(rest, "<!--")) close = "-->";
    if (absl::StartsWithIgnoreCase(rest, "<!doctype")) {
      i = XmlEntities().ReadDoctype(text, i);
      continue;
    }
    if (close.empty()) return i;
    const size_t end = text.find(close, i);
    if (end == npos) return i;
    i = end + close.size();
  }
}

size_t FindRoot(string_view text, size_t i) {
  for (; (i = text.find('<', i)) != npos; ++i) {
    if (absl::StartsWith(absl::ClippedSubstr(text, i, 6), "<?xml ") || StartsRoot(text, i))
      return i;
    if (absl::StartsWith(absl::ClippedSubstr(text, i, 4), "<!--")) {
      const size_t end = text.find("-->", i + 4);
      if (end != npos) i = end;
    }
  }
  return npos;
}

}  // namespace

Prolog FindDocument(string_view text) {
  size_t start = 0;
  while (start < text.size() && !StartsMarkup(text, start)) {
    start = std::min(text.find('<', start + 1), text.size());
  }
  const string_view junk = text.substr(0, start);
  const string_view searched = text.substr(0, kSearchBytes);
  // Where the first markup stands behind what is searched, no root is looked for.
  const size_t root = SkipMisc(searched, std::min(start, searched.size()));
  const bool in_shell = absl::StartsWithIgnoreCase(absl::ClippedSubstr(searched, root), "<html");
  if (root < searched.size() && !in_shell && !StartsRoot(searched, root)) {
    if (const size_t found = FindRoot(searched, root); found != npos) {
      return {found, "markup before the document"};
    }
  }
  if (SkipXmlSpace(junk, 0) < junk.size()) return {start, "text before the document"};
  if (!junk.empty() && absl::StartsWith(absl::ClippedSubstr(text, start), "<?xml ")) {
    return {start, "white space before the XML declaration"};
  }
  return {start, ""};
}

}  // namespace dateline::ingestion::decode
