#ifndef DATELINE_TESTS_BENCH_LIST_ECHO_H_
#define DATELINE_TESTS_BENCH_LIST_ECHO_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "dateline/query/v1/query_service.grpc.pb.h"

namespace dateline::bench {

// Answers every ListArticles with the same message. What typed gRPC can do at best.
class TypedEcho final : public query::v1::QueryService::CallbackService {
 public:
  explicit TypedEcho(const std::string& answer) { answer_.ParseFromString(answer); }
  grpc::ServerUnaryReactor* ListArticles(grpc::CallbackServerContext* context,
                                         const query::v1::ListArticlesRequest* /*request*/,
                                         query::v1::ListArticlesResponse* response) override {
    *response = answer_;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  query::v1::ListArticlesResponse answer_;
};

// Parses the request and answers it with the same bytes, of which there is one copy. What gRPC can
// do at best.
class BytesEcho final : public query::v1::QueryService::WithRawCallbackMethod_ListArticles<
                            query::v1::QueryService::CallbackService> {
 public:
  explicit BytesEcho(const std::string& answer) : answer_(answer) {}
  grpc::ServerUnaryReactor* ListArticles(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    query::v1::ListArticlesRequest parsed;
    grpc::ByteBuffer bytes(*request);
    const grpc::Status status =
        grpc::SerializationTraits<query::v1::ListArticlesRequest>::Deserialize(&bytes, &parsed);
    *response = grpc::ByteBuffer(&answer_, 1);
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(status);
    return reactor;
  }

 private:
  const grpc::Slice answer_;
};

}  // namespace dateline::bench

#endif  // DATELINE_TESTS_BENCH_LIST_ECHO_H_
