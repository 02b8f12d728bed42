#ifndef DATELINE_SERVICES_INGESTION_SERVICE_RETAG_HANDLERS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_RETAG_HANDLERS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/ingestion/v1/operations.pb.h"
#include "google/longrunning/operations.pb.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/retag/operation_store.h"
#include "services/ingestion/store/proposal_store.h"

namespace dateline::ingestion::service {

// Topics for what is there already, the operations that apply them, and what could become topics.
// Free of the transport; thread-safe. Errors are those of the contract.
class RetagHandlers {
 public:
  // `wake` is called when there is an operation to work at. All must outlive it.
  RetagHandlers(retag::OperationStore& operations, store::ProposalStore& proposals,
                deliver::TopicDirectory& topics, const tokens::PageTokenCodec& page_tokens,
                std::function<void()> wake);

  absl::Status RetagArticles(const RequestContext& context, const v1::RetagArticlesRequest& request,
                             google::longrunning::Operation* response);
  absl::Status ListTopicProposals(const RequestContext& context,
                                  const v1::ListTopicProposalsRequest& request,
                                  v1::ListTopicProposalsResponse* response);

  // google.longrunning.Operations, but for waiting.
  absl::Status GetOperation(const RequestContext& context, const std::string& name,
                            google::longrunning::Operation* operation);
  absl::Status ListOperations(const RequestContext& context,
                              const google::longrunning::ListOperationsRequest& request,
                              google::longrunning::ListOperationsResponse* response);
  absl::Status CancelOperation(const RequestContext& context, const std::string& name);
  absl::Status DeleteOperation(const RequestContext& context, const std::string& name);

 private:
  absl::Status CheckRetag(const RequestContext& context, const v1::RetagArticlesRequest& request);

  retag::OperationStore& operations_;
  store::ProposalStore& proposals_;
  deliver::TopicDirectory& topics_;
  const tokens::PageTokenCodec& page_tokens_;
  const std::function<void()> wake_;
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_RETAG_HANDLERS_H_
