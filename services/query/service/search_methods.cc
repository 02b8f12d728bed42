// The methods of QueryService that ask the search index. They read the disk, so they run on the
// executor.
#include "services/query/service/cache_tags.h"
#include "services/query/service/query_service.h"

namespace dateline::query::service {

grpc::ServerUnaryReactor* QueryService::SearchArticles(grpc::CallbackServerContext* context,
                                                       const v1::SearchArticlesRequest* request,
                                                       v1::SearchArticlesResponse* response) {
  const auto search = [this, request, response](const RequestContext& call) {
    return search_.SearchArticles(*request, call, response);
  };
  return reads_.Serve(
      context, runtime_.StatsOf("SearchArticles"), MinPosition(request->min_position()), response,
      WithCacheTags(context, search,
                    [request, response] { return CacheTagsOf(*request, *response); }),
      ReadService::Run::kOnExecutor);
}

grpc::ServerUnaryReactor* QueryService::ListRelatedArticles(
    grpc::CallbackServerContext* context, const v1::ListRelatedArticlesRequest* request,
    v1::ListRelatedArticlesResponse* response) {
  const auto list = [this, request, response](const RequestContext& call) {
    return search_.ListRelatedArticles(*request, call, response);
  };
  return reads_.Serve(
      context, runtime_.StatsOf("ListRelatedArticles"), MinPosition(request->min_position()),
      response,
      WithCacheTags(context, list,
                    [request, response] { return CacheTagsOf(*request, *response); }),
      ReadService::Run::kOnExecutor);
}

}  // namespace dateline::query::service
