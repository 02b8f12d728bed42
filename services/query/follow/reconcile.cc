#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "services/query/follow/follower.h"
#include "services/query/follow/key_comparison.h"

// How a follower whose position has expired, as after a failover of the database, makes its copy
// what the catalog says: by comparing keys and fetching what differs. Readers go on meanwhile and
// see each article in a state of before or of afterwards. The position moves at the end: after a
// crash in between it has expired still, and all is compared again.
namespace dateline::query::follow {
namespace {

using catalog::v1::ExportResourcesRequest;
using catalog::v1::ExportResourcesResponse;
using catalog::v1::ResourceState;
using replica::Batch;

// The most that the catalog takes in one request.
constexpr size_t kMaxNames = 1'000;

Batch Replacing(std::vector<ResourceState> states, absl::Time at) {
  Batch batch;
  batch.states = std::move(states);
  batch.at = at;
  batch.replaces = true;
  return batch;
}

absl::Time TimeOf(const ExportResourcesResponse& page) {
  return page.has_at() ? TimeFromProto(page.at()) : absl::InfinitePast();
}

}  // namespace

absl::Status Follower::Reconcile() {
  const std::shared_ptr<replica::Store> copy = replica_.held();
  Batch end;
  Differences differences;
  DATELINE_RETURN_IF_ERROR(CompareKeys(*copy, &end, &differences));
  // Topics and authors first: articles are filed by them.
  DATELINE_RETURN_IF_ERROR(replica_.Reconcile(Replacing(differences.gone, end.at)));
  if (differences.vocabulary) DATELINE_RETURN_IF_ERROR(FetchVocabulary(*copy));
  for (size_t from = 0; from < differences.articles.size(); from += kMaxNames) {
    DATELINE_RETURN_IF_ERROR(FetchArticles(differences.articles, from));
  }
  DATELINE_RETURN_IF_ERROR(replica_.Reconcile(end));
  obs::Log(obs::Level::kInfo, "the copy was reconciled with the catalog",
           {{"gone", static_cast<int64_t>(differences.gone.size())},
            {"articles", static_cast<int64_t>(differences.articles.size())}});
  MutexLock lock(mutex_);
  ++status_.reconciliations;
  return absl::OkStatus();
}

absl::Status Follower::CompareKeys(const replica::Store& copy, Batch* end,
                                   Differences* differences) {
  DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction held, copy.Read());
  KeyComparison comparison(held);
  ExportResourcesRequest request;
  request.set_view(catalog::v1::EXPORT_VIEW_KEYS);
  bool whole = false;
  const auto on_page = [&](const ExportResourcesResponse& page) -> absl::Status {
    if (!page.start_position().empty() && end->position.log_id().empty()) {
      DATELINE_ASSIGN_OR_RETURN(end->position,
                                DecodePosition(page.start_position(), "start_position"));
      // Of another log, keys may stand for other resources.
      if (end->position.log_id() != replica_.position()->position.log_id()) {
        return absl::FailedPreconditionError("the catalog has another log");
      }
    }
    for (const ResourceState& key : page.states()) {
      DATELINE_RETURN_IF_ERROR(comparison.Add(key));
    }
    end->at = std::max(end->at, TimeOf(page));
    whole = !page.end_position().empty();
    return absl::OkStatus();
  };
  DATELINE_RETURN_IF_ERROR(ReadExport(&request, on_page, [&] { return whole; }));
  if (!whole || end->position.log_id().empty()) {
    return absl::DataLossError("the export of keys ended without its positions");
  }
  DATELINE_RETURN_IF_ERROR(comparison.Finish());
  *differences = comparison.differences();
  return absl::OkStatus();
}

// All that is no article comes first in an export.
absl::Status Follower::FetchVocabulary(const replica::Store& copy) {
  bool whole = false;
  const absl::Status status =
      feed_.Export(ExportResourcesRequest(), [&](const ExportResourcesResponse& page) {
        Batch batch = Replacing({}, TimeOf(page));
        {
          DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction held, copy.Read());
          for (const ResourceState& state : page.states()) {
            whole |= state.kind() == catalog::v1::RESOURCE_KIND_ARTICLE;
            if (!whole && !Holds(held, state)) batch.states.push_back(state);
          }
        }
        DATELINE_RETURN_IF_ERROR(replica_.Reconcile(batch));
        // An error is how a reader leaves a stream.
        return whole ? absl::AbortedError("whole") : absl::OkStatus();
      });
  return whole ? absl::OkStatus() : status;
}

absl::Status Follower::FetchArticles(const std::vector<Differences::Article>& articles,
                                     size_t from) {
  ExportResourcesRequest request;
  std::map<int64_t, std::string> missing;
  const size_t end = std::min(articles.size(), from + kMaxNames);
  for (size_t i = from; i < end; ++i) {
    request.add_names(articles[i].name);
    missing.emplace(articles[i].key, articles[i].name);
  }
  DATELINE_RETURN_IF_ERROR(feed_.Export(request, [&](const ExportResourcesResponse& page) {
    for (const ResourceState& state : page.states()) missing.erase(state.key());
    return replica_.Reconcile(
        Replacing({page.states().begin(), page.states().end()}, TimeOf(page)));
  }));
  // Gone since their keys were read; that will be told. A newer state of before must not stand.
  std::vector<ResourceState> gone;
  for (const auto& [key, name] : missing) {
    ResourceState& state = gone.emplace_back();
    state.set_kind(catalog::v1::RESOURCE_KIND_ARTICLE);
    state.set_key(key);
    state.set_name(name);
    state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_DELETED);
  }
  return replica_.Reconcile(Replacing(std::move(gone), absl::InfinitePast()));
}

}  // namespace dateline::query::follow
