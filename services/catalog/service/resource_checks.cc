#include "services/catalog/service/resource_checks.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/text/time_zone.h"
#include "common/text/utf8.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/catalog/upsert/names.h"

namespace dateline::catalog::service {
namespace {

using content::v1::Author;
using content::v1::Publication;
using content::v1::Topic;
using error::FieldViolations;
using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;

constexpr size_t kMaxLanguageBytes = 35;  // RFC 5646, section 4.4.1.
constexpr size_t kMaxQuoted = 100;        // Of what a caller sent, within an error.
constexpr int kMaxNames = 256;            // Aliases or translations: more than any gazetteer has.

void CheckText(absl::string_view field, absl::string_view text, bool required,
               FieldViolations* out) {
  if (required && text.empty()) out->Add(field, "must not be empty");
  if (text::CountCodePoints(text) > limits::kMaxTitleCodePoints) {
    out->Add(field, absl::StrCat("must be at most ", limits::kMaxTitleCodePoints, " code points"));
  }
}

void CheckUrl(absl::string_view field, absl::string_view url, FieldViolations* out) {
  if (url.empty()) return;
  if (url.size() > limits::kMaxUrlBytes || !(absl::StartsWithIgnoreCase(url, "http://") ||
                                             absl::StartsWithIgnoreCase(url, "https://"))) {
    out->Add(field, absl::StrCat("must be absolute http or https, at most ", limits::kMaxUrlBytes,
                                 " bytes"));
  }
}

bool StandsTwice(absl::string_view pattern, absl::string_view name) {
  const size_t first = pattern.find(name);
  return first != absl::string_view::npos &&
         pattern.find(name, first + name.size()) != absl::string_view::npos;
}

void CheckPathPattern(const std::string& pattern, FieldViolations* out) {
  if (pattern.empty()) return;
  const std::string rest = absl::StrReplaceAll(
      pattern, {{"{year}", ""}, {"{month}", ""}, {"{day}", ""}, {"{slug}", ""}, {"{id}", ""}});
  if (pattern[0] != '/' || pattern.size() > limits::kMaxPathBytes / 2 ||
      rest.find_first_of("{}") != std::string::npos) {
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
  if (mask.paths_size() > limits::kMaxMaskPaths) {
    return error::InvalidField("update_mask",
                               absl::StrCat("must hold at most ", limits::kMaxMaskPaths, " paths"));
  }
  if (mask.paths_size() == 1 && mask.paths(0) == "*") {
    for (const char* field : kTopicFields) fields->add_paths(field);
    return absl::OkStatus();
  }
  for (const std::string& path : mask.paths()) {
    if (!FieldMaskUtil::IsValidPath<Topic>(path)) {
      return error::InvalidField(
          "update_mask", absl::StrCat("topic has no field ", text::TruncateUtf8(path, kMaxQuoted)));
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
  if (IsValidId(id)) return absl::OkStatus();
  return error::InvalidField(
      field, absl::StrCat("must be 1 to ", limits::kMaxIdLength,
                          " lower-case letters, digits and hyphens, not beginning with a hyphen"));
}

absl::Status CheckPublication(const Publication& publication) {
  FieldViolations violations;
  CheckText("publication.title", publication.title(), /*required=*/true, &violations);
  CheckUrl("publication.home_page", publication.home_page(), &violations);
  if (publication.default_language().size() > kMaxLanguageBytes) {
    violations.Add("publication.default_language", "must be a BCP 47 tag");
  }
  if (!publication.time_zone().empty() && !text::FindTimeZone(publication.time_zone())) {
    violations.Add("publication.time_zone", "must be a name of the IANA time zone database");
  }
  const int words = publication.teaser_rule().words();
  if (words < 0 || words > limits::kMaxTeaserWords) {
    violations.Add("publication.teaser_rule.words",
                   absl::StrCat("must be 0 to ", limits::kMaxTeaserWords));
  }
  CheckText("publication.teaser_rule.ellipsis", publication.teaser_rule().ellipsis(),
            /*required=*/false, &violations);
  CheckPathPattern(publication.path_pattern(), &violations);
  return violations.ToStatus();
}

absl::Status CheckTopic(const Topic& topic) {
  FieldViolations violations;
  // Before anything that takes longer, and says more, the more of them there are.
  if (topic.parents_size() > limits::kMaxTopicsPerArticle) {
    violations.Add("topic.parents", absl::StrCat("must be at most ", limits::kMaxTopicsPerArticle));
  }
  if (topic.aliases_size() > kMaxNames) {
    violations.Add("topic.aliases", absl::StrCat("must be at most ", kMaxNames));
  }
  if (topic.display_names_size() > kMaxNames) {
    violations.Add("topic.display_names", absl::StrCat("must be at most ", kMaxNames));
  }
  if (!violations.empty()) return violations.ToStatus();
  CheckText("topic.display_name", topic.display_name(), /*required=*/true, &violations);
  for (const auto& [language, name] : topic.display_names()) {
    const std::string field =
        absl::StrCat("topic.display_names[", text::TruncateUtf8(language, kMaxQuoted), "]");
    if (language.empty() || language.size() > kMaxLanguageBytes) {
      violations.Add(field, "must have a BCP 47 tag as its key");
    }
    CheckText(field, name, /*required=*/true, &violations);
  }
  for (int i = 0; i < topic.aliases_size(); ++i) {
    CheckText(absl::StrCat("topic.aliases[", i, "]"), topic.aliases(i), /*required=*/true,
              &violations);
  }
  absl::flat_hash_set<absl::string_view> parents;
  for (int i = 0; i < topic.parents_size(); ++i) {
    if (IdInName(kTopics, topic.parents(i)).empty()) {
      violations.Add(absl::StrCat("topic.parents[", i, "]"), "must be topics/{id}");
    }
    if (!parents.insert(topic.parents(i)).second) {
      violations.Add(absl::StrCat("topic.parents[", i, "]"), "must not stand twice");
    }
  }
  if (!content::v1::TopicKind_IsValid(topic.kind())) violations.Add("topic.kind", "is unknown");
  if (topic.state() != content::v1::TOPIC_STATE_ACTIVE &&
      topic.state() != content::v1::TOPIC_STATE_PROPOSED) {
    violations.Add("topic.state", "must be ACTIVE or PROPOSED");
  }
  if (topic.description().size() > limits::kMaxBodyBytes) {
    violations.Add("topic.description",
                   absl::StrCat("must be at most ", limits::kMaxBodyBytes, " bytes"));
  }
  CheckUrl("topic.image.url", topic.image().url(), &violations);
  return violations.ToStatus();
}

absl::Status CheckAuthor(const Author& author) {
  FieldViolations violations;
  CheckText("author.display_name", author.display_name(), /*required=*/true, &violations);
  for (int i = 0; i < author.byline_variants_size(); ++i) {
    CheckText(absl::StrCat("author.byline_variants[", i, "]"), author.byline_variants(i),
              /*required=*/true, &violations);
  }
  for (int i = 0; i < author.links_size(); ++i) {
    CheckUrl(absl::StrCat("author.links[", i, "]"), author.links(i), &violations);
  }
  CheckUrl("author.image.url", author.image().url(), &violations);
  return violations.ToStatus();
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
