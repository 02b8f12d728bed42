#include "services/catalog/service/resource_checks.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/time_zone.h"
#include "google/api/field_behavior.pb.h"
#include "google/protobuf/util/field_mask_util.h"

namespace dateline::catalog::service {
namespace {

using content::v1::Author;
using content::v1::Publication;
using content::v1::Topic;
using error::FieldViolations;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
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

void CheckTopicPathPattern(const std::string& pattern, FieldViolations* out) {
  if (pattern.empty()) return;
  const std::string rest = absl::StrReplaceAll(pattern, {{"{id}", ""}});
  if (pattern[0] != '/' || rest.find_first_of("{}") != std::string::npos ||
      !absl::StrContains(pattern, "{id}") || StandsTwice(pattern, "{id}")) {
    out->Add("publication.topic_path_pattern",
             "must begin with / and hold {id} once, and no other placeholder");
  }
}

// Whether an update may name the field; else it is passed over (AIP-203).
bool IsWritable(const FieldDescriptor& field) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    const auto behavior = options.GetExtension(google::api::field_behavior, i);
    if (behavior == google::api::OUTPUT_ONLY || behavior == google::api::IDENTIFIER) return false;
  }
  return field.name() != "etag";
}

bool IsPopulated(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

// The fields that an update names and may change.
absl::Status FieldsToChange(const Message& update, const FieldMask& mask, FieldMask* fields) {
  const Descriptor& type = *update.GetDescriptor();
  const bool all = mask.paths_size() == 1 && mask.paths(0) == "*";
  if (all || mask.paths().empty()) {
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (IsWritable(field) && (all || IsPopulated(update, field))) fields->add_paths(field.name());
    }
    return absl::OkStatus();
  }
  for (const std::string& path : mask.paths()) {
    std::vector<const FieldDescriptor*> way;
    if (!FieldMaskUtil::GetFieldDescriptors(&type, path, &way)) {
      return error::InvalidField(
          "update_mask", absl::StrCat(absl::AsciiStrToLower(type.name()), " has no field ", path));
    }
    if (IsWritable(*way.front())) fields->add_paths(path);
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
  CheckTopicPathPattern(publication.topic_path_pattern(), &violations);
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
  FieldViolations violations;
  if (author.display_name().empty()) violations.Add("author.display_name", "must not be empty");
  for (int i = 0; i < author.byline_variants_size(); ++i) {
    if (!author.byline_variants(i).empty()) continue;
    violations.Add(absl::StrCat("author.byline_variants[", i, "]"), "must not be empty");
  }
  return violations.ToStatus();
}

absl::Status CheckMerge(const std::string& target,
                        const google::protobuf::RepeatedPtrField<std::string>& merged) {
  FieldViolations violations;
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < merged.size(); ++i) {
    const std::string field = absl::StrCat("merged[", i, "]");
    if (merged[i] == target) violations.Add(field, "must not be the target");
    if (!seen.insert(merged[i]).second) violations.Add(field, "must not stand twice");
  }
  return violations.ToStatus();
}

absl::Status ApplyUpdate(const Message& update, const FieldMask& mask, Message* stored) {
  FieldMask fields;
  if (absl::Status status = FieldsToChange(update, mask, &fields); !status.ok()) return status;
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(update, fields, options, stored);
  return absl::OkStatus();
}

absl::Status ApplyTopicUpdate(const Topic& update, const FieldMask& mask, Topic* stored) {
  DATELINE_RETURN_IF_ERROR(ApplyUpdate(update, mask, stored));
  if (stored->state() == content::v1::TOPIC_STATE_UNSPECIFIED) {
    stored->set_state(content::v1::TOPIC_STATE_ACTIVE);
  }
  return CheckTopic(*stored);
}

absl::Status ApplyAuthorUpdate(const Author& update, const FieldMask& mask, Author* stored) {
  DATELINE_RETURN_IF_ERROR(ApplyUpdate(update, mask, stored));
  return CheckAuthor(*stored);
}

absl::Status ApplyPublicationUpdate(const Publication& update, const FieldMask& mask,
                                    Publication* stored) {
  DATELINE_RETURN_IF_ERROR(ApplyUpdate(update, mask, stored));
  return CheckPublication(*stored);
}

}  // namespace dateline::catalog::service
