#include "services/ingestion/service/bulk_handlers.h"

#include <algorithm>
#include <utility>

#include "common/api/check.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/text/utf8.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/pipeline/pushed_article.h"
#include "services/ingestion/service/request_checks.h"

namespace dateline::ingestion::service {
namespace {

// Answers wait for a caller who does not read them, so what they repeat of an item is small.
constexpr size_t kMaxEchoBytes = 1'024;

std::string Echo(const std::string& text) {
  return std::string(text::TruncateUtf8(text, kMaxEchoBytes));
}

void Reject(const absl::Status& why, v1::IngestArticlesResponse* answer) {
  answer->mutable_result()->set_outcome(catalog::v1::UPSERT_OUTCOME_REJECTED);
  *answer->mutable_result()->mutable_error() = error::ToProto(why);
}

// What is known of an item before anything is done with it.
v1::IngestArticlesResponse StartAnswer(const v1::IngestArticlesRequest& item) {
  v1::IngestArticlesResponse answer;
  answer.set_request_id(Echo(item.request_id()));
  answer.mutable_result()->set_entry_position(item.entry_position());
  answer.mutable_result()->set_entry_id(Echo(item.entry_id()));
  answer.mutable_result()->set_title(Echo(item.article().title()));
  return answer;
}

// An item's content: the same one again is the same request, wherever it stands in its file and
// whether or not it repeats its source.
std::string FingerprintOf(const std::string& source, v1::IngestArticlesRequest item) {
  item.set_source(source);
  item.clear_entry_position();
  return item.SerializeAsString();
}

// What is remembered of an answer: no content.
std::string WithoutContent(v1::IngestArticlesResponse answer) {
  answer.mutable_result()->clear_title();
  answer.mutable_result()->clear_entry_id();
  answer.mutable_result()->clear_entry_position();
  return answer.SerializeAsString();
}

// Whether an id is so wrong that it cannot be remembered.
bool IsRequestIdAtFault(const absl::Status& fault) {
  const google::rpc::BadRequest violations = error::FieldViolationsOf(fault);
  return std::any_of(violations.field_violations().begin(), violations.field_violations().end(),
                     [](const auto& violation) { return violation.field() == "request_id"; });
}

// An answer given before, to the item that comes again.
bool FillFrom(const std::string& remembered, v1::IngestArticlesResponse* answer) {
  v1::IngestArticlesResponse first;
  if (!first.ParseFromString(remembered)) return false;
  v1::EntryResult& result = *answer->mutable_result();
  result.set_outcome(first.result().outcome());
  result.set_article(first.result().article());
  result.clear_error();
  if (first.result().has_error()) *result.mutable_error() = first.result().error();
  answer->set_position(first.position());
  return true;
}

}  // namespace

absl::Status BulkHandlers::ClaimRequests(const RequestContext& context, const BulkItems& items,
                                         const std::vector<absl::Status>& faults,
                                         PreparedItems* prepared, std::vector<bool>* answered) {
  std::vector<store::ItemRequest> requests;
  std::vector<size_t> requesters;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string& id = items[i].request.request_id();
    if (id.empty() || IsRequestIdAtFault(faults[i])) continue;
    requests.push_back({id, FingerprintOf(prepared->source.name(), items[i].request)});
    requesters.push_back(i);
  }
  DATELINE_ASSIGN_OR_RETURN(const std::vector<store::KnownItem> known,
                            store_.ClaimItems(context, requests));
  for (size_t r = 0; r < requests.size(); ++r) {
    v1::IngestArticlesResponse& answer = prepared->answers[requesters[r]];
    if (known[r].reused) {
      Reject(error::RequestIdReused(requests[r].request_id), &answer);
    } else if (!known[r].answer.has_value() || !FillFrom(*known[r].answer, &answer)) {
      prepared->requests.push_back(std::move(requests[r]));
      prepared->requesters.push_back(requesters[r]);
      continue;
    }
    (*answered)[requesters[r]] = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<PreparedItems> BulkHandlers::Prepare(const RequestContext& context,
                                                    const std::string& source,
                                                    const BulkItems& items) {
  PreparedItems prepared;
  for (const BulkItem& item : items) prepared.answers.push_back(StartAnswer(item.request));
  absl::Status known = CheckName("source", source, "sources");
  if (known.ok()) {
    absl::StatusOr<store::StoredSource> stored = store_.Get(context, source);
    if (stored.ok()) {
      prepared.source = std::move(stored->source);
      prepared.source_key = stored->key;
    } else if (!absl::IsNotFound(stored.status())) {
      return stored.status();
    }
    known = stored.status();
  }
  if (!known.ok()) {
    for (v1::IngestArticlesResponse& answer : prepared.answers) Reject(known, &answer);
    return prepared;
  }
  std::vector<absl::Status> faults;
  for (const BulkItem& item : items) faults.push_back(api::Check(item.request));
  std::vector<bool> answered(items.size(), false);
  DATELINE_RETURN_IF_ERROR(ClaimRequests(context, items, faults, &prepared, &answered));
  for (size_t i = 0; i < items.size(); ++i) {
    if (answered[i]) continue;
    DATELINE_RETURN_IF_ERROR(context.Check());
    prepared.items.push_back(i);
    pipeline::DocumentEntry& entry = prepared.entries.emplace_back(
        pipeline::ReadPushedArticle(items[i].request, prepared.source, items[i].received));
    if (faults[i].ok()) continue;
    // Kept as far as it can be read, as everything that is rejected.
    entry.fate = pipeline::EntryFate::kReject;
    entry.rejection = faults[i];
  }
  prepared.topics = std::make_unique<deliver::TopicAssigner>(topics_, prepared.source,
                                                             /*dry_run=*/false);
  DATELINE_RETURN_IF_ERROR(deliver::AssignTopics(context, *prepared.topics, &prepared.entries));
  return prepared;
}

absl::StatusOr<BulkAnswers> BulkHandlers::Deliver(const RequestContext& context,
                                                  PreparedItems prepared) {
  if (prepared.entries.empty()) return std::move(prepared.answers);
  DATELINE_ASSIGN_OR_RETURN(
      deliver::Delivered delivered,
      deliver::DeliverEntries(context, catalog_, *prepared.topics, prepared.source,
                              /*lease_epoch=*/0, /*validate_only=*/false,
                              std::move(prepared.entries)));
  DATELINE_RETURN_IF_ERROR(store_.AddRejects(context, prepared.source_key, delivered.rejects));
  for (size_t e = 0; e < prepared.items.size(); ++e) {
    v1::IngestArticlesResponse& answer = prepared.answers[prepared.items[e]];
    const std::string own_id = answer.result().entry_id();
    *answer.mutable_result() = std::move(delivered.entries[e]);
    answer.mutable_result()->set_title(Echo(answer.result().title()));
    if (!own_id.empty()) answer.mutable_result()->set_entry_id(own_id);
    answer.set_position(delivered.position);
  }
  if (prepared.requests.empty()) return std::move(prepared.answers);
  std::vector<std::string> remembered;
  for (const size_t i : prepared.requesters) {
    remembered.push_back(WithoutContent(prepared.answers[i]));
  }
  DATELINE_RETURN_IF_ERROR(store_.KeepAnswers(context, prepared.requests, &remembered));
  for (size_t r = 0; r < remembered.size(); ++r) {
    FillFrom(remembered[r], &prepared.answers[prepared.requesters[r]]);
  }
  return std::move(prepared.answers);
}

}  // namespace dateline::ingestion::service
