#include "services/catalog/service/resource_checks.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/api/names.h"
#include "common/errors/errors.h"
#include "common/text/time_zone.h"
#include "google/protobuf/util/field_mask_util.h"

namespace dateline::catalog::service {
namespace {

using content::v1::Author;
using content::v1::Publication;
using content::v1::Topic;
using error::FieldViolations;
using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;

bool StandsTwice(absl::string_view pattern, absl::string_view name) {
  const size_t first = pattern.find(name);
  return first != absl::string_view::npos &&
         pattern.find(name, first + name.size()) != absl::string_view::npos;
}

void CheckPathPattern(const std::string& pattern, FieldViolations* out) {
  if (pattern.empty()) return;
  const std::string rest = absl::StrReplaceAll(
      pattern, {{"{year}", ""}, {"{month}", ""}, {"{day}", ""}, {"{slug}", ""}, {"{id}", ""}});
  if (pattern[0] != '/' || rest.find_first_of("{}") != std::string::npos) {
    out->Add("publication.path_pattern",
             "must begin with / and hold no placeholders but {year}, {month}, {day}, {slug}, {id}");
  }
  if (!absl::StrContains(pattern, "{slug}") && !absl::StrContains(pattern, "{id}")) {
    out->Add("publication.path_pattern", "must hold {slug} or {id}");
  }
  if (StandsTwice(pattern, "{slug}") || StandsTwice(pattern, "{id}")) {
    out->Add("publication.path_pattern", "must hold {slug} and {id} at most once each");
  }
}

const char* const kTopicFields[] = {"display_name", "display_names", "kind",        "state",
                                    "parents",      "aliases",       "description", "image"};

// The fields that an update names and may change.
absl::Status FieldsToChange(const Topic& update, const FieldMask& mask, FieldMask* fields) {
  if (mask.paths_size() == 1 && mask.paths(0) == "*") {
    for (const char* field : kTopicFields) fields->add_paths(field);
    return absl::OkStatus();
  }
  for (const std::string& path : mask.paths()) {
    if (!FieldMaskUtil::IsValidPath<Topic>(path)) {
      return error::InvalidField("update_mask", absl::StrCat("topic has no field ", path));
    }
    for (const char* field : kTopicFields) {
      if (path == field || absl::StartsWith(path, absl::StrCat(field, ".")))
        fields->add_paths(path);
    }
  }
  if (mask.paths_size() > 0) return absl::OkStatus();
  for (const char* field : kTopicFields) {
    const auto* descriptor = Topic::descriptor()->FindFieldByName(field);
    const bool populated = descriptor->is_repeated()
                               ? update.GetReflection()->FieldSize(update, descriptor) > 0
                               : update.GetReflection()->HasField(update, descriptor);
    if (populated) fields->add_paths(field);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckNewId(absl::string_view field, absl::string_view id) {
  if (api::IsValidId(id)) return absl::OkStatus();
  return error::InvalidField(field, "must not be empty");
}

absl::Status CheckPublication(const Publication& publication) {
  FieldViolations violations;
  if (publication.title().empty()) violations.Add("publication.title", "must not be empty");
  if (!publication.time_zone().empty() && !text::FindTimeZone(publication.time_zone())) {
    violations.Add("publication.time_zone", "must be a name of the IANA time zone database");
  }
  CheckPathPattern(publication.path_pattern(), &violations);
  return violations.ToStatus();
}

absl::Status CheckTopic(const Topic& topic) {
  FieldViolations violations;
  if (topic.display_name().empty()) violations.Add("topic.display_name", "must not be empty");
  for (const auto& [language, name] : topic.display_names()) {
    if (!language.empty() && !name.empty()) continue;
    violations.Add("topic.display_names", "must hold neither empty languages nor empty names");
    break;
  }
  for (int i = 0; i < topic.aliases_size(); ++i) {
    if (!topic.aliases(i).empty()) continue;
    violations.Add(absl::StrCat("topic.aliases[", i, "]"), "must not be empty");
  }
  absl::flat_hash_set<absl::string_view> parents;
  for (int i = 0; i < topic.parents_size(); ++i) {
    const std::string field = absl::StrCat("topic.parents[", i, "]");
    if (topic.parents(i).empty()) violations.Add(field, "must be topics/{id}");
    if (!parents.insert(topic.parents(i)).second) violations.Add(field, "must not stand twice");
  }
  if (topic.state() != content::v1::TOPIC_STATE_ACTIVE &&
      topic.state() != content::v1::TOPIC_STATE_PROPOSED) {
    violations.Add("topic.state", "must be ACTIVE or PROPOSED");
  }
  return violations.ToStatus();
}

absl::Status CheckAuthor(const Author& author) {
  if (!author.display_name().empty()) return absl::OkStatus();
  return error::InvalidField("author.display_name", "must not be empty");
}

absl::Status ApplyTopicUpdate(const Topic& update, const FieldMask& mask, Topic* stored) {
  if (!update.etag().empty() && update.etag() != stored->etag()) {
    return error::EtagMismatch(stored->name());
  }
  if (stored->state() != content::v1::TOPIC_STATE_ACTIVE &&
      stored->state() != content::v1::TOPIC_STATE_PROPOSED) {
    return error::StateConflict(stored->name(), content::v1::TopicState_Name(stored->state()));
  }
  FieldMask fields;
  if (absl::Status status = FieldsToChange(update, mask, &fields); !status.ok()) return status;
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(update, fields, options, stored);
  if (stored->state() == content::v1::TOPIC_STATE_UNSPECIFIED) {
    stored->set_state(content::v1::TOPIC_STATE_ACTIVE);
  }
  return CheckTopic(*stored);
}

}  // namespace dateline::catalog::service
