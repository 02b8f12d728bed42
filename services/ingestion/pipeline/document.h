#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_DOCUMENT_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_DOCUMENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/upsert.pb.h"
#include "dateline/content/v1/feed.pb.h"
#include "dateline/content/v1/source.pb.h"
#include "services/ingestion/identify/keys.h"

namespace dateline::ingestion::pipeline {

// What a document brings, and in which circumstances.
struct DocumentInput {
  absl::string_view bytes;
  std::string content_type;
  std::string base_url;
  content::v1::Source source;
  absl::Time observed_at;
  // The form of entry keys that the source had come to before, and what it remembers of guids.
  EntryKeyForm key_form = EntryKeyForm::kGuid;
  std::string guid_memory = {};
};

// What is to be done with one entry.
enum class EntryFate { kDeliver, kReject, kSkip };

// One entry, ready for delivery but for its topics.
struct DocumentEntry {
  int position = 0;
  std::string entry_id;
  std::string title;
  EntryFate fate = EntryFate::kDeliver;
  catalog::v1::UpsertItem item;         // kDeliver and, to be kept, kReject
  std::vector<std::string> categories;  // to be mapped to topics, in the feed's order
  absl::Status rejection;               // kReject: why
  std::string skip_reason;              // kSkip: why, e.g. a draft or a page
};

// A document understood.
struct Document {
  content::v1::Feed feed;  // without entries
  EntryKeyForm key_form = EntryKeyForm::kGuid;
  std::string guid_memory;             // to be kept with the source, as is the form
  std::vector<DocumentEntry> entries;  // in document order
};

// Parses, cleans and identifies. UNKNOWN_FORMAT, DOCUMENT_TOO_LARGE, ENTITY_EXPANSION,
// TOO_MANY_ENTRIES for a document that cannot be read; an entry that cannot be taken is rejected by
// itself. Pure.
absl::StatusOr<Document> ReadDocument(const DocumentInput& input);

// The entry of an item that was rejected before and kept: checked again, with the categories that
// it came with. Pure.
DocumentEntry EntryOfKeptItem(catalog::v1::UpsertItem item, int position);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_DOCUMENT_H_
