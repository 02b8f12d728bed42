#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_CLEAN_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_CLEAN_H_

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
CleanedEntry CleanEntry(const v1::FeedEntry& entry, const parse::EntryExtras& extras);

// The body is the content; a feed that gives none puts what it has into the summary.
const html::CleanResult& BodyOf(const CleanedEntry& cleaned);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_CLEAN_H_
