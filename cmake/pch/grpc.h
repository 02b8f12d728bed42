// For libraries that link gRPC.
#include "cmake/pch/base.h"

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>
