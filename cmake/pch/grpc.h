// For libraries that link gRPC.
#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include "cmake/pch/base.h"
