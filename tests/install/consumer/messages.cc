// Uses the messages alone: a request survives being encoded and decoded, and Google's error details
// come along.
#include <iostream>

#include "dateline/query/v1/articles.pb.h"
#include "google/rpc/error_details.pb.h"

int main() {
  dateline::query::v1::ListArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/harbour");
  dateline::query::v1::ListArticlesRequest copy;
  if (!copy.ParseFromString(request.SerializeAsString())) return 1;
  google::rpc::ErrorInfo info;
  info.set_domain("dateline");
  std::cout << copy.filter().any_topics(0) << " " << info.domain() << "\n";
  return copy.filter().any_topics(0) == "topics/harbour" ? 0 : 1;
}
