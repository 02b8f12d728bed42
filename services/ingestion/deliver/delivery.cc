#include "services/ingestion/deliver/delivery.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/check.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/excerpt.h"
#include "common/errors/status_proto.h"
#include "services/ingestion/deliver/topic_assigner.h"

namespace dateline::ingestion::deliver {
namespace {

using pipeline::DocumentEntry;
using pipeline::EntryFate;

// An item above this cannot travel: a message's bound, less the room for its envelope.
constexpr size_t kMaxItemBytes = limits::kMaxMessageBytes - (size_t{64} << 10);

// Of a title or an id that is kept with a reject.
constexpr size_t kMaxKeptBytes = 1'024;

void Count(catalog::v1::UpsertOutcome outcome, v1::OutcomeCounts* counts) {
  switch (outcome) {
    case catalog::v1::UPSERT_OUTCOME_CREATED:
      return counts->set_created(counts->created() + 1);
    case catalog::v1::UPSERT_OUTCOME_REVISED:
      return counts->set_revised(counts->revised() + 1);
    case catalog::v1::UPSERT_OUTCOME_UNCHANGED:
      return counts->set_unchanged(counts->unchanged() + 1);
    case catalog::v1::UPSERT_OUTCOME_MERGED:
      return counts->set_merged(counts->merged() + 1);
    case catalog::v1::UPSERT_OUTCOME_PROPOSED:
      return counts->set_proposed(counts->proposed() + 1);
    default:
      return counts->set_rejected(counts->rejected() + 1);
  }
}

// One batch in the making, and which entries its items are.
struct Batch {
  catalog::v1::BatchUpsertArticlesRequest request;
  std::vector<size_t> entries;
  size_t bytes = 0;
};

void StartBatch(const content::v1::Source& source, int64_t lease_epoch, bool validate_only,
                Batch* batch) {
  *batch = Batch();
  batch->request.set_source(source.name());
  batch->request.set_publication(source.publication());
  batch->request.set_lease_epoch(lease_epoch);
  batch->request.set_validate_only(validate_only);
  batch->request.set_source_rank(source.rank());
  batch->request.set_feed_wins(source.feed_wins());
}

void KeepReject(const v1::EntryResult& entry, const catalog::v1::UpsertItem& item,
                Delivered* delivered) {
  // The time of observation, which is always new, does not make it another one.
  delivered->rejects.push_back({error::FromProto(entry.error()), entry.entry_position(),
                                entry.title(), item.SerializeAsString(),
                                absl::StrCat(entry.entry_position(), "\n", entry.entry_id(), "\n",
                                             entry.title(), "\n", item.origin().content_hash())});
}

// Whether an item was refused for one of its own topics.
bool LostTopic(const catalog::v1::UpsertItem& item, const catalog::v1::UpsertResult& result) {
  const absl::Status why = error::FromProto(result.error());
  if (error::ReasonOf(why) != errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND) return false;
  const auto& topics = item.article().topics();
  return std::any_of(topics.begin(), topics.end(), [&](const content::v1::ArticleTopic& topic) {
    return absl::StrContains(why.message(), topic.topic());
  });
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
  if (!repeated.position().empty()) response->set_position(repeated.position());
  return absl::OkStatus();
}

absl::Status Send(const RequestContext& context, CatalogPort& catalog, Batch& batch,
                  TopicAssigner* topics, Delivered* delivered) {
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
    Count(result.outcome(), &delivered->counts);
    if (result.outcome() == catalog::v1::UPSERT_OUTCOME_CREATED) {
      topics->BecameArticle(batch.entries[i], result.article());
    }
    if (result.outcome() == catalog::v1::UPSERT_OUTCOME_REJECTED) {
      KeepReject(entry, batch.request.items(static_cast<int>(i)), delivered);
    }
  }
  if (!response.position().empty()) delivered->position = response.position();
  return absl::OkStatus();
}

v1::EntryResult StartResult(const DocumentEntry& entry) {
  v1::EntryResult result;
  result.set_entry_position(entry.position);
  result.set_entry_id(entry.entry_id);
  result.set_title(entry.title);
  return result;
}

// Topics that came with the entry stand before those that were found for it.
void MergeTopics(google::protobuf::RepeatedPtrField<content::v1::ArticleTopic> given,
                 content::v1::Article* article) {
  std::set<std::string> seen;
  for (const content::v1::ArticleTopic& topic : given) seen.insert(topic.topic());
  for (content::v1::ArticleTopic& topic : *article->mutable_topics()) {
    if (given.size() < limits::kMaxTopicsPerArticle && seen.insert(topic.topic()).second) {
      *given.Add() = std::move(topic);
    }
  }
  article->mutable_topics()->Swap(&given);
}

// Decided without the catalog.
void Reject(const absl::Status& why, const catalog::v1::UpsertItem& item, v1::EntryResult* result,
            Delivered* delivered) {
  result->set_outcome(catalog::v1::UPSERT_OUTCOME_REJECTED);
  *result->mutable_error() = error::ToProto(why);
  Count(result->outcome(), &delivered->counts);
  KeepReject(*result, item, delivered);
}

// The catalog would refuse the whole batch for an item that breaks a bound of the contract.
void Check(DocumentEntry* entry, v1::EntryResult* answer) {
  entry->rejection = api::Check(entry->item);
  if (entry->rejection.ok()) return;
  entry->fate = EntryFate::kReject;
  // They are kept with the reject, and may be what is wrong.
  answer->set_title(error::Excerpt(answer->title(), kMaxKeptBytes));
  answer->set_entry_id(error::Excerpt(answer->entry_id(), kMaxKeptBytes));
}

// The entry's categories with their terms and labels, or by name where nothing else is known.
std::vector<content::v1::FeedCategory> CategoriesOf(const DocumentEntry& entry) {
  const auto& of_feed = entry.item.origin().entry().categories();
  std::vector<content::v1::FeedCategory> categories(of_feed.begin(), of_feed.end());
  if (!categories.empty()) return categories;
  for (const std::string& name : entry.categories) {
    categories.emplace_back().set_term(name);
  }
  return categories;
}

// Adds what came of the entries to `*result`.
absl::Status SendEntries(const RequestContext& context, CatalogPort& catalog, TopicAssigner& topics,
                         const content::v1::Source& source, int64_t lease_epoch, bool validate_only,
                         std::vector<DocumentEntry> entries, Delivered* result) {
  Delivered& delivered = *result;
  Batch batch;
  StartBatch(source, lease_epoch, validate_only, &batch);
  for (DocumentEntry& entry : entries) {
    delivered.entries.push_back(StartResult(entry));
    v1::EntryResult& answer = delivered.entries.back();
    if (entry.fate == EntryFate::kSkip) {
      // Not an outcome of the catalog's: counted apart, with its reason.
      answer.mutable_error()->set_message(entry.skip_reason);
      delivered.counts.set_skipped(delivered.counts.skipped() + 1);
      continue;
    }
    const size_t bytes = entry.item.ByteSizeLong();
    if (entry.fate == EntryFate::kDeliver && bytes > kMaxItemBytes) {
      entry.fate = EntryFate::kReject;
      entry.rejection = error::InvalidField(
          "article", absl::StrCat("has ", bytes, " bytes with all that belongs to it, more than ",
                                  kMaxItemBytes));
    }
    if (entry.fate == EntryFate::kDeliver) Check(&entry, &answer);
    if (entry.fate == EntryFate::kReject) {
      Reject(entry.rejection, entry.item, &answer, &delivered);
      continue;
    }
    if (batch.request.items_size() == kMaxBatchItems ||
        (batch.bytes > 0 && batch.bytes + bytes > kMaxBatchBytes)) {
      DATELINE_RETURN_IF_ERROR(Send(context, catalog, batch, &topics, &delivered));
      StartBatch(source, lease_epoch, validate_only, &batch);
    }
    batch.bytes += bytes;
    batch.entries.push_back(delivered.entries.size() - 1);
    *batch.request.add_items() = std::move(entry.item);
  }
  return Send(context, catalog, batch, &topics, &delivered);
}

}  // namespace

absl::Status AssignTopics(const RequestContext& context, TopicAssigner& topics,
                          std::vector<DocumentEntry>* entries) {
  for (size_t i = 0; i < entries->size(); ++i) {
    DocumentEntry& entry = (*entries)[i];
    if (entry.fate != EntryFate::kDeliver) continue;
    content::v1::Article& article = *entry.item.mutable_article();
    auto given = std::move(*article.mutable_topics());
    article.clear_topics();
    DATELINE_RETURN_IF_ERROR(topics.Assign(context, i, CategoriesOf(entry), &article));
    if (!given.empty()) MergeTopics(std::move(given), &article);
  }
  return absl::OkStatus();
}

absl::StatusOr<Delivered> DeliverEntries(const RequestContext& context, CatalogPort& catalog,
                                         TopicAssigner& topics, const content::v1::Source& source,
                                         int64_t lease_epoch, bool validate_only,
                                         std::vector<DocumentEntry> entries) {
  Delivered delivered;
  const absl::Status status = SendEntries(context, catalog, topics, source, lease_epoch,
                                          validate_only, std::move(entries), &delivered);
  // Also after an error: what was delivered before it counts.
  topics.Record(context);
  DATELINE_RETURN_IF_ERROR(status);
  return delivered;
}

absl::StatusOr<Delivered> Deliver(const RequestContext& context, CatalogPort& catalog,
                                  TopicDirectory& topics, const content::v1::Source& source,
                                  int64_t lease_epoch, bool validate_only,
                                  pipeline::Document document) {
  TopicAssigner assigner(topics, source, validate_only);
  DATELINE_RETURN_IF_ERROR(AssignTopics(context, assigner, &document.entries));
  return DeliverEntries(context, catalog, assigner, source, lease_epoch, validate_only,
                        std::move(document.entries));
}

}  // namespace dateline::ingestion::deliver
