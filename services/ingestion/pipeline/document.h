#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_DOCUMENT_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_DOCUMENT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/ingestion/v1/source.pb.h"
#include "services/ingestion/identify/keys.h"
#include "services/ingestion/parse/feed.h"

namespace dateline::ingestion::pipeline {

// What a document brings, and in which circumstances.
struct DocumentInput {
  absl::string_view bytes;
  std::string content_type;
  std::string base_url;
  v1::Source source;
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
  catalog::v1::UpsertItem item;              // kDeliver and, to be kept, kReject
  std::vector<v1::FeedCategory> categories;  // to be mapped to topics, in the feed's order
  std::vector<std::string> topics;           // `topics/{id}`, that came with it
  absl::Status rejection;                    // kReject: why
  std::string skip_reason;                   // kSkip: why, e.g. a draft or a page
  std::vector<std::string> cuts;             // what is left out of it, and why; see fit.h
};

// A document understood.
struct Document {
  v1::Feed feed;  // without entries
  EntryKeyForm key_form = EntryKeyForm::kGuid;
  std::string guid_memory;             // to be kept with the source, as is the form
  std::vector<DocumentEntry> entries;  // in document order
};

// Parses, cleans and identifies. UNKNOWN_FORMAT, DOCUMENT_TOO_LARGE, ENTITY_EXPANSION,
// TOO_MANY_ENTRIES for a document that cannot be read; an entry that cannot be taken is rejected by
// itself. Pure.
absl::StatusOr<Document> ReadDocument(const DocumentInput& input);

// Adds to an article what its entry could not say of it.
using CompleteArticle = std::function<void(content::v1::Article*)>;

// The same for an entry that comes without a document; its key is made of itself alone.
// `input.bytes` and `input.key_form` play no part. Pure.
DocumentEntry ReadEntryAlone(const DocumentInput& input, v1::FeedEntry entry,
                             const parse::EntryExtras& extras,
                             const CompleteArticle& complete = nullptr);

// An item that was rejected, as it is kept: a catalog.v1.UpsertItem without the topics that were
// found for it, which has the categories and topics that the entry came with in a field that the
// contract does not know. Pure.
std::string KeptForm(catalog::v1::UpsertItem item, const DocumentEntry& entry);

// The entry of such bytes, checked again. INTERNAL if they are none. Pure.
absl::StatusOr<DocumentEntry> EntryOfKeptForm(absl::string_view bytes, int position);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_DOCUMENT_H_
