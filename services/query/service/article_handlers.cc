#include "services/query/service/article_handlers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/store/time.h"
#include "services/query/service/included.h"
#include "services/query/service/request_checks.h"
#include "services/query/service/view.h"

namespace dateline::query::service {
namespace {

using replica::Slot;

// With what stands around them, articles stay below 4 MiB, gRPC's default for clients.
constexpr size_t kBatchByteBudget = size_t{7} << 19;

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
  Included included(view, request.include());
  included.Prepare(response->article());
  included.Keep(limits::kPageByteBudget -
                std::min(limits::kPageByteBudget, response->article().ByteSizeLong()));
  included.MoveTo(response);
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
  std::map<absl::string_view, int> seen;  // a name that is asked for twice is read once
  size_t budget = kBatchByteBudget;
  for (int i = 0; i < request.names_size(); ++i) {
    const auto [first, is_new] = seen.emplace(request.names(i), i);
    v1::BatchGetArticlesResult result;
    if (is_new) {
      const auto key = view.KeyOf(request.names(i), catalog::v1::RESOURCE_KIND_ARTICLE);
      if (key.has_value() &&
          !FillArticle(view, *key, full, request.names(i), result.mutable_article()).ok()) {
        result.clear_article();
      }
    }
    const size_t bytes =
        is_new ? result.ByteSizeLong() : response->results(first->second).ByteSizeLong();
    if (i > 0 && bytes > budget) {
      response->Clear();
      return error::InvalidField(absl::StrCat("names[", i, "]"),
                                 "would make the answer too large; ask for this one and those "
                                 "behind it in another call, or for BASIC");
    }
    budget -= std::min(budget, bytes);
    *response->add_results() = is_new ? std::move(result) : response->results(first->second);
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
