#include <cstdint>

#include "services/ingestion/parse/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto feed = dateline::ingestion::parse::ParseFeed(
      {reinterpret_cast<const char*>(data), size},
      {.content_type = "", .base_url = "https://example.org/"});
  // Every refusal names its reason; everything else is repaired or well-formed, never both.
  if (!feed.ok() && !dateline::ingestion::parse::ParseFailureOf(feed.status())) __builtin_trap();
  if (feed.ok() && feed->feed.well_formed() != feed->feed.fault().empty()) __builtin_trap();
  return 0;
}
