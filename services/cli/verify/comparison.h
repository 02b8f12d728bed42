#ifndef DATELINE_SERVICES_CLI_VERIFY_COMPARISON_H_
#define DATELINE_SERVICES_CLI_VERIFY_COMPARISON_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/query/v1/replicas.pb.h"

namespace dateline::cli {

// One thing in which the replica is not as the catalog.
struct Difference {
  std::string resource;         // by name; of those without a name, kind and key
  std::string what;             // in words
  int64_t catalog_version = 0;  // 0: the catalog does not have it
  int64_t replica_version = 0;  // 0: the replica does not have it

  auto operator<=>(const Difference&) const = default;
};

// Compares what the catalog exports with the digests of a replica, one resource after the other.
// Both come in the order of kinds and keys, so that only one of each is held. One thread.
class Comparison {
 public:
  // The replica's next digest; nullopt at the end.
  using NextHeld = std::function<absl::StatusOr<std::optional<query::v1::ResourceDigest>>()>;

  // Of the differences, at most `max_differences` are kept.
  Comparison(NextHeld next_held, size_t max_differences)
      : next_held_(std::move(next_held)), max_differences_(max_differences) {}

  // The next state of the export, in view FULL. Errors are those of the replica's digests.
  absl::Status Add(const catalog::v1::ResourceState& exported);
  // The export is at its end.
  absl::Status Finish();

  // Resources of the catalog that were compared.
  int64_t resources() const { return resources_; }
  const std::vector<Difference>& differences() const { return differences_; }
  // Whether there were more than are kept.
  bool is_cut() const { return is_cut_; }

 private:
  using Place = std::pair<int, int64_t>;  // kind and key

  absl::Status Advance();
  void NoteOnlyHeld();
  void Note(Difference difference);

  const NextHeld next_held_;
  const size_t max_differences_;
  bool begun_ = false;
  std::optional<query::v1::ResourceDigest> held_;
  int64_t resources_ = 0;
  bool is_cut_ = false;
  std::vector<Difference> differences_;
};

// What differs between a state and what a replica holds of the same resource, in words; empty if
// nothing does. Pure.
std::vector<std::string> DifferingParts(const catalog::v1::ResourceState& exported,
                                        const query::v1::ResourceDigest& held);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_VERIFY_COMPARISON_H_
