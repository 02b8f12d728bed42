#include "services/query/service/digest.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/read/digest.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/verify/derived_check.h"
#include "services/query/replica/verify/held_resources.h"

namespace dateline::query::service {
namespace {

constexpr int kDefaultResources = 1'000;
constexpr int kMaxResources = 10'000;
constexpr size_t kMaxFaults = 100;

// The first resource of a page, "kind-key", as a key of the store.
absl::StatusOr<std::string> PageBegin(const std::string& token) {
  if (token.empty()) return std::string();
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '-');
  int kind = 0;
  uint64_t key = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &kind) || kind < 0 || kind > 255 ||
      !absl::SimpleAtoi(parts[1], &key)) {
    return error::InvalidPageToken();
  }
  return replica::StateKey(kind, key);
}

absl::Status FillTables(const replica::Store& store, const RequestContext& call,
                        v1::GetDigestResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const auto digests,
                            replica::DigestTables(store, [&] { return call.Check(); }));
  for (const replica::TableDigest& digest : digests) {
    v1::TableDigest& out = *response->add_tables();
    out.set_table(std::string(replica::TableName(digest.table)));
    out.set_entries(digest.entries);
    out.set_digest(digest.digest);
  }
  return absl::OkStatus();
}

void Fill(const replica::HeldResource& held, v1::ResourceDigest* out) {
  out->set_kind(held.state.kind());
  out->set_key(held.state.key());
  out->set_name(held.state.name());
  out->set_version(held.state.version());
  out->set_digest(held.state.digest());
  out->set_state_digest(held.digest.state);
  out->set_live_digest(held.digest.live);
  out->set_scheduled_digest(held.digest.scheduled);
  out->set_quarantine(held.quarantine);
}

absl::Status FillResources(const replica::Store& store, const v1::GetDigestRequest& request,
                           const RequestContext& call, v1::GetDigestResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const std::string begin, PageBegin(request.page_token()));
  DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction transaction, store.Read());
  const int page_size =
      request.page_size() == 0 ? kDefaultResources : std::min(request.page_size(), kMaxResources);
  return replica::ForEachHeld(
      transaction, begin, [&] { return call.Check(); },
      [&](const replica::HeldResource& held) {
        if (response->resources_size() == page_size) {
          response->set_next_page_token(
              absl::StrCat(static_cast<int>(held.state.kind()), "-", held.state.key()));
          return false;
        }
        Fill(held, response->add_resources());
        return true;
      });
}

v1::DerivedFaultKind KindOf(replica::DerivedFault::Kind kind) {
  switch (kind) {
    case replica::DerivedFault::Kind::kMissing:
      return v1::DERIVED_FAULT_KIND_MISSING;
    case replica::DerivedFault::Kind::kDifferent:
      return v1::DERIVED_FAULT_KIND_DIFFERENT;
    case replica::DerivedFault::Kind::kStray:
      break;
  }
  return v1::DERIVED_FAULT_KIND_STRAY;
}

absl::Status FillDerived(const replica::Store& store, const RequestContext& call,
                         v1::GetDigestResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(replica::DerivedCheck derived,
                            replica::CheckDerived(store, kMaxFaults, [&] { return call.Check(); }));
  response->set_entries(derived.entries);
  for (replica::DerivedFault& fault : derived.faults) {
    v1::DerivedFault& out = *response->add_faults();
    out.set_table(std::string(replica::TableName(fault.table)));
    out.set_kind(KindOf(fault.kind));
    out.set_key(absl::BytesToHexString(fault.key));
    out.set_resource(std::move(fault.resource));
  }
  return absl::OkStatus();
}

absl::Status FillView(const replica::Store& store, const v1::GetDigestRequest& request,
                      const RequestContext& call, v1::GetDigestResponse* response) {
  // Only the resources have pages: a token to anything else is from nowhere.
  if (request.view() != v1::DIGEST_VIEW_RESOURCES && !request.page_token().empty()) {
    return error::InvalidPageToken();
  }
  switch (request.view()) {
    case v1::DIGEST_VIEW_RESOURCES:
      return FillResources(store, request, call, response);
    case v1::DIGEST_VIEW_DERIVED:
      return FillDerived(store, call, response);
    default:
      return FillTables(store, call, response);
  }
}

}  // namespace

absl::Status FillDigest(replica::Replica& replica, const v1::GetDigestRequest& request,
                        const RequestContext& call, v1::GetDigestResponse* response) {
  // What is read may be ahead of it, never behind.
  const auto position = replica.position();
  const auto store = replica.current();
  if (store == nullptr) return error::NotReady();
  DATELINE_RETURN_IF_ERROR(FillView(*store, request, call, response));
  response->set_articles(store->Entries(replica::Table::kCards));
  response->set_position(position->token);
  return absl::OkStatus();
}

}  // namespace dateline::query::service
