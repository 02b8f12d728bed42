#include "services/ingestion/parse/xml_names.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

struct Namespace {
  string_view part;
  string_view prefix;
};

// Told by a telling part of the address, in lower case; the first that fits counts.
constexpr std::array kNamespaces = {
    Namespace{"purl.org/rss/1.0/modules/content", "content"},
    Namespace{"purl.org/rss/1.0/modules/syndication", "sy"},
    Namespace{"purl.org/rss/1.0/modules/slash", "slash"},
    Namespace{"purl.org/rss/1.0/modules/dcterms", "dcterms"},
    Namespace{"purl.org/rss/1.0/modules/", "module"},
    Namespace{"purl.org/syndication/thread", "thr"},
    Namespace{"purl.org/dc/terms", "dcterms"},
    Namespace{"purl.org/dc/elements", "dc"},
    Namespace{"search.yahoo.com/mrss", "media"},
    Namespace{"tools.search.yahoo.com/mrss", "media"},
    Namespace{"video.search.yahoo.com/mrss", "media"},
    Namespace{"itunes.com/dtds", "itunes"},
    Namespace{"example.com/dtds/podcast-1.0.dtd", "itunes"},
    Namespace{"google.com/schemas/play-podcasts", "googleplay"},
    Namespace{"georss.org", "georss"},
    Namespace{"opengis.net/gml", "gml"},
    Namespace{"w3.org/2003/01/geo", "geo"},
    Namespace{"wellformedweb.org", "wfw"},
    Namespace{"rssnamespace.org/feedburner", "feedburner"},
    Namespace{"1999/02/22-rdf-syntax-ns", "rdf"},
    Namespace{"w3.org/1999/xhtml", "xhtml"},
    Namespace{"schemas/sitemap-news", "news"},
    Namespace{"schemas/sitemap-image", "simage"},
    Namespace{"schemas/sitemap-video", "svideo"},
    Namespace{"schemas/sitemap", "rss"},
    Namespace{"webns.net/mvcb", "admin"},
    Namespace{"backend.userland.com/creativecommons", "creativecommons"},
    Namespace{"web.resource.org/cc", "cc"},
    Namespace{"w3.org/2005/atom", "atom"},
    Namespace{"purl.org/atom", "atom"},
    Namespace{"purl.org/net/atom", "atom"},
    Namespace{"purl.org/echo", "atom"},
    Namespace{"purl.org/pie", "atom"},
    Namespace{"w3.org/2007/app", "app"},
    Namespace{"backend.userland.com/", "rss"},
    Namespace{"blogs.law.harvard.edu/tech/rss", "rss"},
    Namespace{"cyber.law.harvard.edu/rss", "rss"},
    Namespace{"rssboard.org/rss-specification", "rss"},
    Namespace{"purl.org/rss/1.0", "rss"},
    Namespace{"purl.org/net/rss1.1", "rss"},
    Namespace{"netscape.com/rdf/simple/0.9", "rss"},
    Namespace{"netscape.com/publish/formats/rss", "rss"},
};

// Prefixes that mean what they say even if undeclared or bound to an address nobody knows.
bool IsUsualPrefix(string_view prefix) {
  return prefix == "wp" || prefix == "excerpt" ||
         std::any_of(kNamespaces.begin(), kNamespaces.end(),
                     [&](const Namespace& n) { return n.prefix == prefix; });
}

bool IsRoot(string_view local) {
  return local == "rss" || local == "feed" || local == "rdf" || local == "urlset" ||
         local == "sitemapindex";
}

}  // namespace

string_view KnownPrefix(string_view uri) {
  const std::string lower = absl::AsciiStrToLower(uri);
  if (absl::StrContains(lower, "wordpress.org/export")) {
    return absl::StrContains(lower, "excerpt") ? "excerpt" : "wp";
  }
  for (const Namespace& n : kNamespaces) {
    if (absl::StrContains(lower, n.part)) return n.prefix;
  }
  return "";
}

std::string ElementNamer::NameOf(string_view local_name, string_view prefix, string_view uri) {
  const std::string local = absl::AsciiStrToLower(local_name);
  const string_view known = KnownPrefix(uri);
  // Some feeds stand within an HTML shell; some name a namespace on their channel only.
  const bool is_root = !root_found_ && IsRoot(local) && (known.empty() || known != "xhtml");
  if (is_root || !any_) {
    root_uri_ = std::string(uri);
    root_is_atom_ = known == "atom" || (uri.empty() && (local == "feed" || local == "entry"));
    root_found_ = is_root || local == "entry" || local == "channel";
    any_ = true;
    if (is_root) return local == "rdf" ? "rdf:rdf" : local;
  }
  if (known == "rss") return local;
  if (known == "atom") return root_is_atom_ ? local : absl::StrCat("atom:", local);
  if (!known.empty()) return absl::StrCat(known, ":", local);
  if (uri.empty() && prefix.empty()) return local;
  if (!uri.empty() && uri == root_uri_) return local;
  if (prefix.empty()) {
    if (local == "channel" || local == "item") {
      root_uri_ = std::string(uri);
      return local;
    }
    return absl::StrCat("x:", local);
  }
  const std::string lower = absl::AsciiStrToLower(prefix);
  if (lower == "rss" || (lower == "atom" && root_is_atom_)) return local;
  return absl::StrCat(IsUsualPrefix(lower) ? absl::string_view(lower) : "x", ":", local);
}

}  // namespace dateline::ingestion::parse
