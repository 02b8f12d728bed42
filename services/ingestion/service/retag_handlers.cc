#include "services/ingestion/service/retag_handlers.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/pages.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "services/ingestion/service/request_checks.h"

namespace dateline::ingestion::service {
namespace {

using google::longrunning::ListOperationsRequest;
using google::longrunning::ListOperationsResponse;
using LongOperation = google::longrunning::Operation;

constexpr char kCollection[] = "operations";
constexpr char kProposalsPage[] = "ListTopicProposals";
constexpr char kOperationsPage[] = "ListOperations";

LongOperation ToProto(const retag::Operation& operation) {
  LongOperation out;
  if (!operation.id.empty()) out.set_name(absl::StrCat(kCollection, "/", operation.id));
  out.mutable_metadata()->PackFrom(operation.metadata);
  out.set_done(operation.done);
  if (!operation.done) return out;
  if (operation.error.has_value()) {
    *out.mutable_error() = *operation.error;
    return out;
  }
  v1::RetagArticlesResult result;
  result.set_articles_seen(operation.metadata.articles_seen());
  result.set_articles_tagged(operation.metadata.articles_tagged());
  result.set_topics_added(operation.metadata.topics_added());
  result.set_position(operation.position);
  out.mutable_response()->PackFrom(result);
  return out;
}

absl::StatusOr<std::string> IdOf(const std::string& name) {
  DATELINE_RETURN_IF_ERROR(CheckName("name", name, kCollection));
  return std::string(absl::StripPrefix(name, absl::StrCat(kCollection, "/")));
}

// Whether a proposal is one still: its term names no topic but a proposed one.
bool IsOpen(const TopicIndex::Found& found) {
  return found.meaning == TopicIndex::Meaning::kUnknown ||
         found.meaning == TopicIndex::Meaning::kProposal;
}

}  // namespace

RetagHandlers::RetagHandlers(retag::OperationStore& operations, store::ProposalStore& proposals,
                             deliver::TopicDirectory& topics,
                             const tokens::PageTokenCodec& page_tokens, std::function<void()> wake)
    : operations_(operations),
      proposals_(proposals),
      topics_(topics),
      page_tokens_(page_tokens),
      wake_(std::move(wake)) {}

absl::Status RetagHandlers::CheckRetag(const RequestContext& context,
                                       const v1::RetagArticlesRequest& request) {
  for (const std::string& name : request.topics()) {
    DATELINE_ASSIGN_OR_RETURN(const auto topic, topics_.catalog().GetTopic(context, name));
    if (topic.state() != content::v1::TOPIC_STATE_ACTIVE) {
      return error::StateConflict(name, content::v1::TopicState_Name(topic.state()));
    }
  }
  if (request.publication().empty()) return absl::OkStatus();
  return topics_.catalog().GetPublication(context, request.publication()).status();
}

absl::Status RetagHandlers::RetagArticles(const RequestContext& context,
                                          const v1::RetagArticlesRequest& request,
                                          LongOperation* response) {
  DATELINE_RETURN_IF_ERROR(CheckRetag(context, request));
  v1::RetagArticlesRequest work = request;
  work.clear_request_id();
  retag::Operation operation;
  if (request.validate_only()) {
    *operation.metadata.mutable_topics() = request.topics();
    operation.metadata.set_publication(request.publication());
    DATELINE_ASSIGN_OR_RETURN(const int64_t total, topics_.catalog().CountArticles(context));
    operation.metadata.set_articles_total(total);
  } else {
    const store::WriteOptions options = {"RetagArticles", request.request_id(),
                                         work.SerializeAsString(), false};
    DATELINE_ASSIGN_OR_RETURN(operation, operations_.Create(context, work, options));
    wake_();
  }
  *response = ToProto(operation);
  return absl::OkStatus();
}

absl::Status RetagHandlers::GetOperation(const RequestContext& context, const std::string& name,
                                         LongOperation* operation) {
  DATELINE_ASSIGN_OR_RETURN(const std::string id, IdOf(name));
  DATELINE_ASSIGN_OR_RETURN(const retag::Operation found, operations_.Get(context, id));
  *operation = ToProto(found);
  return absl::OkStatus();
}

absl::Status RetagHandlers::ListOperations(const RequestContext& context,
                                           const ListOperationsRequest& request,
                                           ListOperationsResponse* response) {
  if (!request.name().empty() && request.name() != kCollection) {
    return error::InvalidField("name", "must be operations");
  }
  if (!request.filter().empty()) return error::InvalidField("filter", "is not supported");
  const int size = api::PageSizeOf(request.page_size());
  int64_t before = 0;
  if (!request.page_token().empty()) {
    DATELINE_ASSIGN_OR_RETURN(const std::string token,
                              page_tokens_.Decode(request.page_token(), kOperationsPage));
    if (!absl::SimpleAtoi(token, &before)) return error::InvalidPageToken();
  }
  DATELINE_ASSIGN_OR_RETURN(const auto operations, operations_.List(context, before, size + 1));
  const size_t count = std::min<size_t>(operations.size(), static_cast<size_t>(size));
  for (size_t i = 0; i < count; ++i) *response->add_operations() = ToProto(operations[i]);
  if (operations.size() > count) {
    response->set_next_page_token(
        page_tokens_.Encode(absl::StrCat(operations[count - 1].number), kOperationsPage));
  }
  return absl::OkStatus();
}

absl::Status RetagHandlers::CancelOperation(const RequestContext& context,
                                            const std::string& name) {
  DATELINE_ASSIGN_OR_RETURN(const std::string id, IdOf(name));
  return operations_.Cancel(context, id);
}

absl::Status RetagHandlers::DeleteOperation(const RequestContext& context,
                                            const std::string& name) {
  DATELINE_ASSIGN_OR_RETURN(const std::string id, IdOf(name));
  return operations_.Delete(context, id);
}

absl::Status RetagHandlers::ListTopicProposals(const RequestContext& context,
                                               const v1::ListTopicProposalsRequest& request,
                                               v1::ListTopicProposalsResponse* response) {
  using Stored = store::ProposalStore::Stored;
  using Cursor = store::ProposalStore::Cursor;
  const int size = api::PageSizeOf(request.page_size());
  std::optional<Cursor> after;
  if (!request.page_token().empty()) {
    DATELINE_ASSIGN_OR_RETURN(const std::string token,
                              page_tokens_.Decode(request.page_token(), kProposalsPage));
    const size_t space = token.find(' ');
    after.emplace();
    if (space == std::string::npos || !absl::SimpleAtoi(token.substr(0, space), &after->entries)) {
      return error::InvalidPageToken();
    }
    after->key = std::string(absl::ClippedSubstr(token, space + 1));
  }
  DATELINE_RETURN_IF_ERROR(topics_.Freshen(context));
  DATELINE_ASSIGN_OR_RETURN(std::vector<Stored> found, proposals_.List(context, after, size + 1));
  const size_t count = std::min<size_t>(found.size(), static_cast<size_t>(size));
  if (found.size() > count) {
    const Stored& last = found[count - 1];
    response->set_next_page_token(
        page_tokens_.Encode(absl::StrCat(last.proposal.entries(), " ", last.key), kProposalsPage));
  }
  std::vector<std::string> settled;
  for (size_t i = 0; i < count; ++i) {
    const TopicIndex::Found names = topics_.Find(found[i].proposal.term());
    if (!IsOpen(names)) {
      settled.push_back(found[i].key);
      continue;
    }
    // The proposed topic may have been made since, or have gone.
    found[i].proposal.set_topic(names.topic);
    *response->add_proposals() = std::move(found[i].proposal);
  }
  // Nobody needs those any more that have become topics; the next reader tries it again.
  if (const absl::Status forgotten = proposals_.Forget(context, settled); !forgotten.ok()) {
    obs::Log(obs::Level::kDebug, "settled proposals stay", {{"error", forgotten.message()}});
  }
  return absl::OkStatus();
}

}  // namespace dateline::ingestion::service
