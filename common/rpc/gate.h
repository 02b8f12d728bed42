#ifndef DATELINE_COMMON_RPC_GATE_H_
#define DATELINE_COMMON_RPC_GATE_H_

#include <grpcpp/impl/service_type.h>

namespace dateline::rpc {

class Runtime;

// Puts a gate before every callback method of `service`, which all its calls pass before they reach
// the service's class: the request's bytes are read and checked by ParseRequest, and the caller
// must have the role that the method's option names. Unknown fields are refused
// or, on methods of services and ingesters, counted. What does not pass is answered with an
// ErrorInfo, where gRPC itself would say UNIMPLEMENTED without a word. Raw methods and two-way
// streams read their messages by themselves (with ParseRequest); of them only the role is looked
// at.
//
// `runtime` says who a caller is and counts what is refused; without one everybody has all roles.
// It must outlive the service. Call it once, before the service is registered; a second call has no
// effect.
void PutGateBefore(grpc::Service* service, Runtime* runtime);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_GATE_H_
