// ListArticles and GetTopicPage, whose requests and answers are bytes.
#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/parse.h"
#include "services/query/service/cache_tags.h"
#include "services/query/service/query_service.h"

namespace dateline::query::service {
namespace {

absl::string_view ViewOf(const grpc::Slice& slice) {
  return absl::string_view(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

// A slice of a page's own bytes, which holds the page.
grpc::Slice SliceOf(const std::shared_ptr<const hot::Page>& page) {
  auto* const holder = new std::shared_ptr<const hot::Page>(page);
  // gRPC does not write to what it sends.
  return grpc::Slice(
      const_cast<char*>(page->body.data()), page->body.size(),
      [](void* held) { delete static_cast<std::shared_ptr<const hot::Page>*>(held); }, holder);
}

void SetAnswer(const ListAnswer& answer, grpc::ByteBuffer* response) {
  if (answer.body().empty()) {
    const grpc::Slice tail(answer.tail);
    *response = grpc::ByteBuffer(&tail, 1);
    return;
  }
  const grpc::Slice slices[] = {SliceOf(answer.page), grpc::Slice(answer.tail)};
  *response = grpc::ByteBuffer(slices, std::size(slices));
}

// The key of a request's page, if it has one.
std::optional<hot::RequestKey> KeyOf(const grpc::ByteBuffer& request) {
  grpc::Slice bytes;
  if (!request.TrySingleSlice(&bytes).ok()) return std::nullopt;
  return hot::RequestKeyOf(ViewOf(bytes));
}

// The cache tags of an encoded answer.
template <typename Request, typename Response>
std::string TagsOf(const Request& request, const grpc::ByteBuffer& response) {
  Response answer;
  grpc::ByteBuffer encoded(response);
  if (!rpc::ParseRequest(&encoded, &answer).ok()) answer.Clear();
  return CacheTagsOf(request, answer);
}

}  // namespace

template <typename Request, typename Response, typename Handle>
grpc::ServerUnaryReactor* QueryService::ServeRaw(grpc::CallbackServerContext* context,
                                                 rpc::MethodStats& stats,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response, Handle handle) {
  auto parsed = std::make_shared<Request>();
  grpc::ByteBuffer bytes(*request);
  const absl::Status read = rpc::ParseRequest(&bytes, parsed.get());
  if (!read.ok()) return reads_.Serve(context, stats, read, {}, nullptr);
  auto position = lists_.PositionOf(*parsed);
  const auto run = [parsed, handle = std::move(handle)](const RequestContext& call) {
    return handle(*parsed, call);
  };
  const auto tags = [parsed, response] { return TagsOf<Request, Response>(*parsed, *response); };
  return reads_.Serve(context, stats, std::move(position), response,
                      WithCacheTags(context, run, tags));
}

grpc::ServerUnaryReactor* QueryService::ListArticles(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  std::optional<hot::RequestKey> key = KeyOf(*request);
  // Tags are made from the answer's messages.
  const bool is_tagged = context->client_metadata().contains(kCacheTagsKey);
  if (key.has_value() && !is_tagged) {
    if (const auto answer = hot_lists_.Find(*key)) {
      return rpc::RunInline(
          context, runtime_, list_stats_,
          [&](const RequestContext&) {
            SetAnswer(*answer, response);
            return absl::OkStatus();
          },
          response);
    }
  }
  return ServeRaw<v1::ListArticlesRequest, v1::ListArticlesResponse>(
      context, list_stats_, request, response,
      [this, response, key = std::move(key)](const v1::ListArticlesRequest& parsed,
                                             const RequestContext& call) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const ListAnswer answer, hot_lists_.Make(key, parsed, call));
        SetAnswer(answer, response);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* QueryService::GetTopicPage(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return ServeRaw<v1::GetTopicPageRequest, v1::GetTopicPageResponse>(
      context, page_stats_, request, response,
      [this, response](const v1::GetTopicPageRequest& parsed,
                       const RequestContext& call) -> absl::Status {
        std::string encoded;
        encoded.reserve(16 << 10);
        DATELINE_RETURN_IF_ERROR(lists_.GetTopicPage(parsed, call, &encoded));
        const grpc::Slice slice(encoded);
        *response = grpc::ByteBuffer(&slice, 1);
        return absl::OkStatus();
      });
}

}  // namespace dateline::query::service
