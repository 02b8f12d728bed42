#include "services/ingestion/clean/policy.h"

#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/ingestion/clean/clean.h"

namespace dateline::ingestion {
namespace {

constexpr auto kKeep = ElementAction::kKeep;
constexpr auto kUnwrap = ElementAction::kUnwrap;
constexpr auto kDrop = ElementAction::kDrop;
constexpr uint16_t kBlock = kBlockElement | kClosesP | kSpecial;
constexpr uint16_t kVoid = kVoidElement;
constexpr uint16_t kGroup = kBlockElement | kSpecial | kTablePart;
constexpr uint16_t kCell = kBlockElement | kSpecial | kScope;

constexpr ElementRule kElements[] = {
    // Text.
    {"a", kKeep, 0, "href hreflang"},
    {"abbr", kKeep, 0, ""},
    {"b", kKeep, 0, ""},
    {"bdi", kKeep, 0, ""},
    {"bdo", kKeep, 0, ""},
    {"big", kKeep, 0, ""},
    {"br", kKeep, kVoid | kBlockElement | kSpecial, ""},
    {"cite", kKeep, 0, ""},
    {"code", kKeep, 0, ""},
    {"data", kKeep, 0, "value"},
    {"del", kKeep, 0, "cite datetime"},
    {"dfn", kKeep, 0, ""},
    {"em", kKeep, 0, ""},
    {"i", kKeep, 0, ""},
    {"ins", kKeep, 0, "cite datetime"},
    {"kbd", kKeep, 0, ""},
    {"mark", kKeep, 0, ""},
    {"q", kKeep, 0, "cite"},
    {"rp", kKeep, 0, ""},
    {"rt", kKeep, 0, ""},
    {"ruby", kKeep, 0, ""},
    {"s", kKeep, 0, ""},
    {"samp", kKeep, 0, ""},
    {"small", kKeep, 0, ""},
    {"span", kKeep, 0, ""},
    {"strike", kKeep, 0, ""},
    {"strong", kKeep, 0, ""},
    {"sub", kKeep, 0, ""},
    {"sup", kKeep, 0, ""},
    {"time", kKeep, 0, "datetime"},
    {"tt", kKeep, 0, ""},
    {"u", kKeep, 0, ""},
    {"var", kKeep, 0, ""},
    {"wbr", kKeep, kVoid | kSpecial, ""},
    // Blocks.
    {"address", kKeep, kBlock, ""},
    {"article", kKeep, kBlock, ""},
    {"aside", kKeep, kBlock, ""},
    {"blockquote", kKeep, kBlock, "cite"},
    {"dd", kKeep, kBlock, ""},
    {"details", kKeep, kBlock, "open"},
    {"div", kKeep, kBlock, ""},
    {"dl", kKeep, kBlock, ""},
    {"dt", kKeep, kBlock, ""},
    {"figcaption", kKeep, kBlock, ""},
    {"figure", kKeep, kBlock, ""},
    {"footer", kKeep, kBlock, ""},
    {"h1", kKeep, kBlock | kHeading, ""},
    {"h2", kKeep, kBlock | kHeading, ""},
    {"h3", kKeep, kBlock | kHeading, ""},
    {"h4", kKeep, kBlock | kHeading, ""},
    {"h5", kKeep, kBlock | kHeading, ""},
    {"h6", kKeep, kBlock | kHeading, ""},
    {"header", kKeep, kBlock, ""},
    {"hgroup", kKeep, kBlock, ""},
    {"hr", kKeep, kBlock | kVoid, ""},
    {"li", kKeep, kBlock, "value"},
    {"ol", kKeep, kBlock, "start reversed type"},
    {"p", kKeep, kBlock, ""},
    {"pre", kKeep, kBlock, ""},
    {"section", kKeep, kBlock, ""},
    {"summary", kKeep, kBlock, ""},
    {"ul", kKeep, kBlock, ""},
    // Tables.
    {"caption", kKeep, kCell, ""},
    {"col", kKeep, kVoid | kSpecial, "span"},
    {"colgroup", kKeep, kGroup, "span"},
    {"table", kKeep, kBlock | kTablePart | kScope, ""},
    {"tbody", kKeep, kGroup, ""},
    {"td", kKeep, kCell, "colspan rowspan"},
    {"tfoot", kKeep, kGroup, ""},
    {"th", kKeep, kCell, "colspan rowspan scope"},
    {"thead", kKeep, kGroup, ""},
    {"tr", kKeep, kGroup, ""},
    // Media.
    {"audio", kKeep, kBlockElement, "src"},
    {"iframe", kKeep, kBlockElement | kSpecial, "src width height allowfullscreen"},
    {"img", kKeep, kVoid | kSpecial, "src srcset sizes alt width height"},
    {"picture", kKeep, 0, ""},
    {"source", kKeep, kVoid | kSpecial, "src srcset sizes type media width height"},
    {"track", kKeep, kVoid | kSpecial, "src kind srclang label default"},
    {"video", kKeep, kBlockElement, "src poster width height"},
    // Wrappers whose content is prose all the same; those that separate words say so.
    {"center", kUnwrap, kBlockElement, ""},
    {"dialog", kUnwrap, kBlockElement, ""},
    {"dir", kUnwrap, kBlockElement, ""},
    {"fieldset", kUnwrap, kBlockElement, ""},
    {"form", kUnwrap, kBlockElement, ""},
    {"legend", kUnwrap, kBlockElement, ""},
    {"listing", kUnwrap, kBlockElement, ""},
    {"main", kUnwrap, kBlockElement, ""},
    {"menu", kUnwrap, kBlockElement, ""},
    {"nav", kUnwrap, kBlockElement, ""},
    {"noscript", kUnwrap, kBlockElement, ""},
    {"search", kUnwrap, kBlockElement, ""},
    // Gone with all that they hold.
    {"applet", kDrop, 0, ""},
    {"area", kDrop, 0, ""},
    {"base", kDrop, 0, ""},
    {"basefont", kDrop, 0, ""},
    {"bgsound", kDrop, 0, ""},
    {"button", kDrop, kBlockElement, ""},
    {"canvas", kDrop, 0, ""},
    {"datalist", kDrop, 0, ""},
    {"embed", kDrop, 0, ""},
    {"frame", kDrop, 0, ""},
    {"frameset", kDrop, 0, ""},
    {"head", kDrop, 0, ""},
    {"input", kDrop, 0, ""},
    {"keygen", kDrop, 0, ""},
    {"link", kDrop, 0, ""},
    {"map", kUnwrap, 0, ""},
    {"math", kDrop, 0, ""},
    {"meta", kDrop, 0, ""},
    {"meter", kDrop, 0, ""},
    {"noembed", kDrop, 0, ""},
    {"noframes", kDrop, 0, ""},
    {"object", kDrop, 0, ""},
    {"optgroup", kUnwrap, kBlockElement, ""},
    {"option", kUnwrap, kBlockElement, ""},
    {"output", kDrop, 0, ""},
    {"param", kDrop, 0, ""},
    {"plaintext", kDrop, 0, ""},
    {"progress", kDrop, 0, ""},
    {"script", kDrop, 0, ""},
    {"select", kDrop, 0, ""},
    {"style", kDrop, 0, ""},
    {"svg", kDrop, 0, ""},
    {"template", kDrop, 0, ""},
    {"textarea", kDrop, 0, ""},
    {"title", kDrop, 0, ""},
    {"xmp", kDrop, 0, ""},
};

constexpr absl::string_view kGlobalAttributes = "title lang dir style";

constexpr AttributeRule kAttributes[] = {
    {"allowfullscreen", AttributeKind::kBoolean},
    {"alt", AttributeKind::kText},
    {"cite", AttributeKind::kUrl},
    {"colspan", AttributeKind::kNumber},
    {"datetime", AttributeKind::kToken},
    {"default", AttributeKind::kBoolean},
    {"dir", AttributeKind::kDirection},
    {"height", AttributeKind::kDimension},
    {"href", AttributeKind::kUrl},
    {"hreflang", AttributeKind::kToken},
    {"kind", AttributeKind::kToken},
    {"label", AttributeKind::kText},
    {"lang", AttributeKind::kToken},
    {"media", AttributeKind::kText},
    {"open", AttributeKind::kBoolean},
    {"poster", AttributeKind::kUrl},
    {"reversed", AttributeKind::kBoolean},
    {"rowspan", AttributeKind::kNumber},
    {"scope", AttributeKind::kToken},
    {"sizes", AttributeKind::kText},
    {"span", AttributeKind::kNumber},
    {"src", AttributeKind::kUrl},
    {"srclang", AttributeKind::kToken},
    {"srcset", AttributeKind::kSrcset},
    {"start", AttributeKind::kNumber},
    {"style", AttributeKind::kStyle},
    {"title", AttributeKind::kText},
    {"type", AttributeKind::kToken},
    {"value", AttributeKind::kToken},
    {"width", AttributeKind::kDimension},
};

constexpr absl::string_view kCssProperties[] = {
    "background-color", "color",          "direction",       "font-style",
    "font-variant",     "font-weight",    "list-style-type", "text-align",
    "text-decoration",  "text-transform", "vertical-align",
};

// Hosts and paths of counters, as they occur in feeds.
constexpr absl::string_view kBeacons[] = {
    "//feeds.feedburner.com/~r/",
    "//feeds.feedburner.com/~ff/",
    "//pixel.wp.com/",
    "//stats.wordpress.com/",
    "//feeds.wordpress.com/1.0/",
    "//pixel.quantserve.com/",
    "//b.scorecardresearch.com/",
    "//sb.scorecardresearch.com/",
    "//www.google-analytics.com/",
    "//ssl.google-analytics.com/",
    "//www.facebook.com/tr",
    "//ad.doubleclick.net/",
    "//googleads.g.doubleclick.net/",
    "//da.feedsportal.com/",
    "//res.feedsportal.com/",
    "//pi.feedsportal.com/",
    "//rss.nytimes.com/c/",
    "//counter.theconversation.com/",
    "//medium.com/_/stat",
    "//hits.guardian.co.uk/",
    "//api.follow.it/track",
    "//px.ads.linkedin.com/",
    "/piwik.php",
    "/matomo.php",
};

constexpr ElementRule kUnknown = {"", kUnwrap, 0, ""};

bool Lists(absl::string_view list, absl::string_view word) {
  for (const absl::string_view item : absl::StrSplit(list, ' ')) {
    if (item == word) return true;
  }
  return false;
}

}  // namespace

const ElementRule& RuleForElement(absl::string_view name) {
  static const auto* const rules = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, const ElementRule*>;
    for (const ElementRule& rule : kElements) map->emplace(rule.name, &rule);
    return map;
  }();
  const auto found = rules->find(name);
  return found == rules->end() ? kUnknown : *found->second;
}

const AttributeRule* RuleForAttribute(const ElementRule& element, absl::string_view name) {
  const AttributeRule* rule =
      std::lower_bound(std::begin(kAttributes), std::end(kAttributes), name,
                       [](const AttributeRule& r, absl::string_view n) { return r.name < n; });
  if (rule == std::end(kAttributes) || rule->name != name) return nullptr;
  return Lists(element.attributes, name) || Lists(kGlobalAttributes, name) ? rule : nullptr;
}

bool IsAllowedCssProperty(absl::string_view name) {
  return std::binary_search(std::begin(kCssProperties), std::end(kCssProperties), name);
}

bool IsBeacon(absl::string_view url) {
  return std::any_of(std::begin(kBeacons), std::end(kBeacons),
                     [&](absl::string_view beacon) { return absl::StrContains(url, beacon); });
}

std::vector<std::string> DefaultEmbedHosts() {
  return {"www.youtube.com",
          "www.youtube-nocookie.com",
          "youtube.com",
          "player.vimeo.com",
          "www.dailymotion.com",
          "geo.dailymotion.com",
          "open.spotify.com",
          "w.soundcloud.com",
          "embed.podcasts.apple.com",
          "bandcamp.com",
          "player.twitch.tv",
          "archive.org",
          "embed.ted.com",
          "datawrapper.dwcdn.net",
          "flo.uri.sh",
          "www.openstreetmap.org",
          "peertube.tv",
          "embed.bsky.app"};
}

}  // namespace dateline::ingestion
