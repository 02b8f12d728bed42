#include "services/query/service/list_property_test_model.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "common/api/proto_time.h"

namespace dateline::query::service::testing {
namespace {

using replica::testing::ArticleSpec;
using replica::testing::At;

// The number in `topics/t12`.
int64_t KeyIn(const std::string& name) {
  int64_t key = 0;
  EXPECT_TRUE(absl::SimpleAtoi(absl::ClippedSubstr(name, name.find('/') + 2), &key)) << name;
  return key;
}

bool IsScheduledInForce(const ArticleSpec& spec, absl::Time now) {
  return spec.scheduled.has_value() && At(*spec.scheduled) <= now;
}

int64_t PublishOf(const ArticleSpec& spec, absl::Time now) {
  return IsScheduledInForce(spec, now) ? spec.scheduled_publish.value_or(spec.publish)
                                       : spec.publish;
}

bool IsVisible(const ArticleSpec& spec, absl::Time now) {
  return spec.state == content::v1::ARTICLE_STATE_PUBLISHED && At(PublishOf(spec, now)) <= now &&
         (!spec.embargo.has_value() || At(*spec.embargo) <= now) &&
         (!spec.expire.has_value() || At(*spec.expire) > now);
}

template <typename Values, typename Has>
bool AnyOf(const Values& values, Has has) {
  return values.empty() || std::any_of(values.begin(), values.end(), has);
}

}  // namespace

int64_t Model::Resolved(int64_t topic) const {
  while (topics.at(topic).merged_into != 0) topic = topics.at(topic).merged_into;
  return topic;
}

bool Model::IsBelow(int64_t topic, int64_t ancestor) const {
  topic = Resolved(topic);
  if (topic == ancestor) return true;
  const std::vector<int64_t>& parents = topics.at(topic).parents;
  return std::any_of(parents.begin(), parents.end(),
                     [&](int64_t parent) { return IsBelow(parent, ancestor); });
}

bool Model::HasTopic(const ArticleSpec& spec, const std::string& name, bool descendants) const {
  const int64_t wanted = Resolved(KeyIn(name));
  return std::any_of(spec.topics.begin(), spec.topics.end(), [&](int64_t topic) {
    return descendants ? IsBelow(topic, wanted) : Resolved(topic) == wanted;
  });
}

std::vector<Model::Entry> Model::Matches(const v1::ListArticlesRequest& request,
                                         absl::Time now) const {
  const v1::ArticleFilter& filter = request.filter();
  std::vector<Entry> entries;
  for (const auto& entry : articles) {
    // Clang lets no lambda hold a name of a structured binding.
    const int64_t key = entry.first;
    const ArticleSpec& spec = entry.second;
    if (!IsVisible(spec, now)) continue;
    const int64_t publish = PublishOf(spec, now);
    const auto has_topic = [&](const std::string& name) {
      return HasTopic(spec, name, filter.include_descendants());
    };
    const auto in = [](const auto& values, const std::string& value) {
      return std::find(values.begin(), values.end(), value) != values.end();
    };
    const bool matches =
        AnyOf(filter.any_topics(), has_topic) &&
        std::none_of(filter.no_topics().begin(), filter.no_topics().end(), has_topic) &&
        AnyOf(filter.labels(), [&](const auto& label) { return in(spec.labels, label); }) &&
        AnyOf(filter.languages(),
              [&](const auto& language) { return spec.language == language; }) &&
        AnyOf(filter.authors(),
              [&](const auto& author) {
                const auto& keys = spec.authors;
                return std::find(keys.begin(), keys.end(), KeyIn(author)) != keys.end();
              }) &&
        (!filter.has_publish_time_from() ||
         TimeFromProto(filter.publish_time_from()) <= At(publish)) &&
        (!filter.has_publish_time_to() || At(publish) < TimeFromProto(filter.publish_time_to()));
    if (!matches) continue;
    const bool modified = request.order() == v1::LIST_ORDER_MODIFIED;
    entries.push_back({key, modified ? spec.modify.value_or(publish) : publish, &spec});
  }
  return entries;
}

std::vector<Model::Entry> Model::InBestLanguage(const std::vector<Entry>& entries,
                                                const std::vector<std::string>& languages) {
  if (languages.empty()) return entries;
  const auto rank = [&](const Entry& entry) {
    if (entry.spec->language.empty()) return languages.size();
    const auto found = std::find(languages.begin(), languages.end(), entry.spec->language);
    return found == languages.end() ? languages.size() + 1
                                    : static_cast<size_t>(found - languages.begin());
  };
  std::vector<Entry> kept;
  for (const Entry& entry : entries) {
    if (rank(entry) > languages.size()) continue;
    const std::string& set = entry.spec->translation_set;
    const Entry* best = &entry;
    for (const Entry& other : entries) {
      if (set.empty() || other.spec->translation_set != set) continue;
      // Of equals the first in order; `entries` stand in it.
      if (rank(other) < rank(*best) || (rank(other) == rank(*best) && &other < best)) best = &other;
    }
    if (best == &entry) kept.push_back(entry);
  }
  return kept;
}

std::vector<Model::Entry> Model::OneOfEachCluster(const std::vector<Entry>& entries) {
  std::set<std::string> seen;
  std::vector<Entry> kept;
  for (const Entry& entry : entries) {
    const std::string& cluster = entry.spec->cluster;
    if (cluster.empty() || seen.insert(cluster).second) kept.push_back(entry);
  }
  return kept;
}

std::vector<int64_t> Model::List(const v1::ListArticlesRequest& request, absl::Time now) const {
  std::vector<Entry> entries = Matches(request, now);
  const bool oldest_first = request.order() == v1::LIST_ORDER_OLDEST;
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    // Newest first, and of one instant the lower key; oldest first the other way round.
    const bool before = a.place != b.place ? a.place > b.place : a.key < b.key;
    const bool behind = a.place != b.place ? a.place < b.place : a.key > b.key;
    return oldest_first ? behind : before;
  });
  entries = InBestLanguage(entries, {request.languages().begin(), request.languages().end()});
  if (request.fold_clusters()) entries = OneOfEachCluster(entries);
  std::vector<int64_t> keys;
  keys.reserve(entries.size());
  for (const Entry& entry : entries) keys.push_back(entry.key);
  return keys;
}

int64_t Model::Count(const v1::ListArticlesRequest& request, absl::Time now) const {
  return static_cast<int64_t>(Matches(request, now).size());
}

}  // namespace dateline::query::service::testing
