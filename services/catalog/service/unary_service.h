#ifndef DATELINE_SERVICES_CATALOG_SERVICE_UNARY_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_UNARY_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "common/rpc/unary.h"

// Within a service class with a member `runtime_`: a unary method that the method of the same name
// of `handlers` answers, on the runtime's executor.
#define DATELINE_UNARY_FORWARD(Method, handlers)                              \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,      \
                                   const v1::Method##Request* request,        \
                                   v1::Method##Response* response) override { \
    return dateline::rpc::RunUnary(                                           \
        context, runtime_, #Method,                                           \
        [this, request, response](const dateline::RequestContext& call) {     \
          return (handlers).Method(call, *request, response);                 \
        },                                                                    \
        response);                                                            \
  }

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_UNARY_SERVICE_H_
