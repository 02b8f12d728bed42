#include "services/query/service/explain_handlers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/filter/article_fields.h"
#include "common/filter/expression.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/read/quarantine.h"
#include "services/query/service/filter.h"
#include "services/query/service/read_options.h"

namespace dateline::query::service {
namespace {

using replica::Listing;
using replica::Slot;

// One condition of a filter on its own, and how it reads.
struct Part {
  std::string text;
  Conditions conditions;
};

std::string ValuesOf(const std::vector<AskedFor>& values) {
  return absl::StrJoin(values, ", ",
                       [](std::string* out, const AskedFor& one) { out->append(one.value); });
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

// The parts of an expression that must all hold; nothing for none.
std::vector<AskedFor> FactorsOf(const AskedFor& expression) {
  const auto parsed =
      filter::ParseExpression(expression.value, expression.field, filter::kArticleFields);
  // PlanOf refused what cannot be read.
  if (!parsed.ok()) return {};
  if (parsed->kind != filter::Expression::Kind::kAnd) return {expression};
  std::vector<AskedFor> factors;
  for (const filter::Expression& part : parsed->parts) {
    const absl::string_view text =
        absl::ClippedSubstr(expression.value, part.begin, part.end - part.begin);
    factors.push_back({expression.field, std::string(text)});
  }
  return factors;
}

// The conditions of a filter, one by one.
std::vector<Part> PartsOf(const Conditions& all) {
  std::vector<Part> parts;
  const std::string below = all.descendants ? " or a topic below it" : "";
  const auto add = [&](std::string text) -> Conditions& {
    parts.push_back({std::move(text), {}});
    parts.back().conditions.descendants = all.descendants;
    return parts.back().conditions;
  };
  const auto each = [&](const std::vector<AskedFor>& values, absl::string_view before,
                        absl::string_view behind, std::vector<AskedFor> Conditions::*member) {
    for (const AskedFor& one : values) {
      add(absl::StrCat(before, one.value, behind)).*member = {one};
    }
  };
  const auto any = [&](const std::vector<AskedFor>& values, absl::string_view before,
                       std::vector<AskedFor> Conditions::*member) {
    if (!values.empty()) add(absl::StrCat(before, ValuesOf(values))).*member = values;
  };
  each(all.all_topics, "has ", below, &Conditions::all_topics);
  any(all.any_topics, absl::StrCat("has any", below.empty() ? " of " : ", or a topic below, of "),
      &Conditions::any_topics);
  each(all.no_topics, "has not ", below, &Conditions::no_topics);
  any(all.any_authors, "is by any of ", &Conditions::any_authors);
  any(all.any_publications, "is of any of ", &Conditions::any_publications);
  any(all.any_languages, "is in any language of ", &Conditions::any_languages);
  any(all.any_types, "is of any type of ", &Conditions::any_types);
  any(all.any_labels, "has any label of ", &Conditions::any_labels);
  each(all.no_labels, "has not the label ", "", &Conditions::no_labels);
  any(all.any_access, "has any access of ", &Conditions::any_access);
  any(all.any_rights_flags, "has any rights flag of ", &Conditions::any_rights_flags);
  each(all.no_rights_flags, "has not the rights flag ", "", &Conditions::no_rights_flags);
  if (all.has_image.has_value()) {
    add(*all.has_image ? "has an image" : "has no image").has_image = all.has_image;
  }
  if (all.from != absl::InfinitePast()) {
    add(absl::StrCat("publish_time is ", TimeText(all.from), " or later")).from = all.from;
  }
  if (all.until != absl::InfiniteFuture()) {
    add(absl::StrCat("publish_time is before ", TimeText(all.until))).until = all.until;
  }
  for (AskedFor& factor : FactorsOf(all.expression)) {
    Conditions& conditions = add(absl::StrCat("matches ", factor.value));
    conditions.expression = std::move(factor);
  }
  return parts;
}

// The revision that is in force at an instant, whether it is visible or not: the scheduled one from
// schedule_time on (design.md, section 2).
Slot InForce(const catalog::v1::ReplicatedArticle& state, absl::Time now) {
  return state.has_schedule_time() && TimeFromProto(state.schedule_time()) <= now ? Slot::kScheduled
                                                                                  : Slot::kLive;
}

class Explanation {
 public:
  explicit Explanation(v1::ExplainListingResponse* response) : response_(response) {
    response_->set_listed(true);
  }

  void Add(absl::string_view condition, bool holds,
           const google::protobuf::Timestamp* time = nullptr) {
    v1::ListingCondition& added = *response_->add_conditions();
    added.set_condition(std::string(condition));
    added.set_holds(holds);
    if (time != nullptr) *added.mutable_time() = *time;
    if (!holds) response_->set_listed(false);
  }

 private:
  v1::ExplainListingResponse* const response_;
};

void ExplainTimes(const View& view, const content::v1::Article& card, Explanation* out) {
  const auto reached = [&](const google::protobuf::Timestamp& time) {
    return TimeFromProto(time) <= view.now();
  };
  if (card.has_publish_time()) {
    out->Add("publish_time has come", reached(card.publish_time()), &card.publish_time());
  }
  if (card.has_embargo_time()) {
    out->Add("embargo_time has come", reached(card.embargo_time()), &card.embargo_time());
  }
  if (card.has_expire_time()) {
    out->Add("expire_time has not come", !reached(card.expire_time()), &card.expire_time());
  }
}

absl::Status Finish(const View& view, v1::ExplainListingResponse* response) {
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
  return absl::OkStatus();
}

}  // namespace

absl::Status ExplainHandlers::ExplainListing(const v1::ExplainListingRequest& request,
                                             const RequestContext& call,
                                             v1::ExplainListingResponse* response) const {
  DATELINE_ASSIGN_OR_RETURN(const Conditions asked, ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(const View view, OpenView(replica_, request, call));
  // As a list would refuse it, before anything is said.
  DATELINE_RETURN_IF_ERROR(PlanOf(view, asked).status());
  const auto key = view.KeyOf(request.article(), catalog::v1::RESOURCE_KIND_ARTICLE);
  const auto state =
      key.has_value() ? view.StateOf(catalog::v1::RESOURCE_KIND_ARTICLE, *key) : std::nullopt;
  Explanation explanation(response);
  if (!state.has_value() || !state->has_article()) {
    const std::string why = replica::WhyInQuarantine(
        view.transaction(), catalog::v1::RESOURCE_KIND_ARTICLE, request.article());
    if (why.empty()) return error::ResourceNotFound(request.article());
    explanation.Add(absl::StrCat("the replica can use what the catalog sent, not: ", why), false);
    return Finish(view, response);
  }
  const bool published = state->article().state() == content::v1::ARTICLE_STATE_PUBLISHED;
  explanation.Add(
      published
          ? "its state is PUBLISHED"
          : absl::StrCat("its state is PUBLISHED, not ",
                         absl::StripPrefix(content::v1::ArticleState_Name(state->article().state()),
                                           "ARTICLE_STATE_")),
      published);
  const Slot slot = InForce(state->article(), view.now());
  const std::vector<Listing> listings =
      replica::ListingsOf(view.transaction(), *key, /*as_published=*/true);
  const auto listing = std::find_if(listings.begin(), listings.end(),
                                    [&](const Listing& one) { return one.entry.slot == slot; });
  const auto* const schedule_time =
      state->article().has_schedule_time() ? &state->article().schedule_time() : nullptr;
  explanation.Add(slot == Slot::kScheduled ? "the scheduled revision is in force"
                                           : "a live revision is in force",
                  listing != listings.end(), schedule_time);
  content::v1::Article card;
  if (listing != listings.end() &&
      card.ParseFromString(view.EncodedArticle(*key, slot, /*full=*/false))) {
    ExplainTimes(view, card, &explanation);
    for (const Part& part : PartsOf(asked)) {
      DATELINE_ASSIGN_OR_RETURN(const replica::Plan plan, PlanOf(view, part.conditions));
      explanation.Add(part.text, replica::Holds(plan, *listing));
    }
  }
  return Finish(view, response);
}

}  // namespace dateline::query::service
