#include "services/ingestion/discover/candidates.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/html/page_links.h"
#include "common/http/link_header.h"
#include "common/http/url.h"

namespace dateline::ingestion::discover {
namespace {

constexpr absl::string_view kFeedTypes[] = {
    "application/rss+xml",   "application/atom+xml",
    "application/feed+json", "application/rdf+xml",
    "application/x-rss+xml", "text/rss+xml",
    "text/atom+xml",         "application/json",
    "application/xml",       "text/xml",
};

constexpr absl::string_view kPaths[] = {
    "/feed", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/rss", "/feed.json",
};

std::string WithoutParameters(absl::string_view type) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(type.substr(0, type.find(';'))));
}

bool Has(const std::vector<std::string>& rels, absl::string_view rel) {
  return std::find(rels.begin(), rels.end(), rel) != rels.end();
}

// JSON and XML of other kinds are linked as alternates too.
bool IsSomethingElse(const std::string& url) {
  const std::string lower = absl::AsciiStrToLower(url);
  return absl::StrContains(lower, "/wp-json") || absl::StrContains(lower, "rest_route=") ||
         absl::StrContains(lower, "oembed");
}

bool MayBeFeed(const std::vector<std::string>& rels, absl::string_view type,
               const std::string& url) {
  if (IsSomethingElse(url)) return false;
  if (Has(rels, "feed")) return true;
  // A style sheet of another look, or a page for another device, is an alternate too.
  if (!Has(rels, "alternate") || Has(rels, "stylesheet")) return false;
  const std::string bare = WithoutParameters(type);
  return std::find(std::begin(kFeedTypes), std::end(kFeedTypes), bare) != std::end(kFeedTypes);
}

void Add(const std::string& url, v1::FeedDiscovery found_by, std::vector<Candidate>* candidates) {
  const bool known = std::any_of(candidates->begin(), candidates->end(),
                                 [&](const Candidate& other) { return other.url == url; });
  if (!known) candidates->push_back({url, found_by});
}

// A fragment leads to the same document.
std::string WithoutFragment(const std::string& url) { return url.substr(0, url.find('#')); }

}  // namespace

std::vector<Candidate> NamedFeeds(const http::HttpResponse& page, absl::string_view html) {
  std::vector<Candidate> candidates;
  for (const http::HeaderLink& link : http::LinksOf(page)) {
    if (MayBeFeed(link.rels, link.type, link.href)) {
      Add(WithoutFragment(link.href), v1::FEED_DISCOVERY_LINK_HEADER, &candidates);
    }
  }
  for (const html::PageLink& link : html::PageLinks(html, page.final_url)) {
    if (MayBeFeed(link.rels, link.type, link.href)) {
      Add(WithoutFragment(link.href), v1::FEED_DISCOVERY_LINK_ELEMENT, &candidates);
    }
  }
  return candidates;
}

std::vector<Candidate> WellKnownPaths(const std::string& page_url) {
  std::vector<Candidate> candidates;
  const std::optional<url::UrlRecord> url = http::ParseAddress(page_url);
  if (!url.has_value()) return candidates;
  const std::string origin = url::OriginOf(*url);
  for (const absl::string_view path : kPaths) {
    Add(absl::StrCat(origin, path), v1::FEED_DISCOVERY_WELL_KNOWN, &candidates);
  }
  return candidates;
}

}  // namespace dateline::ingestion::discover
