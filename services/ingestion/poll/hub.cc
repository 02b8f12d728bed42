#include "services/ingestion/poll/hub.h"

#include <optional>
#include <string>

#include "common/http/link_header.h"
#include "common/http/url.h"

namespace dateline::ingestion::poll {
namespace {

std::string AddressOrNothing(const std::string& text) {
  const std::optional<url::UrlRecord> url = http::ParseAddress(text);
  return url.has_value() ? url::SerialiseUrl(*url) : "";
}

}  // namespace

store::HubOffer FindHub(const http::HttpResponse& response, const v1::Feed& feed) {
  store::HubOffer offer;
  for (const http::HeaderLink& link : http::LinksOf(response)) {
    if (offer.hub.empty() && link.HasRel("hub")) offer.hub = link.href;
    if (offer.topic.empty() && link.HasRel("self")) offer.topic = link.href;
  }
  for (const std::string& hub : feed.hub_links()) {
    if (offer.hub.empty()) offer.hub = AddressOrNothing(hub);
  }
  if (offer.topic.empty()) offer.topic = AddressOrNothing(feed.self_link());
  if (offer.hub.empty() || offer.topic.empty()) return {};
  return offer;
}

}  // namespace dateline::ingestion::poll
