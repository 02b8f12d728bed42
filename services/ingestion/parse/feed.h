#ifndef DATELINE_SERVICES_INGESTION_PARSE_FEED_H_
#define DATELINE_SERVICES_INGESTION_PARSE_FEED_H_

#include <string>
#include <vector>

#include "dateline/ingestion/v1/feed.pb.h"

namespace dateline::ingestion::parse {

// Markup or plain text, not cleaned, and the address that relative links within are based on (see
// BaseTexts in entry_rules.h).
struct Text {
  std::string value;
  bool is_html = false;
  std::string base_url;
};

// What of an entry its message has no place for: its texts as they are written, whether WordPress
// shows it only to those who know a password, and whether the document ends within it, so that only
// those of its fields are there that end before.
struct EntryExtras {
  Text summary;
  Text content;
  bool is_protected = false;
  bool is_cut = false;
};

// A whole document. All strings are valid UTF-8 and trimmed; an empty string means that the feed is
// silent. Addresses are absolute http(s) URLs unless a field says otherwise. What is made of the
// texts (summary, content_html, content_text, word_count) is left empty.
struct ParsedFeed {
  v1::Feed feed;
  // One for each of the feed's entries, in the same order.
  std::vector<EntryExtras> extras;
};

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_FEED_H_
