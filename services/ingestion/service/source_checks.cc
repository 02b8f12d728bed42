#include "services/ingestion/service/source_checks.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/url/url_record.h"
#include "google/protobuf/util/field_mask_util.h"

namespace dateline::ingestion::service {
namespace {

constexpr int kDefaultRank = 100;
// Nobody's server is asked more often than once in a quarter of a minute, nor forgotten for a
// month.
constexpr int64_t kMinIntervalSeconds = 15;
constexpr int64_t kMaxIntervalSeconds = 30 * 24 * 3600;

void CheckUrl(const v1::Source& source, error::FieldViolations* violations) {
  if (source.url().empty()) {
    if (source.kind() == v1::SOURCE_KIND_FEED) {
      violations->Add("source.url", "is required for a source of kind FEED");
    }
    return;
  }
  if (source.kind() == v1::SOURCE_KIND_UPLOAD) {
    violations->Add("source.url", "must be empty for a source of kind UPLOAD");
  }
  const std::optional<url::UrlRecord> url = url::ParseUrl(source.url(), nullptr);
  if (!url.has_value()) {
    violations->Add("source.url", "must be an absolute http or https address");
  } else if (!url->username.empty() || !url->password.empty()) {
    // An address is answered and logged; credentials never are.
    violations->Add("source.url", "must have no user name: give it as credentials");
  }
}

void CheckPolling(const v1::PollingPolicy& polling, error::FieldViolations* violations) {
  const auto seconds_of = [](const google::protobuf::Duration& duration) {
    return duration.seconds();
  };
  const auto check_bounds = [&](const char* field, const google::protobuf::Duration& duration) {
    // A part of a second, which the longest one must not have either.
    const bool too_long = seconds_of(duration) > kMaxIntervalSeconds ||
                          (seconds_of(duration) == kMaxIntervalSeconds && duration.nanos() > 0);
    if (seconds_of(duration) >= kMinIntervalSeconds && !too_long && duration.nanos() >= 0 &&
        duration.nanos() < 1'000'000'000) {
      return;
    }
    violations->Add(field, absl::StrCat("must be from ", kMinIntervalSeconds, " to ",
                                        kMaxIntervalSeconds, " seconds"));
  };
  if (polling.has_min_interval()) {
    check_bounds("source.polling.min_interval", polling.min_interval());
  }
  if (polling.has_max_interval()) {
    check_bounds("source.polling.max_interval", polling.max_interval());
  }
  if (polling.has_min_interval() && polling.has_max_interval() &&
      seconds_of(polling.min_interval()) > seconds_of(polling.max_interval())) {
    violations->Add("source.polling.min_interval", "must not be above max_interval");
  }
}

void CheckPolicies(const v1::Source& source, error::FieldViolations* violations) {
  CheckPolling(source.polling(), violations);
  const v1::SourceCredentials& credentials = source.credentials();
  if (source.has_credentials() &&
      credentials.secret_case() == v1::SourceCredentials::SECRET_NOT_SET) {
    violations->Add("source.credentials.secret", "is required if credentials are given");
  }
}

void SetDefaults(v1::Source* source) {
  if (source->rank() == 0) source->set_rank(kDefaultRank);
  source->set_kind(source->url().empty() ? v1::SOURCE_KIND_UPLOAD : v1::SOURCE_KIND_FEED);
  if (source->topics().unknown() == v1::UNKNOWN_CATEGORIES_UNSPECIFIED) {
    source->mutable_topics()->set_unknown(v1::UNKNOWN_CATEGORIES_PROPOSE);
  }
}

}  // namespace

absl::Status CheckNewSource(const v1::CreateSourceRequest& request) {
  error::FieldViolations violations;
  if (request.source_id().empty()) violations.Add("source_id", "is required");
  const v1::Source& source = request.source();
  if (source.publication().empty()) violations.Add("source.publication", "is required");
  if (!source.name().empty() && source.name() != absl::StrCat("sources/", request.source_id())) {
    violations.Add("source.name", "must be empty or fit source_id");
  }
  CheckUrl(source, &violations);
  CheckPolicies(source, &violations);
  return violations.ToStatus();
}

v1::Source WithDefaults(const v1::CreateSourceRequest& request) {
  v1::Source source = request.source();
  source.set_name(absl::StrCat("sources/", request.source_id()));
  SetDefaults(&source);
  return source;
}

namespace {

using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;

// What people may change. The publication stays: its articles would not move with the source.
constexpr const char* kChangeable[] = {"display_name",    "url",      "rank",
                                       "polling",         "topics",   "feed_wins",
                                       "canonical_hosts", "language", "credentials"};

bool IsChangeable(const std::string& path) {
  return std::any_of(std::begin(kChangeable), std::end(kChangeable), [&](const char* field) {
    return path == field || absl::StartsWith(path, absl::StrCat(field, "."));
  });
}

// The fields that an update changes: those of its mask, all for "*", those populated without one.
FieldMask FieldsOf(const v1::UpdateSourceRequest& request) {
  const bool all = request.update_mask().paths_size() == 1 && request.update_mask().paths(0) == "*";
  if (request.has_update_mask() && !all) return request.update_mask();
  FieldMask mask;
  const auto* descriptor = v1::Source::descriptor();
  for (const char* name : kChangeable) {
    const auto* field = descriptor->FindFieldByName(name);
    const auto* reflection = request.source().GetReflection();
    const bool populated = field->is_repeated() ? reflection->FieldSize(request.source(), field) > 0
                                                : reflection->HasField(request.source(), field);
    // Credentials are never answered, so a source that was read and is written back has none.
    const bool replaced = all && absl::string_view(name) != "credentials";
    if (replaced || populated) mask.add_paths(name);
  }
  return mask;
}

}  // namespace

absl::Status CheckUpdateMask(const v1::UpdateSourceRequest& request) {
  error::FieldViolations violations;
  const FieldMask mask = FieldsOf(request);
  for (const std::string& path : mask.paths()) {
    if (!FieldMaskUtil::IsValidPath<v1::Source>(path)) {
      violations.Add("update_mask", absl::StrCat("there is no field ", path));
    } else if (!IsChangeable(path)) {
      violations.Add("update_mask", absl::StrCat(path, " cannot be changed"));
    }
  }
  if (mask.paths().empty()) violations.Add("source", "has nothing to change");
  return violations.ToStatus();
}

absl::StatusOr<store::SourceChange> ApplyUpdate(const v1::UpdateSourceRequest& request,
                                                const v1::Source& present) {
  const FieldMask mask = FieldsOf(request);
  store::SourceChange change;
  change.source = present;
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(request.source(), mask, options, &change.source);
  change.sets_credentials =
      std::any_of(mask.paths().begin(), mask.paths().end(), [](const std::string& path) {
        return path == "credentials" || absl::StartsWith(path, "credentials.");
      });
  // Sub-fields would be merged into credentials that cannot be seen: they are set as a whole.
  if (change.sets_credentials) {
    change.source.clear_credentials();
    if (request.source().has_credentials()) {
      *change.source.mutable_credentials() = request.source().credentials();
    }
  }
  change.source.set_kind(v1::SOURCE_KIND_UNSPECIFIED);
  error::FieldViolations violations;
  CheckUrl(change.source, &violations);
  CheckPolicies(change.source, &violations);
  DATELINE_RETURN_IF_ERROR(violations.ToStatus());
  SetDefaults(&change.source);
  return change;
}

}  // namespace dateline::ingestion::service
