#include "services/query/service/article_handlers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/service/included.h"
#include "services/query/service/read_options.h"
#include "services/query/service/teasers.h"
#include "services/query/service/view.h"

namespace dateline::query::service {
namespace {

// With what stands around them, articles stay below 4 MiB, gRPC's default for clients.
constexpr size_t kBatchByteBudget = size_t{7} << 19;

absl::StatusOr<uint64_t> PublicationOf(const View& view, const std::string& name) {
  if (!name.empty()) {
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

// Whether an article's own path has been left for that of an update that time has brought into
// force: the catalog tells of it once the article is written again.
bool IsLeft(const View& view, const replica::PathEntry& entry, const replica::Visibility& own) {
  return entry.slot == replica::Slot::kLive && own.until <= view.now() &&
         view.VisibleSlot(entry.article) == replica::Slot::kScheduled;
}

// A live path always beats a remembered one, as it sorts before it. How many articles may have had
// one path is bounded by what is looked at.
constexpr int kMaxAtPath = 1'000;
std::optional<replica::PathEntry> Lookup(const View& view, uint64_t publication,
                                         absl::string_view path) {
  const std::string prefix = replica::PathPrefix(publication, path);
  replica::Cursor cursor = view.transaction().Open(replica::Table::kPaths);
  bool found = cursor.Seek(prefix);
  std::optional<replica::PathEntry> left;
  for (int seen = 0; found && seen < kMaxAtPath; found = cursor.Next(), ++seen) {
    auto entry = replica::ParsePathKey(cursor.key(), prefix);
    if (!entry.has_value()) break;
    if (entry->remembered) return entry;
    const replica::Visibility visibility = replica::ParseVisibility(cursor.value());
    if (visibility.At(view.now())) return entry;
    if (!IsLeft(view, *entry, visibility)) continue;
    left = entry;
    left->remembered = true;
  }
  return left;
}

// Reads articles as a request wants them, with what rides along. Lives for one call.
class Reader {
 public:
  template <typename Request>
  Reader(const View& view, const Request& request, ReadMask mask, bool full)
      : view_(view),
        mask_(std::move(mask)),
        full_(full),
        teasers_(view, request.teaser_words()),
        cut_(request.teaser_words() > 0),
        included_(view, request.include()) {}

  // NOT_FOUND if the article is not visible.
  absl::Status Read(uint64_t article, const std::string& asked_for, content::v1::Article* out) {
    const auto slot = view_.VisibleSlot(article);
    if (!slot.has_value()) return error::ResourceNotFound(asked_for);
    std::string encoded = view_.EncodedArticle(article, *slot, full_ || cut_);
    if (cut_) {
      DATELINE_ASSIGN_OR_RETURN(encoded, teasers_.Cut(encoded, full_));
    }
    if (!out->ParseFromString(encoded)) return error::Internal("a stored article cannot be read");
    return absl::OkStatus();
  }

  // Looks up what rides along with an article, and leaves out of it what was not asked for.
  void Prepare(content::v1::Article* article) {
    included_.Prepare(*article);
    fresh_.Add(*article);
    mask_.Trim(article);
  }
  // Keeps what was prepared last, within `budget` bytes.
  void Keep(size_t budget) { included_.Keep(budget); }

  template <typename Request, typename Response>
  void Finish(const Request& request, Response* response) {
    included_.MoveTo(response);
    if constexpr (requires { request.if_none_match(); }) {
      FinishAnswer(view_, request, fresh_, response);
    } else {
      response->set_position(view_.position().token);
      *response->mutable_read_time() = TimeToProto(view_.now());
    }
  }

 private:
  const View& view_;
  const ReadMask mask_;
  FreshUntil fresh_;
  const bool full_;
  Teasers teasers_;
  const bool cut_;
  Included included_;
};

size_t LeftBeside(const content::v1::Article& article) {
  return limits::kPageByteBudget - std::min(limits::kPageByteBudget, article.ByteSizeLong());
}

// Where an article stands now, for one who asks for an old path of it. It will not stand there
// again.
absl::Status RedirectTo(const View& view, uint64_t article, const std::string& path,
                        v1::Redirect* redirect) {
  const auto slot = view.VisibleSlot(article);
  if (!slot.has_value()) return error::ResourceNotFound(path);
  content::v1::Article card;
  if (!card.ParseFromString(view.EncodedArticle(article, *slot, false))) {
    return error::Internal("a stored article cannot be read");
  }
  redirect->set_target(card.path());
  redirect->set_permanent(true);
  return absl::OkStatus();
}

// The topic whose page stands at a path by the publication's pattern, which has one `{id}`.
std::optional<View::FoundTopic> TopicAt(const View& view, uint64_t publication,
                                        const std::string& path) {
  const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_PUBLICATION, publication);
  if (!state.has_value()) return std::nullopt;
  constexpr absl::string_view kId = "{id}";
  const std::string& pattern = state->publication().topic_path_pattern();
  const size_t place = pattern.find(std::string(kId));
  if (place == std::string::npos) return std::nullopt;
  absl::string_view id = path;
  if (!absl::ConsumePrefix(&id, absl::ClippedSubstr(pattern, 0, place)) ||
      !absl::ConsumeSuffix(&id, absl::ClippedSubstr(pattern, place + kId.size())) || id.empty() ||
      absl::StrContains(id, '/')) {
    return std::nullopt;
  }
  return view.TopicOf(absl::StrCat("topics/", id));
}

// What stands in the place of an article that is not visible.
absl::Status FillWithdrawn(const View& view, uint64_t article, const std::string& path,
                           v1::ResolvePathResponse* response) {
  const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_ARTICLE, article);
  if (!state.has_value() || !state->has_article()) return error::ResourceNotFound(path);
  const catalog::v1::Withdrawal& withdrawal = state->article().withdrawal();
  switch (withdrawal.kind()) {
    case catalog::v1::WITHDRAWAL_KIND_REDIRECT:
      // An article that was withdrawn may come back.
      response->mutable_redirect()->set_target(withdrawal.target());
      return absl::OkStatus();
    case catalog::v1::WITHDRAWAL_KIND_GONE:
      response->mutable_gone();
      return absl::OkStatus();
    case catalog::v1::WITHDRAWAL_KIND_NOTICE:
      response->mutable_notice()->set_text(withdrawal.notice());
      return absl::OkStatus();
    default:
      return error::ResourceNotFound(path);
  }
}

}  // namespace

absl::Status ArticleHandlers::GetArticle(const v1::GetArticleRequest& request,
                                         const RequestContext& call,
                                         v1::GetArticleResponse* response) const {
  if (request.name().empty() == request.path().empty()) {
    return error::InvalidField("name", "exactly one of name and path must be set");
  }
  DATELINE_ASSIGN_OR_RETURN(ReadMask mask, ReadMask::Of(request.read_mask()));
  DATELINE_ASSIGN_OR_RETURN(const View view, OpenView(replica_, request, call));
  Reader reader(view, request, std::move(mask), request.view() != content::v1::ARTICLE_VIEW_BASIC);
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
    if (found->remembered) {
      DATELINE_RETURN_IF_ERROR(
          RedirectTo(view, found->article, request.path(), response->mutable_redirect()));
      reader.Finish(request, response);
      return absl::OkStatus();
    }
    article = found->article;
  }
  const std::string& asked_for = request.name().empty() ? request.path() : request.name();
  DATELINE_RETURN_IF_ERROR(reader.Read(article, asked_for, response->mutable_article()));
  reader.Prepare(response->mutable_article());
  reader.Keep(LeftBeside(response->article()));
  reader.Finish(request, response);
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchGetArticles(const v1::BatchGetArticlesRequest& request,
                                               const RequestContext& call,
                                               v1::BatchGetArticlesResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(ReadMask mask, ReadMask::Of(request.read_mask()));
  DATELINE_ASSIGN_OR_RETURN(const View view, OpenView(replica_, request, call));
  Reader reader(view, request, std::move(mask), request.view() == content::v1::ARTICLE_VIEW_FULL);
  std::map<absl::string_view, int> seen;  // a name that is asked for twice is read once
  size_t budget = kBatchByteBudget;
  for (int i = 0; i < request.names_size(); ++i) {
    const auto [first, is_new] = seen.emplace(request.names(i), i);
    v1::BatchGetArticlesResult result;
    if (is_new) {
      const auto key = view.KeyOf(request.names(i), catalog::v1::RESOURCE_KIND_ARTICLE);
      if (key.has_value() && !reader.Read(*key, request.names(i), result.mutable_article()).ok()) {
        result.clear_article();
      }
    } else {
      result = response->results(first->second);
    }
    result.set_name(request.names(i));
    if (is_new && result.has_article()) reader.Prepare(result.mutable_article());
    const size_t bytes = result.ByteSizeLong();
    // What has no room is asked for again: the answer ends where it is full.
    if (i > 0 && bytes > budget) break;
    budget -= std::min(budget, bytes);
    if (is_new && result.has_article()) reader.Keep(budget / 4);
    *response->add_results() = std::move(result);
  }
  reader.Finish(request, response);
  return absl::OkStatus();
}

absl::Status ArticleHandlers::ResolvePath(const v1::ResolvePathRequest& request,
                                          const RequestContext& call,
                                          v1::ResolvePathResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(ReadMask mask, ReadMask::Of(request.read_mask()));
  DATELINE_ASSIGN_OR_RETURN(const View view, OpenView(replica_, request, call));
  DATELINE_ASSIGN_OR_RETURN(const uint64_t publication, PublicationOf(view, request.publication()));
  Reader reader(view, request, std::move(mask), request.view() != content::v1::ARTICLE_VIEW_BASIC);
  const auto found = Lookup(view, publication, request.path());
  if (!found.has_value()) {
    auto topic = TopicAt(view, publication, request.path());
    if (!topic.has_value()) return error::ResourceNotFound(request.path());
    *response->mutable_topic() = std::move(topic->topic);
  } else if (!view.VisibleSlot(found->article).has_value()) {
    DATELINE_RETURN_IF_ERROR(FillWithdrawn(view, found->article, request.path(), response));
  } else if (found->remembered) {
    DATELINE_RETURN_IF_ERROR(
        RedirectTo(view, found->article, request.path(), response->mutable_redirect()));
  } else {
    DATELINE_RETURN_IF_ERROR(
        reader.Read(found->article, request.path(), response->mutable_article()));
    reader.Prepare(response->mutable_article());
    reader.Keep(LeftBeside(response->article()));
  }
  reader.Finish(request, response);
  return absl::OkStatus();
}

}  // namespace dateline::query::service
