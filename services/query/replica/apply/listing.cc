#include "services/query/replica/apply/listing.h"

#include <algorithm>

#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "google/protobuf/timestamp.pb.h"

namespace dateline::query::replica {
namespace {

// design.md, section 2: the scheduled revision is in force from schedule_time on, the live one
// before it.
Visibility VisibilityOf(Slot slot, const catalog::v1::ReplicatedArticle& state,
                        const content::v1::Article& card) {
  Visibility visibility;
  if (card.has_publish_time()) visibility.from = TimeFromProto(card.publish_time());
  if (card.has_embargo_time()) {
    visibility.from = std::max(visibility.from, TimeFromProto(card.embargo_time()));
  }
  if (card.has_expire_time()) visibility.until = TimeFromProto(card.expire_time());
  if (!state.has_schedule_time()) return visibility;
  const absl::Time turn = TimeFromProto(state.schedule_time());
  if (slot == Slot::kScheduled) {
    visibility.from = std::max(visibility.from, turn);
  } else {
    visibility.until = std::min(visibility.until, turn);
  }
  return visibility;
}

}  // namespace

Listing MakeListing(uint64_t article, Slot slot, const catalog::v1::ReplicatedArticle& state,
                    const content::v1::Article& card, const std::vector<TopicPlace>& topics,
                    const std::vector<uint64_t>& authors) {
  Listing listing;
  listing.entry.article = article;
  listing.entry.slot = slot;
  if (card.has_publish_time()) listing.entry.publish_time = TimeFromProto(card.publish_time());
  listing.modified_entry = listing.entry;
  if (card.has_modify_time()) {
    listing.modified_entry.publish_time = TimeFromProto(card.modify_time());
  }
  listing.visibility = VisibilityOf(slot, state, card);
  const auto publication = static_cast<uint64_t>(state.publication_key());
  if (!card.path().empty()) listing.path_prefix = PathPrefix(publication, card.path());
  if (state.state() != content::v1::ARTICLE_STATE_PUBLISHED) return listing;

  std::vector<std::string>& lists = listing.lists;
  lists.push_back(ListPrefix(Dimension::kAll, 0));
  lists.push_back(ListPrefix(Dimension::kPublication, publication));
  lists.push_back(ListPrefix(Dimension::kType, static_cast<uint64_t>(card.type())));
  if (!card.language().empty()) {
    lists.push_back(ListPrefix(Dimension::kLanguage, TermOf(card.language())));
  }
  for (const std::string& label : card.labels()) {
    lists.push_back(ListPrefix(Dimension::kLabel, TermOf(label)));
  }
  const content::v1::Access access =
      card.access() == content::v1::ACCESS_UNSPECIFIED ? content::v1::ACCESS_FREE : card.access();
  lists.push_back(ListPrefix(Dimension::kAccess, static_cast<uint64_t>(access)));
  for (const std::string& flag : card.rights().flags()) {
    lists.push_back(ListPrefix(Dimension::kRightsFlag, TermOf(flag)));
  }
  if (card.images_size() > 0) lists.push_back(ListPrefix(Dimension::kHasImage, 1));
  for (const uint64_t author : authors) lists.push_back(ListPrefix(Dimension::kAuthor, author));
  for (const TopicPlace& place : topics) {
    lists.push_back(ListPrefix(Dimension::kTopic, place.topic));
    lists.push_back(ListPrefix(Dimension::kTopicClosure, place.topic));
    for (const uint64_t ancestor : place.ancestors) {
      lists.push_back(ListPrefix(Dimension::kTopicClosure, ancestor));
    }
  }
  if (!state.cluster().empty()) {
    lists.push_back(ListPrefix(Dimension::kCluster, TermOf(state.cluster())));
  }
  if (!card.translation_set().empty()) {
    lists.push_back(ListPrefix(Dimension::kTranslationSet, TermOf(card.translation_set())));
  }
  std::sort(lists.begin(), lists.end());
  lists.erase(std::unique(lists.begin(), lists.end()), lists.end());
  for (const std::string& list : lists) {
    const auto modified = ByModification(static_cast<Dimension>(list[0]));
    if (!modified.has_value()) continue;
    listing.modified_lists.push_back(list);
    listing.modified_lists.back()[0] = static_cast<char>(*modified);
  }
  return listing;
}

bool Holds(const Plan& plan, const Listing& listing) {
  const auto holds = [&](const Plan& part) { return Holds(part, listing); };
  switch (plan.kind) {
    case Plan::Kind::kTerm:
      return std::binary_search(listing.lists.begin(), listing.lists.end(), plan.list);
    case Plan::Kind::kTime:
      return plan.from <= listing.entry.publish_time && listing.entry.publish_time < plan.until;
    case Plan::Kind::kNot:
      return !holds(plan.parts[0]);
    case Plan::Kind::kAnd:
      return std::all_of(plan.parts.begin(), plan.parts.end(), holds);
    case Plan::Kind::kOr:
      break;
  }
  return std::any_of(plan.parts.begin(), plan.parts.end(), holds);
}

}  // namespace dateline::query::replica
