#include "common/rpc/channel.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dateline/options/v1/options.pb.h"

namespace dateline::rpc {
namespace {

// Waits and counts by gRFC A6; the throttling stops retries once more than a few in ten calls fail.
constexpr char kRetryPolicy[] =
    R"("retryPolicy":{"maxAttempts":4,"initialBackoff":"0.1s","maxBackoff":"2s",)"
    R"("backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]})";
constexpr char kThrottling[] = R"("retryThrottling":{"maxTokens":100,"tokenRatio":0.1})";

}  // namespace

std::string ServiceConfig(const std::vector<std::string>& services, bool sends_request_ids) {
  std::vector<std::string> names;
  for (const std::string& name : services) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service == nullptr) continue;
    for (int i = 0; i < service->method_count(); ++i) {
      const auto retry = service->method(i)->options().GetExtension(options::v1::retry);
      const bool may_retry = retry == options::v1::RETRY_SAFE ||
                             (sends_request_ids && retry == options::v1::RETRY_WITH_REQUEST_ID);
      if (!may_retry) continue;
      names.push_back(absl::StrCat(R"({"service":")", name, R"(","method":")",
                                   service->method(i)->name(), R"("})"));
    }
  }
  std::string config = R"({"loadBalancingConfig":[{"round_robin":{}}])";
  if (!names.empty()) {
    absl::StrAppend(&config, ",", kThrottling, R"(,"methodConfig":[{"name":[)",
                    absl::StrJoin(names, ","), "],", kRetryPolicy, "}]");
  }
  return config + "}";
}

std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(ServiceConfig(options.services, options.sends_request_ids));
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  arguments.SetMaxSendMessageSize(static_cast<int>(options.max_message_bytes));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // A peer that comes back is found within about a second.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  // Traffic within the system never goes through the machine's web proxy.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(options.address, ChannelTls(options.tls), arguments);
}

void SetDeadline(grpc::ClientContext* outgoing, const RequestContext& incoming,
                 absl::Duration limit) {
  const absl::Duration left = std::max(absl::ZeroDuration(), std::min(incoming.remaining(), limit));
  outgoing->set_deadline(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(left));
}

}  // namespace dateline::rpc
