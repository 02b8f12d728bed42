#ifndef DATELINE_COMMON_RPC_CHANNEL_H_
#define DATELINE_COMMON_RPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/limits.h"
#include "common/base/request_context.h"
#include "common/rpc/tls.h"

namespace dateline::rpc {

// How a channel to a peer is made.
struct ChannelOptions {
  std::string address;                // host:port, or a DNS name of several servers
  std::vector<std::string> services;  // full names of the services called, for the retry policy
  bool sends_request_ids =
      false;  // then writes that may be repeated with a request_id are retried too
  size_t max_message_bytes = limits::kMaxMessageBytes;
  // PEM files, read again when they change. With an authority the channel uses TLS and trusts the
  // servers that it signed, by the name in `address`; with a certificate and a key it shows these.
  TlsFiles tls;
};

// A channel: calls are spread over all addresses of the name (round_robin); what the
// contract marks as safe is retried on UNAVAILABLE, up to 4 attempts, throttled. Connects lazily;
// a file that cannot be read fails the
// calls.
std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options);

// The service config (JSON, gRFC A6) that MakeChannel uses: which methods may be retried is read
// from the options of the generated descriptors.
std::string ServiceConfig(const std::vector<std::string>& services, bool sends_request_ids);

// Gives an outgoing call the deadline of the call that it serves, `limit` at most.
void SetDeadline(grpc::ClientContext* outgoing, const RequestContext& incoming,
                 absl::Duration limit);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_CHANNEL_H_
