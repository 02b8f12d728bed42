#ifndef DATELINE_SERVICES_INGESTION_CLIENT_GRPC_TOPIC_FEED_H_
#define DATELINE_SERVICES_INGESTION_CLIENT_GRPC_TOPIC_FEED_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "common/rpc/stream_reader.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "services/ingestion/deliver/topic_feed.h"

namespace dateline::ingestion::client {

// The catalog's topics over gRPC: the beginning of an export, then its changes narrowed to topics.
// One call at a time; Cancel may come from any thread.
class GrpcTopicFeed final : public deliver::TopicFeed {
 public:
  explicit GrpcTopicFeed(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(catalog::v1::ChangesService::NewStub(channel)) {}

  absl::Status ReadTopics(std::vector<catalog::v1::ResourceState>* topics,
                          std::string* position) override;
  absl::Status Follow(const std::string& position,
                      const std::function<absl::Status(const catalog::v1::StreamChangesResponse&)>&
                          on_batch) override;
  void Cancel() override { reader_.Cancel(); }

 private:
  std::unique_ptr<catalog::v1::ChangesService::Stub> stub_;
  rpc::StreamReader reader_;
};

}  // namespace dateline::ingestion::client

#endif  // DATELINE_SERVICES_INGESTION_CLIENT_GRPC_TOPIC_FEED_H_
