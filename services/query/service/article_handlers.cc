#include "services/query/service/article_handlers.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/store/time.h"
#include "services/query/service/request_checks.h"
#include "services/query/service/view.h"

namespace dateline::query::service {
namespace {

using replica::Slot;

absl::StatusOr<uint64_t> PublicationOf(const View& view, const std::string& name) {
  if (!name.empty()) {
    DATELINE_RETURN_IF_ERROR(CheckName("publication", "publications", name));
    const auto key = view.KeyOf(name, catalog::v1::RESOURCE_KIND_PUBLICATION);
    if (!key.has_value()) return error::ResourceNotFound(name);
    return *key;
  }
  std::optional<uint64_t> only;
  replica::Cursor cursor = view.transaction().Open(replica::Table::kNames);
  constexpr absl::string_view kPrefix = "publications/";
  for (bool found = cursor.Seek(kPrefix); found && absl::StartsWith(cursor.key(), kPrefix);
       found = cursor.Next()) {
    if (only.has_value()) {
      return error::InvalidField("publication", "is required, as there are several publications");
    }
    only = replica::ReadNumber(cursor.value(), 1);
  }
  if (!only.has_value()) return error::ResourceNotFound("publications/-");
  return *only;
}

// A live path always beats a remembered one, as it sorts before it. How many articles may have had
// one path is bounded by what is looked at.
constexpr int kMaxAtPath = 1'000;
std::optional<replica::PathEntry> Lookup(const View& view, uint64_t publication,
                                         absl::string_view path) {
  const std::string prefix = replica::PathPrefix(publication, path);
  replica::Cursor cursor = view.transaction().Open(replica::Table::kPaths);
  bool found = cursor.Seek(prefix);
  for (int seen = 0; found && seen < kMaxAtPath; found = cursor.Next(), ++seen) {
    const auto entry = replica::ParsePathKey(cursor.key(), prefix);
    if (!entry.has_value()) return std::nullopt;
    if (entry->remembered) return entry;
    if (replica::ParseVisibility(cursor.value()).At(view.now())) return entry;
  }
  return std::nullopt;
}

absl::Status FillArticle(const View& view, uint64_t article, bool full,
                         const std::string& asked_for, content::v1::Article* out) {
  const auto slot = view.VisibleSlot(article);
  if (!slot.has_value()) return error::ResourceNotFound(asked_for);
  if (!out->ParseFromString(view.EncodedArticle(article, *slot, full))) {
    return error::Internal("a stored article cannot be read");
  }
  return absl::OkStatus();
}

void AddIncluded(const View& view, const v1::Include& include, v1::GetArticleResponse* response) {
  std::set<std::string> seen;
  for (const auto& topic : response->article().topics()) {
    if (!include.topics() || !seen.insert(topic.topic()).second) continue;
    if (auto found = view.TopicOf(topic.topic())) *response->add_topics() = std::move(found->topic);
  }
  for (const auto& byline : response->article().bylines()) {
    if (!include.authors() || !seen.insert(byline.author()).second) continue;
    const auto key = view.KeyOf(byline.author(), catalog::v1::RESOURCE_KIND_AUTHOR);
    if (!key.has_value()) continue;
    if (const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_AUTHOR, *key)) {
      *response->add_authors() = state->author();
    }
  }
}

}  // namespace

absl::Status ArticleHandlers::GetArticle(const v1::GetArticleRequest& request,
                                         v1::GetArticleResponse* response) const {
  if (request.name().empty() == request.path().empty()) {
    return error::InvalidField("name", "either name or path is required, not both");
  }
  DATELINE_RETURN_IF_ERROR(CheckView(request.view()));
  DATELINE_RETURN_IF_ERROR(request.name().empty() ? CheckPath("path", request.path())
                                                  : CheckName("name", "articles", request.name()));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  uint64_t article = 0;
  if (!request.name().empty()) {
    const auto key = view.KeyOf(request.name(), catalog::v1::RESOURCE_KIND_ARTICLE);
    if (!key.has_value()) return error::ResourceNotFound(request.name());
    article = *key;
  } else {
    DATELINE_ASSIGN_OR_RETURN(const uint64_t publication,
                              PublicationOf(view, request.publication()));
    const auto found = Lookup(view, publication, request.path());
    if (!found.has_value()) return error::ResourceNotFound(request.path());
    article = found->article;
  }
  const bool full = request.view() != content::v1::ARTICLE_VIEW_BASIC;
  const std::string& asked_for = request.name().empty() ? request.path() : request.name();
  DATELINE_RETURN_IF_ERROR(
      FillArticle(view, article, full, asked_for, response->mutable_article()));
  AddIncluded(view, request.include(), response);
  response->set_position(view.position().token);
  replica::ToProto(view.now(), response->mutable_read_time());
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchGetArticles(const v1::BatchGetArticlesRequest& request,
                                               v1::BatchGetArticlesResponse* response) const {
  if (request.names_size() > limits::kMaxBatchSize) {
    return error::InvalidField(
        "names",
        absl::StrCat("has ", request.names_size(), " entries, more than ", limits::kMaxBatchSize));
  }
  DATELINE_RETURN_IF_ERROR(CheckView(request.view()));
  for (int i = 0; i < request.names_size(); ++i) {
    DATELINE_RETURN_IF_ERROR(
        CheckName(absl::StrCat("names[", i, "]"), "articles", request.names(i)));
  }
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  const bool full = request.view() == content::v1::ARTICLE_VIEW_FULL;
  size_t bytes = 0;
  for (const std::string& name : request.names()) {
    v1::BatchGetArticlesResult& result = *response->add_results();
    const auto key = view.KeyOf(name, catalog::v1::RESOURCE_KIND_ARTICLE);
    if (!key.has_value()) continue;
    const absl::Status status = FillArticle(view, *key, full, name, result.mutable_article());
    if (!status.ok()) result.clear_article();
    bytes += result.ByteSizeLong();
    if (bytes > limits::kMaxMessageBytes / 2) {
      return error::InvalidField("names",
                                 "would make the answer too large; ask for fewer or for BASIC");
    }
  }
  response->set_position(view.position().token);
  replica::ToProto(view.now(), response->mutable_read_time());
  return absl::OkStatus();
}

absl::Status ArticleHandlers::ResolvePath(const v1::ResolvePathRequest& request,
                                          v1::ResolvePathResponse* response) const {
  DATELINE_RETURN_IF_ERROR(CheckPath("path", request.path()));
  DATELINE_ASSIGN_OR_RETURN(const View view, View::Open(replica_));
  DATELINE_ASSIGN_OR_RETURN(const uint64_t publication, PublicationOf(view, request.publication()));
  const auto found = Lookup(view, publication, request.path());
  if (!found.has_value()) return error::ResourceNotFound(request.path());
  response->set_position(view.position().token);
  if (const auto slot = view.VisibleSlot(found->article)) {
    content::v1::Article card;
    if (!card.ParseFromString(view.EncodedArticle(found->article, *slot, false))) {
      return error::Internal("a stored article cannot be read");
    }
    if (found->remembered) {
      response->set_redirect_path(card.path());
    } else {
      response->set_article(card.name());
    }
    return absl::OkStatus();
  }
  const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_ARTICLE, found->article);
  if (!state.has_value() || !state->has_article()) return error::ResourceNotFound(request.path());
  const content::v1::Withdrawal& withdrawal = state->article().withdrawal();
  switch (withdrawal.kind()) {
    case content::v1::WITHDRAWAL_KIND_REDIRECT:
      response->set_redirect_path(withdrawal.target());
      return absl::OkStatus();
    case content::v1::WITHDRAWAL_KIND_GONE:
    case content::v1::WITHDRAWAL_KIND_NOTICE:
      response->mutable_gone()->set_notice(withdrawal.notice());
      return absl::OkStatus();
    default:
      return error::ResourceNotFound(request.path());
  }
}

}  // namespace dateline::query::service
