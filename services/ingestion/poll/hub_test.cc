#include "services/ingestion/poll/hub.h"

#include <gtest/gtest.h>

namespace dateline::ingestion::poll {
namespace {

TEST(FindHub, PrefersHeadersToTheDocumentAndWantsBothLinks) {
  const struct {
    const char* link_header;
    const char* hub;
    const char* self;
    const char* found_hub;
    const char* found_topic;
  } kCases[] = {
      {"", "", "", "", ""},
      {"", "https://hub.example/", "https://a.example/f", "https://hub.example/",
       "https://a.example/f"},
      {"", "https://hub.example/", "", "", ""},
      {"", "", "https://a.example/f", "", ""},
      {"<https://h.example/>; rel=hub", "https://hub.example/", "https://a.example/f",
       "https://h.example/", "https://a.example/f"},
      {"<https://h.example/>; rel=hub, <https://a.example/g>; rel=self", "", "",
       "https://h.example/", "https://a.example/g"},
      {"", "ftp://hub.example/", "https://a.example/f", "", ""},
      {"", "https://user:secret@hub.example/", "https://a.example/f", "", ""},
  };
  for (const auto& c : kCases) {
    http::HttpResponse response;
    response.final_url = "https://a.example/feed";
    if (*c.link_header != '\0') response.headers = {{"Link", c.link_header}};
    v1::Feed feed;
    if (*c.hub != '\0') feed.add_hub_links(c.hub);
    feed.set_self_link(c.self);
    const store::HubOffer offer = FindHub(response, feed);
    EXPECT_EQ(offer.hub, c.found_hub) << c.link_header << c.hub;
    EXPECT_EQ(offer.topic, c.found_topic) << c.link_header << c.self;
  }
}

}  // namespace
}  // namespace dateline::ingestion::poll
