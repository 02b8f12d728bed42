#include "services/ingestion/deliver/delivery.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/api/outcome_counts.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/excerpt.h"
#include "common/errors/status_proto.h"
#include "common/position/position.h"
#include "google/rpc/error_details.pb.h"
#include "services/ingestion/deliver/topic_assigner.h"

namespace dateline::ingestion::deliver {
namespace {

using pipeline::DocumentEntry;
using pipeline::EntryFate;

// An item above this cannot travel: a message's bound, less the room for its envelope.
constexpr size_t kMaxItemBytes = limits::kMaxMessageBytes - (size_t{64} << 10);

// Of a title or an id that is kept with a reject.
constexpr size_t kMaxKeptBytes = 1'024;

// What came of a document so far, and its entries, of which the items go when they are sent.
struct Sending {
  std::vector<DocumentEntry> entries;
  Delivered delivered;
};

// One batch in the making, and which entries its items are.
struct Batch {
  catalog::v1::BatchUpsertArticlesRequest request;
  std::vector<size_t> entries;
  size_t bytes = 0;
};

void StartBatch(const v1::Source& source, int64_t lease_epoch, bool validate_only, Batch* batch) {
  *batch = Batch();
  batch->request.set_source(source.name());
  batch->request.set_publication(source.publication());
  batch->request.set_lease_epoch(lease_epoch);
  batch->request.set_validate_only(validate_only);
  batch->request.set_source_rank(source.rank());
  batch->request.set_feed_wins(source.feed_wins());
}

// What is kept of an item whose article was taken down: what it is known by, nothing of its text.
store::NewReject WithoutText(const v1::EntryResult& answer, const catalog::v1::UpsertItem& item,
                             const absl::Status& why) {
  catalog::v1::UpsertItem left;
  left.set_entry_id(item.entry_id());
  left.set_content_hash(item.content_hash());
  *left.mutable_keys() = item.keys();
  return {why, answer.entry_position(), "", left.SerializeAsString(), item.entry_id()};
}

void KeepReject(const v1::EntryResult& answer, const catalog::v1::UpsertItem& item,
                const DocumentEntry& entry, Delivered* delivered) {
  const absl::Status why = error::FromProto(answer.error());
  if (error::ReasonOf(why) == errors::v1::ERROR_REASON_TAKEN_DOWN) {
    delivered->rejects.push_back(WithoutText(answer, item, why));
    return;
  }
  // The time of observation, which is always new, does not make it another one.
  delivered->rejects.push_back({why, answer.entry_position(), answer.title(),
                                pipeline::KeptForm(item, entry),
                                absl::StrCat(answer.entry_position(), "\n", answer.entry_id(), "\n",
                                             answer.title(), "\n", item.content_hash())});
}

// Whether an item was refused for one of its own topics.
bool LostTopic(const catalog::v1::UpsertItem& item, const catalog::v1::UpsertResult& result) {
  if (error::ReasonOf(error::FromProto(result.error())) !=
      errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND) {
    return false;
  }
  google::rpc::ResourceInfo missing;
  for (const google::protobuf::Any& detail : result.error().details()) {
    if (detail.Is<google::rpc::ResourceInfo>() && !detail.UnpackTo(&missing)) return false;
  }
  const auto& topics = item.article().topics();
  return std::any_of(topics.begin(), topics.end(), [&](const content::v1::ArticleTopic& topic) {
    return topic.topic() == missing.resource_name();
  });
}

// The later of two positions of one log; of two that cannot be compared, the second.
std::string LaterOf(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  const auto first = DecodePosition(a, "position");
  const auto second = DecodePosition(b, "position");
  const bool comparable = first.ok() && second.ok() && SameLog(*first, *second);
  return comparable && ComparePositions(*first, *second) > 0 ? a : b;
}

// Delivers again, without their lost topics, the items that were refused because a topic was
// deleted since it was looked up.
absl::Status SendWithoutLostTopics(const RequestContext& context, CatalogPort& catalog,
                                   TopicAssigner* topics, Batch* batch,
                                   catalog::v1::BatchUpsertArticlesResponse* response) {
  catalog::v1::BatchUpsertArticlesRequest again = batch->request;
  again.clear_items();
  std::vector<int> items;
  for (int i = 0; i < response->results_size(); ++i) {
    catalog::v1::UpsertItem& item = *batch->request.mutable_items(i);
    if (!LostTopic(item, response->results(i))) continue;
    DATELINE_RETURN_IF_ERROR(topics->DropLost(context, item.mutable_article()));
    *again.add_items() = item;
    items.push_back(i);
  }
  if (items.empty()) return absl::OkStatus();
  DATELINE_ASSIGN_OR_RETURN(const auto repeated, catalog.Upsert(context, again));
  if (static_cast<size_t>(repeated.results_size()) != items.size()) {
    return error::Internal("the catalog did not answer every item");
  }
  for (size_t i = 0; i < items.size(); ++i) {
    *response->mutable_results(items[i]) = repeated.results(static_cast<int>(i));
  }
  response->set_position(LaterOf(response->position(), repeated.position()));
  return absl::OkStatus();
}

absl::Status Send(const RequestContext& context, CatalogPort& catalog, Batch& batch,
                  TopicAssigner* topics, Sending* sending) {
  Delivered* const delivered = &sending->delivered;
  if (batch.entries.empty()) return absl::OkStatus();
  DATELINE_ASSIGN_OR_RETURN(auto response, catalog.Upsert(context, batch.request));
  if (static_cast<size_t>(response.results_size()) != batch.entries.size()) {
    return error::Internal("the catalog did not answer every item");
  }
  DATELINE_RETURN_IF_ERROR(SendWithoutLostTopics(context, catalog, topics, &batch, &response));
  for (size_t i = 0; i < batch.entries.size(); ++i) {
    const catalog::v1::UpsertResult& result = response.results(static_cast<int>(i));
    v1::EntryResult& entry = delivered->entries[batch.entries[i]];
    entry.set_outcome(result.outcome());
    entry.set_article(result.article());
    if (result.has_error()) *entry.mutable_error() = result.error();
    api::CountOutcome(result.outcome(), &delivered->counts);
    if (result.outcome() == catalog::v1::UPSERT_OUTCOME_CREATED) {
      topics->BecameArticle(batch.entries[i], result.article());
    }
    if (result.outcome() == catalog::v1::UPSERT_OUTCOME_REJECTED) {
      KeepReject(entry, batch.request.items(static_cast<int>(i)),
                 sending->entries[batch.entries[i]], delivered);
    }
  }
  // An unchanged entry answers an older position than the last change.
  delivered->position = LaterOf(delivered->position, response.position());
  return absl::OkStatus();
}

v1::EntryResult StartResult(const DocumentEntry& entry) {
  v1::EntryResult result;
  result.set_entry_position(entry.position);
  result.set_entry_id(entry.entry_id);
  result.set_title(entry.title);
  // No error, as nothing else of it is set: the entry is taken without what is named.
  if (!entry.cuts.empty()) result.mutable_error()->set_message(absl::StrJoin(entry.cuts, "; "));
  return result;
}

// Topics that came with the entry stand before those that were found for it.
void MergeTopics(const std::vector<std::string>& given, content::v1::Article* article) {
  google::protobuf::RepeatedPtrField<content::v1::ArticleTopic> topics;
  std::set<std::string> seen;
  for (const std::string& name : given) {
    if (!seen.insert(name).second) continue;
    content::v1::ArticleTopic& topic = *topics.Add();
    topic.set_topic(name);
    topic.set_origin(content::v1::TOPIC_ORIGIN_FEED);
  }
  for (content::v1::ArticleTopic& topic : *article->mutable_topics()) {
    if (topics.size() < limits::kMaxTopicsPerArticle && seen.insert(topic.topic()).second) {
      *topics.Add() = std::move(topic);
    }
  }
  article->mutable_topics()->Swap(&topics);
}

// Decided without the catalog.
void Reject(const DocumentEntry& entry, v1::EntryResult* result, Delivered* delivered) {
  result->set_outcome(catalog::v1::UPSERT_OUTCOME_REJECTED);
  *result->mutable_error() = error::ToProto(entry.rejection);
  // They are kept with the reject, and may be what is wrong.
  result->set_title(error::Excerpt(result->title(), kMaxKeptBytes));
  result->set_entry_id(error::Excerpt(result->entry_id(), kMaxKeptBytes));
  api::CountOutcome(result->outcome(), &delivered->counts);
  KeepReject(*result, entry.item, entry, delivered);
}

// Skips or rejects an entry that is not to be sent; false if it is.
bool Settle(DocumentEntry& entry, size_t bytes, v1::EntryResult* answer, Delivered* delivered) {
  if (entry.fate == EntryFate::kSkip) {
    // Not an outcome of the catalog's: counted apart, with its reason.
    answer->mutable_error()->set_message(entry.skip_reason);
    delivered->counts.set_skipped(delivered->counts.skipped() + 1);
    return true;
  }
  if (entry.fate == EntryFate::kDeliver && bytes > kMaxItemBytes) {
    entry.fate = EntryFate::kReject;
    entry.rejection = error::InvalidField(
        "article", absl::StrCat("has ", bytes, " bytes with all that belongs to it, more than ",
                                kMaxItemBytes));
  }
  if (entry.fate != EntryFate::kReject) return false;
  Reject(entry, answer, delivered);
  return true;
}

// Adds what came of the entries to what is sent.
absl::Status SendEntries(const RequestContext& context, CatalogPort& catalog, TopicAssigner& topics,
                         const v1::Source& source, int64_t lease_epoch, bool validate_only,
                         Sending* sending) {
  Delivered& delivered = sending->delivered;
  Batch batch;
  StartBatch(source, lease_epoch, validate_only, &batch);
  for (DocumentEntry& entry : sending->entries) {
    delivered.entries.push_back(StartResult(entry));
    const size_t bytes = entry.item.ByteSizeLong();
    if (Settle(entry, bytes, &delivered.entries.back(), &delivered)) continue;
    if (batch.request.items_size() == kMaxBatchItems ||
        (batch.bytes > 0 && batch.bytes + bytes > kMaxBatchBytes)) {
      DATELINE_RETURN_IF_ERROR(Send(context, catalog, batch, &topics, sending));
      StartBatch(source, lease_epoch, validate_only, &batch);
    }
    batch.bytes += bytes;
    batch.entries.push_back(delivered.entries.size() - 1);
    *batch.request.add_items() = std::move(entry.item);
  }
  return Send(context, catalog, batch, &topics, sending);
}

}  // namespace

absl::Status AssignTopics(const RequestContext& context, TopicAssigner& topics,
                          std::vector<DocumentEntry>* entries) {
  std::vector<v1::FeedCategory> wanted;
  for (const DocumentEntry& entry : *entries) {
    if (entry.fate != EntryFate::kDeliver) continue;
    const auto looked_at = std::min<size_t>(entry.categories.size(), TopicAssigner::kMaxCategories);
    wanted.insert(wanted.end(), entry.categories.begin(),
                  entry.categories.begin() + static_cast<std::ptrdiff_t>(looked_at));
  }
  DATELINE_RETURN_IF_ERROR(topics.Prepare(context, wanted));
  for (size_t i = 0; i < entries->size(); ++i) {
    DocumentEntry& entry = (*entries)[i];
    if (entry.fate != EntryFate::kDeliver) continue;
    DATELINE_RETURN_IF_ERROR(topics.Assign(context, i, entry.categories, &entry.item));
    if (topics.left_out() > 0) {
      entry.cuts.push_back(absl::StrCat("topics: ", topics.left_out(), " left out, ",
                                        limits::kMaxTopicsPerArticle, " kept"));
    }
    if (!entry.topics.empty()) MergeTopics(entry.topics, entry.item.mutable_article());
  }
  return absl::OkStatus();
}

absl::StatusOr<Delivered> DeliverEntries(const RequestContext& context, CatalogPort& catalog,
                                         TopicAssigner& topics, const v1::Source& source,
                                         int64_t lease_epoch, bool validate_only,
                                         std::vector<DocumentEntry> entries) {
  Sending sending;
  sending.entries = std::move(entries);
  const absl::Status status =
      SendEntries(context, catalog, topics, source, lease_epoch, validate_only, &sending);
  // Also after an error: what was delivered before it counts.
  topics.Record(context);
  DATELINE_RETURN_IF_ERROR(status);
  return std::move(sending.delivered);
}

absl::StatusOr<Delivered> Deliver(const RequestContext& context, CatalogPort& catalog,
                                  TopicDirectory& topics, const v1::Source& source,
                                  int64_t lease_epoch, bool validate_only,
                                  pipeline::Document document) {
  TopicAssigner assigner(topics, source, validate_only);
  DATELINE_RETURN_IF_ERROR(AssignTopics(context, assigner, &document.entries));
  return DeliverEntries(context, catalog, assigner, source, lease_epoch, validate_only,
                        std::move(document.entries));
}

}  // namespace dateline::ingestion::deliver
