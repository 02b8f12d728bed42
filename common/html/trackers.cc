#include "common/html/trackers.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace dateline::html {
namespace {

// A host (with all below it) and the beginning of the path, empty for any.
struct Beacon {
  absl::string_view host, path;
};

// Counters, advertising and share buttons that occur in feeds.
constexpr Beacon kBeacons[] = {
    // Feed services.
    {"feeds.feedburner.com", "/~r/"},
    {"feeds.feedburner.com", "/~ff/"},
    {"feedproxy.google.com", "/~r/"},
    {"feedproxy.google.com", "/~ff/"},
    {"feedsportal.com", ""},
    {"feedpress.me", ""},
    {"feedads.g.doubleclick.net", ""},
    {"pheedo.com", ""},
    {"feeds.wordpress.com", "/1.0/"},
    {"api.follow.it", "/track"},
    {"feed.mikle.com", ""},
    {"blogger.googleusercontent.com", "/tracker/"},
    {"rss.nytimes.com", "/c/"},
    // Counters of publishing systems and sites.
    {"pixel.wp.com", ""},
    {"stats.wp.com", ""},
    {"stats.wordpress.com", ""},
    {"medium.com", "/_/stat"},
    {"counter.theconversation.com", ""},
    {"counter.theconversation.edu.au", ""},
    {"hits.guardian.co.uk", ""},
    {"hits.theguardian.com", ""},
    {"track.hubspot.com", ""},
    {"tracking.feedpress.it", ""},
    {"tracking.feedpress.com", ""},
    {"logs.dataroid.com", ""},
    {"eotrx.substackcdn.com", ""},
    {"buttondown.email", "/tracking/"},
    {"open.convertkit-mail.com", ""},
    {"list-manage.com", "/track/"},
    // Counters at large.
    {"google-analytics.com", ""},
    {"googletagmanager.com", ""},
    {"facebook.com", "/widgets/"},
    {"quantserve.com", ""},
    {"scorecardresearch.com", ""},
    {"imrworldwide.com", ""},
    {"chartbeat.net", ""},
    {"parsely.com", ""},
    {"statcounter.com", ""},
    {"sitemeter.com", ""},
    {"histats.com", ""},
    {"xiti.com", ""},
    {"ivwbox.de", ""},
    {"met.vgwort.de", ""},
    {"vgwort.de", ""},
    {"counter.yadro.ru", ""},
    {"mc.yandex.ru", ""},
    {"top-fwz1.mail.ru", ""},
    {"counter.rambler.ru", ""},
    {"hit.gemius.pl", ""},
    {"krxd.net", ""},
    {"zemanta.com", "/pixy.gif"},
    {"img.zemanta.com", ""},
    // Advertising and social networks.
    {"doubleclick.net", ""},
    {"googlesyndication.com", ""},
    {"amazon-adsystem.com", ""},
    {"assoc-amazon.com", ""},
    {"assoc-amazon.fr", ""},
    {"assoc-amazon.de", ""},
    {"assoc-amazon.co.uk", ""},
    {"adnxs.com", ""},
    {"invitemedia.com", ""},
    {"rfihub.com", ""},
    {"facebook.com", "/tr"},
    {"connect.facebook.net", ""},
    {"px.ads.linkedin.com", ""},
    {"ct.pinterest.com", ""},
    {"analytics.twitter.com", ""},
    {"t.co", "/i/adsct"},
    {"bat.bing.com", ""},
};

// Ends of paths: counters that run on the site's own host, and pictures of nothing.
constexpr absl::string_view kBeaconFiles[] = {
    "/piwik.php",   "/matomo.php",   "/pixel.gif",       "/pixel.png",  "/1x1.gif",
    "/1x1.png",     "/spacer.gif",   "/blank.gif",       "/clear.gif",  "/transparent.gif",
    "/trans.gif",   "/mf.gif",       "/pixel.jpg",       "/count.gif",  "/counter.gif",
    "/tracker.gif", "/tracking.gif", "/transparent.png", "/beacon.gif", "/b.gif",
};

bool IsAtHost(absl::string_view host, absl::string_view domain) {
  return absl::ConsumeSuffix(&host, domain) && (host.empty() || host.back() == '.');
}

// `style` without white space and comments, in lower case: enough to look for words in it.
std::string Condensed(absl::string_view style) {
  std::string out;
  for (size_t i = 0; i < style.size(); ++i) {
    if (absl::ClippedSubstr(style, i, 2) == "/*") {
      const size_t end = style.find("*/", i + 2);
      if (end == absl::string_view::npos) break;
      i = end + 1;
      continue;
    }
    const auto c = static_cast<unsigned char>(style[i]);
    if (!absl::ascii_isspace(c)) out.push_back(static_cast<char>(absl::ascii_tolower(c)));
  }
  return out;
}

}  // namespace

bool IsBeacon(absl::string_view url) {
  const size_t authority = url.find("//");
  if (authority == absl::string_view::npos) return false;
  absl::string_view rest = absl::ClippedSubstr(url, authority + 2);
  const absl::string_view host = rest.substr(0, rest.find_first_of("/?#:"));
  rest.remove_prefix(host.size());
  const absl::string_view path = rest.substr(0, rest.find_first_of("?#"));
  // FeedBurner on a publisher's own host.
  if (absl::StartsWith(path, "/~r/") && absl::StrContains(path, "/~4/")) return true;
  return std::any_of(std::begin(kBeacons), std::end(kBeacons),
                     [&](const Beacon& beacon) {
                       return absl::StartsWith(rest, beacon.path) && IsAtHost(host, beacon.host);
                     }) ||
         std::any_of(std::begin(kBeaconFiles), std::end(kBeaconFiles),
                     [&](absl::string_view file) { return absl::EndsWithIgnoreCase(path, file); });
}

bool IsSmileyAddress(absl::string_view url) {
  constexpr absl::string_view kPlaces[] = {"/images/core/emoji/", "/wp-includes/images/smilies/",
                                           "/images/emoji/",      "/images/smilies/",
                                           "//twemoji.",          "/twemoji/"};
  return std::any_of(std::begin(kPlaces), std::end(kPlaces),
                     [url](absl::string_view place) { return absl::StrContains(url, place); });
}

bool HidesContent(absl::string_view style) {
  const std::string condensed = Condensed(style);
  for (absl::string_view declaration : absl::StrSplit(condensed, ';')) {
    absl::ConsumeSuffix(&declaration, "!important");
    if (declaration == "display:none" || declaration == "visibility:hidden") return true;
  }
  return false;
}

bool IsPixelSize(absl::string_view style) {
  bool narrow = false;
  bool low = false;
  const std::string condensed = Condensed(style);
  for (absl::string_view declaration : absl::StrSplit(condensed, ';')) {
    absl::ConsumeSuffix(&declaration, "!important");
    bool* const which = absl::ConsumePrefix(&declaration, "width:")    ? &narrow
                        : absl::ConsumePrefix(&declaration, "height:") ? &low
                                                                       : nullptr;
    if (which == nullptr) continue;
    absl::ConsumeSuffix(&declaration, "px");
    *which = declaration == "0" || declaration == "1";
  }
  return narrow && low;
}

}  // namespace dateline::html
