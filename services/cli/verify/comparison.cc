#include "services/cli/verify/comparison.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/resource_digest.h"
#include "common/base/status_macros.h"

namespace dateline::cli {
namespace {

// "path 17", where there is no name. Pins have their topic's.
std::string NameOf(const std::string& name, catalog::v1::ResourceKind kind, int64_t key) {
  if (kind == catalog::v1::RESOURCE_KIND_PINS) return absl::StrCat("pins of ", name);
  if (!name.empty()) return name;
  const std::string word = catalog::v1::ResourceKind_Name(kind);
  return absl::StrCat(absl::AsciiStrToLower(absl::StripPrefix(word, "RESOURCE_KIND_")), " ", key);
}

}  // namespace

std::vector<std::string> DifferingParts(const catalog::v1::ResourceState& exported,
                                        const query::v1::ResourceDigest& held) {
  if (!held.quarantine().empty()) {
    return {absl::StrCat("is in quarantine: ", held.quarantine())};
  }
  if (exported.version() != held.version()) {
    return {absl::StrCat("version is ", exported.version(), " in the catalog, ", held.version(),
                         " in the replica")};
  }
  std::vector<std::string> parts;
  const api::ResourceDigest digest = api::DigestOf(exported);
  if (exported.digest() != held.digest()) parts.emplace_back("the catalog's digest differs");
  if (digest.state != held.state_digest()) parts.emplace_back("state differs");
  if (digest.live != held.live_digest()) parts.emplace_back("live revision differs");
  if (digest.scheduled != held.scheduled_digest()) {
    parts.emplace_back("scheduled revision differs");
  }
  return parts;
}

absl::Status Comparison::Advance() {
  begun_ = true;
  DATELINE_ASSIGN_OR_RETURN(held_, next_held_());
  return absl::OkStatus();
}

void Comparison::Note(Difference difference) {
  if (differences_.size() < max_differences_) {
    differences_.push_back(std::move(difference));
  } else {
    is_cut_ = true;
  }
}

void Comparison::NoteOnlyHeld() {
  Note({NameOf(held_->name(), held_->kind(), held_->key()), "is in the replica only", 0,
        held_->version()});
}

absl::Status Comparison::Add(const catalog::v1::ResourceState& exported) {
  if (exported.has_tombstone()) return absl::OkStatus();
  ++resources_;
  if (!begun_) DATELINE_RETURN_IF_ERROR(Advance());
  const Place place{exported.kind(), exported.key()};
  while (held_.has_value() && Place{held_->kind(), held_->key()} < place) {
    NoteOnlyHeld();
    DATELINE_RETURN_IF_ERROR(Advance());
  }
  const std::string name = NameOf(exported.name(), exported.kind(), exported.key());
  if (!held_.has_value() || Place{held_->kind(), held_->key()} != place) {
    Note({name, "is in the catalog only", exported.version(), 0});
    return absl::OkStatus();
  }
  for (std::string& part : DifferingParts(exported, *held_)) {
    Note({name, std::move(part), exported.version(), held_->version()});
  }
  return Advance();
}

absl::Status Comparison::Finish() {
  if (!begun_) DATELINE_RETURN_IF_ERROR(Advance());
  while (held_.has_value()) {
    NoteOnlyHeld();
    DATELINE_RETURN_IF_ERROR(Advance());
  }
  return absl::OkStatus();
}

}  // namespace dateline::cli
