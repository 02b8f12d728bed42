#include "services/query/follow/key_comparison.h"

#include <utility>

#include "common/base/status_macros.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::follow {
namespace {

using catalog::v1::ResourceState;
using replica::Table;

// Above this, a whole copy is the better way.
constexpr size_t kMaxDifferences = 100'000;

std::string KeyOf(const ResourceState& state) {
  return replica::StateKey(state.kind(), static_cast<uint64_t>(state.key()));
}

ResourceState Parse(absl::string_view stored) {
  ResourceState state;
  if (!state.ParseFromArray(stored.data(), static_cast<int>(stored.size()))) state.Clear();
  return state;
}

}  // namespace

bool Holds(const replica::ReadTransaction& copy, const ResourceState& key) {
  const auto stored = copy.Get(Table::kStates, KeyOf(key));
  if (!stored.has_value()) return false;
  const ResourceState held = Parse(*stored);
  return held.version() == key.version() && held.digest() == key.digest() &&
         held.name() == key.name() && held.has_tombstone() == key.has_tombstone();
}

KeyComparison::KeyComparison(const replica::ReadTransaction& copy)
    : copy_(copy), held_(copy.Open(Table::kStates)), more_(held_.Seek("")) {}

absl::Status KeyComparison::SkipTo(absl::string_view key) {
  for (; more_ && (key.empty() || held_.key() < key); more_ = held_.Next()) {
    const ResourceState held = Parse(held_.value());
    // What is gone already, and was so before there were versions of this timeline.
    if (held.has_tombstone() && held.version() == 0) continue;
    if (differences_.gone.size() >= kMaxDifferences) {
      return absl::ResourceExhaustedError("too much of the copy is gone");
    }
    ResourceState gone;
    gone.set_kind(static_cast<catalog::v1::ResourceKind>(held_.key().front()));
    gone.set_key(static_cast<int64_t>(replica::ReadNumber(held_.key(), 1)));
    gone.set_name(held.name());
    gone.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_DELETED);
    differences_.gone.push_back(std::move(gone));
  }
  return absl::OkStatus();
}

absl::Status KeyComparison::Add(const ResourceState& key) {
  const std::string wanted = KeyOf(key);
  if (wanted <= last_) return absl::DataLossError("the keys are not in order");
  last_ = wanted;
  DATELINE_RETURN_IF_ERROR(SkipTo(wanted));
  const bool same = Holds(copy_, key);
  if (more_ && held_.key() == absl::string_view(wanted)) more_ = held_.Next();
  if (same) return absl::OkStatus();
  if (differences_.gone.size() + differences_.articles.size() >= kMaxDifferences) {
    return absl::ResourceExhaustedError("too much of the copy differs");
  }
  if (key.has_tombstone()) {
    differences_.gone.push_back(key);
  } else if (key.kind() == catalog::v1::RESOURCE_KIND_ARTICLE) {
    differences_.articles.push_back({key.key(), key.name()});
  } else {
    differences_.vocabulary = true;
  }
  return absl::OkStatus();
}

absl::Status KeyComparison::Finish() { return SkipTo(""); }

}  // namespace dateline::query::follow
