#include "services/query/service/query_service.h"

#include <utility>

#include "services/query/service/cache_tags.h"
#include "services/query/service/status.h"

namespace dateline::query::service {
namespace {

rpc::Handler Tagged(grpc::CallbackServerContext* context, const google::protobuf::Message* request,
                    const google::protobuf::Message* response, rpc::Handler handler) {
  return WithCacheTags(context, std::move(handler),
                       [request, response] { return CacheTagsOf(*request, *response); });
}

}  // namespace

QueryService::QueryService(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens,
                           rpc::Runtime& runtime, std::function<follow::FollowerStatus()> status,
                           std::string version, QueryParts parts)
    : replica_(replica),
      runtime_(runtime),
      lists_(replica, page_tokens),
      hot_lists_(replica, lists_, parts.hot_page_bytes, runtime.metrics()),
      articles_(replica),
      vocabulary_(replica, page_tokens),
      suggest_(replica, page_tokens),
      explain_(replica),
      render_(replica, std::move(parts.feed_hub)),
      search_(replica, parts.searcher, page_tokens),
      most_read_(replica, page_tokens, parts.reads),
      sync_(replica, page_tokens),
      watches_(replica),
      reads_(replica, runtime),
      status_(std::move(status)),
      search_status_(std::move(parts.search_status)),
      version_(std::move(version)),
      start_(runtime.clock()->Elapsed()),
      list_stats_(runtime.StatsOf("ListArticles")),
      page_stats_(runtime.StatsOf("GetTopicPage")),
      article_stats_(runtime.StatsOf("GetArticle")),
      batch_stats_(runtime.StatsOf("BatchGetArticles")),
      path_stats_(runtime.StatsOf("ResolvePath")) {}

grpc::ServerUnaryReactor* QueryService::GetArticle(grpc::CallbackServerContext* context,
                                                   const v1::GetArticleRequest* request,
                                                   v1::GetArticleResponse* response) {
  return reads_.Serve(
      context, article_stats_, MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext& call) {
        return articles_.GetArticle(*request, call, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::BatchGetArticles(grpc::CallbackServerContext* context,
                                                         const v1::BatchGetArticlesRequest* request,
                                                         v1::BatchGetArticlesResponse* response) {
  return reads_.Serve(
      context, batch_stats_, MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext& call) {
        return articles_.BatchGetArticles(*request, call, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::ResolvePath(grpc::CallbackServerContext* context,
                                                    const v1::ResolvePathRequest* request,
                                                    v1::ResolvePathResponse* response) {
  return reads_.Serve(
      context, path_stats_, MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext& call) {
        return articles_.ResolvePath(*request, call, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::GetTopic(grpc::CallbackServerContext* context,
                                                 const v1::GetTopicRequest* request,
                                                 v1::GetTopicResponse* response) {
  return reads_.Serve(
      context, runtime_.StatsOf("GetTopic"), MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext&) {
        return vocabulary_.GetTopic(*request, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::ListTopics(grpc::CallbackServerContext* context,
                                                   const v1::ListTopicsRequest* request,
                                                   v1::ListTopicsResponse* response) {
  return reads_.Serve(
      context, runtime_.StatsOf("ListTopics"), MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext& call) {
        return vocabulary_.ListTopics(*request, call, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::GetAuthor(grpc::CallbackServerContext* context,
                                                  const v1::GetAuthorRequest* request,
                                                  v1::GetAuthorResponse* response) {
  return reads_.Serve(
      context, runtime_.StatsOf("GetAuthor"), MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext&) {
        return vocabulary_.GetAuthor(*request, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::ListAuthors(grpc::CallbackServerContext* context,
                                                    const v1::ListAuthorsRequest* request,
                                                    v1::ListAuthorsResponse* response) {
  return reads_.Serve(
      context, runtime_.StatsOf("ListAuthors"), MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext& call) {
        return vocabulary_.ListAuthors(*request, call, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::GetPublication(grpc::CallbackServerContext* context,
                                                       const v1::GetPublicationRequest* request,
                                                       v1::GetPublicationResponse* response) {
  return reads_.Serve(
      context, runtime_.StatsOf("GetPublication"), MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext&) {
        return vocabulary_.GetPublication(*request, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::ListPublications(grpc::CallbackServerContext* context,
                                                         const v1::ListPublicationsRequest* request,
                                                         v1::ListPublicationsResponse* response) {
  return reads_.Serve(
      context, runtime_.StatsOf("ListPublications"), MinPosition(request->min_position()), response,
      Tagged(context, request, response, [this, request, response](const RequestContext& call) {
        return vocabulary_.ListPublications(*request, call, response);
      }));
}

grpc::ServerUnaryReactor* QueryService::SuggestTopics(grpc::CallbackServerContext* context,
                                                      const v1::SuggestTopicsRequest* request,
                                                      v1::SuggestTopicsResponse* response) {
  const auto suggest = [this, request, response](const RequestContext& call) {
    return suggest_.SuggestTopics(*request, call, response);
  };
  // A short beginning may have thousands of names, for which gRPC's threads have no time.
  return reads_.Serve(context, runtime_.StatsOf("SuggestTopics"),
                      MinPosition(request->min_position()), response,
                      Tagged(context, request, response, suggest), ReadService::Run::kOnExecutor);
}

grpc::ServerUnaryReactor* QueryService::ListMostRead(grpc::CallbackServerContext* context,
                                                     const v1::ListMostReadRequest* request,
                                                     v1::ListMostReadResponse* response) {
  const auto list = [this, request, response](const RequestContext& call) {
    return most_read_.ListMostRead(*request, call, response);
  };
  // A filter that few of the ranked match makes a long walk.
  return reads_.Serve(context, runtime_.StatsOf("ListMostRead"),
                      MinPosition(request->min_position()), response,
                      Tagged(context, request, response, list), ReadService::Run::kOnExecutor);
}

grpc::ServerUnaryReactor* QueryService::ReportReads(grpc::CallbackServerContext* context,
                                                    const v1::ReportReadsRequest* request,
                                                    v1::ReportReadsResponse* /*response*/) {
  return rpc::Park(context, runtime_, runtime_.StatsOf("ReportReads"),
                   [this, request](const std::shared_ptr<rpc::ParkedCall>& call) {
                     most_read_.ReportReads(
                         *request, call->context(),
                         [call](const absl::Status& status) { call->Complete(status); });
                   });
}

grpc::ServerUnaryReactor* QueryService::RenderFeed(grpc::CallbackServerContext* context,
                                                   const v1::RenderFeedRequest* request,
                                                   v1::RenderFeedResponse* response) {
  const auto render = [this, request, response](const RequestContext& call) {
    return render_.RenderFeed(*request, call, response);
  };
  // It may take some ten milliseconds, which gRPC's threads have not.
  return reads_.Serve(context, runtime_.StatsOf("RenderFeed"), MinPosition(request->min_position()),
                      response, Tagged(context, request, response, render),
                      ReadService::Run::kOnExecutor);
}

grpc::ServerUnaryReactor* QueryService::ExplainListing(grpc::CallbackServerContext* context,
                                                       const v1::ExplainListingRequest* request,
                                                       v1::ExplainListingResponse* response) {
  return reads_.Serve(context, runtime_.StatsOf("ExplainListing"),
                      MinPosition(request->min_position()), response,
                      [this, request, response](const RequestContext& call) {
                        return explain_.ExplainListing(*request, call, response);
                      });
}

grpc::ServerUnaryReactor* QueryService::GetStatus(grpc::CallbackServerContext* context,
                                                  const v1::GetStatusRequest* /*request*/,
                                                  v1::GetStatusResponse* response) {
  return rpc::RunUnary(
      context, runtime_, "GetStatus", [this, response](const RequestContext& call) {
        response->set_version(version_);
        FillStatus(replica_, status_(), runtime_.clock()->Elapsed() - start_, call.identity(),
                   response);
        if (search_status_ != nullptr) {
          FillSearchStatus(replica_, search_status_(), call.identity(), response->mutable_search());
        }
        return absl::OkStatus();
      });
}

}  // namespace dateline::query::service
