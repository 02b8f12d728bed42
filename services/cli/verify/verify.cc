#include "services/cli/verify/verify.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "common/base/status_macros.h"

namespace dateline::cli {
namespace {

constexpr size_t kMaxDifferences = 10'000;
constexpr int kResourcesPerPage = 2'000;

// The digests of a replica one by one, page after page, at or behind a position.
class HeldPages {
 public:
  HeldPages(const VerifyCalls& calls, const std::string& min_position) : calls_(calls) {
    request_.set_view(query::v1::DIGEST_VIEW_RESOURCES);
    request_.set_page_size(kResourcesPerPage);
    request_.set_min_position(min_position);
  }

  absl::StatusOr<std::optional<query::v1::ResourceDigest>> Next() {
    while (next_ == page_.resources_size()) {
      if (is_last_) return std::nullopt;
      DATELINE_ASSIGN_OR_RETURN(page_, calls_.get_digest(request_));
      next_ = 0;
      request_.set_page_token(page_.next_page_token());
      is_last_ = page_.next_page_token().empty();
    }
    return std::move(*page_.mutable_resources(next_++));
  }

 private:
  const VerifyCalls& calls_;
  query::v1::GetDigestRequest request_;
  query::v1::GetDigestResponse page_;
  int next_ = 0;
  bool is_last_ = false;
};

// One comparison of all.
absl::StatusOr<Verification> CompareOnce(const VerifyCalls& calls) {
  Verification found;
  std::optional<HeldPages> held;
  Comparison comparison([&] { return held->Next(); }, kMaxDifferences);
  const auto compare = [&](const catalog::v1::ExportResourcesResponse& page) -> absl::Status {
    // The first page says where the catalog was when the export began.
    if (!held.has_value()) {
      found.position = page.start_position();
      held.emplace(calls, found.position);
    }
    for (const catalog::v1::ResourceState& state : page.states()) {
      DATELINE_RETURN_IF_ERROR(comparison.Add(state));
    }
    return absl::OkStatus();
  };
  DATELINE_RETURN_IF_ERROR(calls.export_all(compare));
  if (!held.has_value()) held.emplace(calls, "");
  DATELINE_RETURN_IF_ERROR(comparison.Finish());
  found.resources = comparison.resources();
  found.differences = comparison.differences();
  found.is_cut = comparison.is_cut();
  return found;
}

std::vector<Difference> InBoth(std::vector<Difference> a, std::vector<Difference> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<Difference> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

}  // namespace

absl::StatusOr<Verification> VerifyReplica(const VerifyCalls& calls) {
  DATELINE_ASSIGN_OR_RETURN(Verification found, CompareOnce(calls));
  if (!found.differences.empty()) {
    DATELINE_ASSIGN_OR_RETURN(Verification again, CompareOnce(calls));
    again.differences = InBoth(std::move(found.differences), std::move(again.differences));
    again.is_cut |= found.is_cut;
    found = std::move(again);
  }
  query::v1::GetDigestRequest request;
  request.set_view(query::v1::DIGEST_VIEW_DERIVED);
  request.set_min_position(found.position);
  DATELINE_ASSIGN_OR_RETURN(const query::v1::GetDigestResponse derived, calls.get_digest(request));
  found.entries = derived.entries();
  found.faults.assign(derived.faults().begin(), derived.faults().end());
  return found;
}

}  // namespace dateline::cli
