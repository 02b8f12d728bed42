#include "services/query/service/vocabulary_handlers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/slug.h"
#include "services/query/service/view.h"

namespace dateline::query::service {
namespace {

using catalog::v1::ResourceState;

// Names that one page looks at, whether they match or not.
constexpr int kMaxLooked = 5'000;
constexpr int kLooksBetweenChecks = 128;

template <typename Response>
void Finish(const View& view, Response* response) {
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
}

std::optional<ResourceState> Named(const View& view, const std::string& name,
                                   catalog::v1::ResourceKind kind) {
  const auto key = view.KeyOf(name, kind);
  return key.has_value() ? view.StateOf(kind, *key) : std::nullopt;
}

bool HasPrefix(const std::string& display_name, const std::string& folded_prefix) {
  return folded_prefix.empty() || absl::StartsWith(text::Fold(display_name), folded_prefix);
}

// Whether `parent` is one of the topic's parents, or what one of these was merged into.
bool IsBelow(const View& view, const content::v1::Topic& topic, const std::string& parent) {
  return std::any_of(topic.parents().begin(), topic.parents().end(), [&](const auto& name) {
    if (name == parent) return true;
    const auto found = view.TopicOf(name);
    return found.has_value() && found->topic.name() == parent;
  });
}

// Walks the names of a collection (`topics/`) in order, from behind the page token on. `take` puts
// a state into the answer and says how many bytes that has; 0 for one that does not match.
template <typename Request, typename Response, typename Take>
absl::Status ListNamed(const View& view, const tokens::PageTokenCodec& page_tokens,
                       const Request& request, const RequestContext& call,
                       const std::string& collection, catalog::v1::ResourceKind kind,
                       Response* response, Take take) {
  const int size = api::PageSizeOf(request.page_size());
  std::string after;
  if (!request.page_token().empty()) {
    DATELINE_ASSIGN_OR_RETURN(
        after, page_tokens.Decode(request.page_token(), api::PageFingerprint(request)));
  }
  replica::Cursor cursor = view.transaction().Open(replica::Table::kNames);
  bool found = cursor.Seek(after.empty() ? collection : after);
  if (found && !after.empty() && cursor.key() == after) found = cursor.Next();
  std::string last;
  int taken = 0;
  int looked = 0;
  size_t budget = limits::kPageByteBudget;
  for (; found && absl::StartsWith(cursor.key(), collection); found = cursor.Next()) {
    if (looked % kLooksBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(call.Check());
    if (taken == size || budget == 0 || looked++ == kMaxLooked) {
      response->set_next_page_token(page_tokens.Encode(last, api::PageFingerprint(request)));
      break;
    }
    last = std::string(cursor.key());
    auto state = Named(view, last, kind);
    const size_t bytes = state.has_value() ? take(std::move(*state)) : 0;
    if (bytes > 0) ++taken;
    budget -= std::min(budget, bytes);
  }
  Finish(view, response);
  return absl::OkStatus();
}

}  // namespace

absl::Status VocabularyHandlers::GetTopic(const v1::GetTopicRequest& request,
                                          v1::GetTopicResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  auto topic = view.TopicOf(request.name());
  if (!topic.has_value()) return error::ResourceNotFound(request.name());
  *response->mutable_topic() = std::move(topic->topic);
  Finish(view, response);
  return absl::OkStatus();
}

absl::Status VocabularyHandlers::ListTopics(const v1::ListTopicsRequest& request,
                                            const RequestContext& call,
                                            v1::ListTopicsResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  std::string parent;
  if (!request.parent().empty()) {
    const auto topic = view.TopicOf(request.parent());
    if (!topic.has_value()) return error::ResourceNotFound(request.parent());
    parent = topic->topic.name();
  }
  const std::string prefix = text::Fold(request.prefix());
  return ListNamed(view, page_tokens_, request, call, "topics/", catalog::v1::RESOURCE_KIND_TOPIC,
                   response, [&](ResourceState state) -> size_t {
                     content::v1::Topic& topic = *state.mutable_topic();
                     if (topic.state() != content::v1::TOPIC_STATE_ACTIVE ||
                         !(parent.empty() || IsBelow(view, topic, parent)) ||
                         (request.kind() != content::v1::TOPIC_KIND_UNSPECIFIED &&
                          topic.kind() != request.kind()) ||
                         !HasPrefix(topic.display_name(), prefix)) {
                       return 0;
                     }
                     const size_t bytes = topic.ByteSizeLong();
                     *response->add_topics() = std::move(topic);
                     return bytes;
                   });
}

absl::Status VocabularyHandlers::GetAuthor(const v1::GetAuthorRequest& request,
                                           v1::GetAuthorResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  auto author = view.AuthorOf(request.name());
  if (!author.has_value()) return error::ResourceNotFound(request.name());
  *response->mutable_author() = std::move(author->author);
  Finish(view, response);
  return absl::OkStatus();
}

absl::Status VocabularyHandlers::ListAuthors(const v1::ListAuthorsRequest& request,
                                             const RequestContext& call,
                                             v1::ListAuthorsResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  const std::string prefix = text::Fold(request.prefix());
  return ListNamed(view, page_tokens_, request, call, "authors/", catalog::v1::RESOURCE_KIND_AUTHOR,
                   response, [&](ResourceState state) -> size_t {
                     content::v1::Author& author = *state.mutable_author();
                     if (author.has_delete_time() || !author.merged_into().empty() ||
                         !HasPrefix(author.display_name(), prefix)) {
                       return 0;
                     }
                     const size_t bytes = author.ByteSizeLong();
                     *response->add_authors() = std::move(author);
                     return bytes;
                   });
}

absl::Status VocabularyHandlers::GetPublication(const v1::GetPublicationRequest& request,
                                                v1::GetPublicationResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  auto state = Named(view, request.name(), catalog::v1::RESOURCE_KIND_PUBLICATION);
  if (!state.has_value() || !state->has_publication()) {
    return error::ResourceNotFound(request.name());
  }
  *response->mutable_publication() = std::move(*state->mutable_publication());
  Finish(view, response);
  return absl::OkStatus();
}

absl::Status VocabularyHandlers::ListPublications(const v1::ListPublicationsRequest& request,
                                                  const RequestContext& call,
                                                  v1::ListPublicationsResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  return ListNamed(view, page_tokens_, request, call, "publications/",
                   catalog::v1::RESOURCE_KIND_PUBLICATION, response,
                   [&](ResourceState state) -> size_t {
                     const size_t bytes = state.publication().ByteSizeLong();
                     *response->add_publications() = std::move(*state.mutable_publication());
                     return bytes;
                   });
}

}  // namespace dateline::query::service
