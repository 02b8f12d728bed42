#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_CONVERT_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_CONVERT_H_

#include <string>

#include "absl/status/status.h"
#include "common/html/clean.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "services/ingestion/parse/feed.h"

namespace dateline::ingestion::pipeline {

// An entry's markup, cleaned. Plain text was made markup first.
struct CleanedEntry {
  html::CleanResult content;  // empty if the entry has none
  html::CleanResult summary;
};

// Cleans an entry's content and summary against the entry's own address.
CleanedEntry CleanEntry(const parse::Entry& entry);

// A feed and its entries as messages. Entries carry no content unless `cleaned` gives it. Pure.
v1::Feed FeedToProto(const parse::Feed& feed);
v1::FeedEntry EntryToProto(const parse::Entry& entry, const CleanedEntry& cleaned);

void CategoryToProto(const parse::Category& category, v1::FeedCategory* out);

// The error of ParseFeed as the one that callers are answered with.
absl::Status FromParseFailure(const absl::Status& status, size_t document_bytes);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_CONVERT_H_
