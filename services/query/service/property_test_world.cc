#include "services/query/service/property_test_world.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"

namespace dateline::query::service::testing {
namespace {

using replica::testing::ArticleSpec;
using replica::testing::At;

const char* const kLanguages[] = {"en", "de", "fr", ""};

}  // namespace

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoll(value);
}

int64_t KeyOf(const std::string& name) {
  int64_t key = 0;
  EXPECT_TRUE(absl::SimpleAtoi(absl::StripPrefix(name, "articles/a"), &key)) << name;
  return key;
}

PropertyWorld::PropertyWorld() {
  const auto seed = static_cast<uint64_t>(
      FromEnvironment("DATELINE_SEED", static_cast<int64_t>(std::random_device()())));
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  random_.seed(seed);
  std::vector<catalog::v1::ResourceState> states = {replica::testing::PublicationState(1)};
  for (int64_t key = 1; key <= kAuthors; ++key) {
    states.push_back(replica::testing::AuthorState(key));
  }
  for (int64_t key = 1; key <= kTopics; ++key) {
    // Parents have lower numbers, so that there is no cycle.
    if (key > 1 && Chance(2)) model_.topics[key].parents = {Upto(key - 1)};
    if (key > 3 && Chance(4)) model_.topics[key].parents.push_back(Upto(key - 1));
    model_.topics[key].version = 1;
    states.push_back(TopicState(key));
  }
  dateline_.Apply(std::move(states));
  for (int i = 0; i < kArticles / 2; ++i) WriteArticle(Upto(kArticles));
}

catalog::v1::ResourceState PropertyWorld::TopicState(int64_t key) {
  const Model::Topic& topic = model_.topics[key];
  return replica::testing::TopicState(key, topic.version, topic.parents, topic.merged_into);
}

void PropertyWorld::WriteArticle(int64_t key) {
  ArticleSpec spec;
  spec.key = key;
  spec.version = ++versions_[key];
  spec.title = absl::StrCat("Version ", spec.version);
  spec.publish = Seconds(-40, 15);
  if (Chance(6)) spec.embargo = Seconds(-5, 20);
  if (Chance(6)) spec.expire = Seconds(-5, 30);
  if (Chance(5)) spec.modify = Seconds(-40, 5);
  for (int64_t topic = 1; topic <= kTopics; ++topic) {
    if (Chance(4)) spec.topics.push_back(topic);
  }
  for (int64_t author = 1; author <= kAuthors; ++author) {
    if (Chance(3)) spec.authors.push_back(author);
  }
  if (Chance(2)) spec.labels.emplace_back("news");
  if (Chance(4)) spec.labels.emplace_back("opinion");
  spec.language = kLanguages[Upto(4) - 1];
  if (Chance(3)) spec.cluster = absl::StrCat("clusters/c", Upto(8));
  if (Chance(3)) spec.translation_set = absl::StrCat("set-", Upto(8));
  if (Chance(10)) spec.state = content::v1::ARTICLE_STATE_WITHDRAWN;
  if (Chance(6)) {
    spec.scheduled = Seconds(1, 20);
    spec.scheduled_publish = Seconds(-40, 15);
  }
  model_.articles[key] = spec;
  changed_.insert(key);
  dateline_.Apply({StateOf(spec)});
}

void PropertyWorld::DeleteArticle() {
  if (model_.articles.empty()) return;
  auto found = model_.articles.lower_bound(Upto(kArticles));
  if (found == model_.articles.end()) found = model_.articles.begin();
  const int64_t key = found->first;
  model_.articles.erase(found);
  changed_.insert(key);
  dateline_.Apply({replica::testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, key,
                                               ++versions_[key], absl::StrCat("articles/a", key))});
}

void PropertyWorld::ChangeTopic() {
  const int64_t key = Upto(kTopics - 1) + 1;
  Model::Topic& topic = model_.topics[key];
  ++topic.version;
  if (topic.merged_into == 0 && Chance(6)) {
    topic.merged_into = model_.Resolved(Upto(key - 1));
    topic.parents.clear();
  } else if (topic.merged_into == 0) {
    topic.parents = {Upto(key - 1)};
  } else {
    topic.merged_into = 0;
  }
  dateline_.Apply({TopicState(key)});
}

void PropertyWorld::Write() {
  const int64_t what = Upto(10);
  if (what <= 7) {
    WriteArticle(Upto(kArticles));
  } else if (what <= 9) {
    DeleteArticle();
  } else {
    dateline_.clock().Advance(absl::Seconds(1));
    ++now_;
  }
}

v1::ListArticlesRequest PropertyWorld::AnyRequest() {
  v1::ListArticlesRequest request;
  auto& filter = *request.mutable_filter();
  if (Chance(2)) filter.add_any_topics(absl::StrCat("topics/t", Upto(kTopics)));
  request.set_order(static_cast<v1::ListOrder>(Upto(3)));
  if (filter.any_topics_size() > 0 && Chance(2)) filter.set_include_descendants(true);
  if (request.order() != v1::LIST_ORDER_MODIFIED) {
    if (Chance(4)) filter.add_any_topics(absl::StrCat("topics/t", Upto(kTopics)));
    if (Chance(4)) filter.add_no_topics(absl::StrCat("topics/t", Upto(kTopics)));
    if (Chance(4)) filter.add_labels("news");
    if (Chance(8)) filter.add_labels("opinion");
    if (Chance(4)) filter.add_authors(absl::StrCat("authors/p", Upto(kAuthors)));
    if (Chance(6)) filter.add_languages("en");
    if (Chance(5)) *filter.mutable_publish_time_from() = TimeToProto(At(Seconds(-30, 0)));
    if (Chance(5)) *filter.mutable_publish_time_to() = TimeToProto(At(Seconds(-20, 10)));
  }
  if (Chance(3)) request.set_fold_clusters(true);
  if (Chance(4)) request.add_languages("fr");
  if (request.languages_size() > 0 && Chance(2)) request.add_languages("de");
  request.set_page_size(static_cast<int32_t>(Upto(12)));
  request.set_total(v1::TOTAL_MODE_COUNT);
  return request;
}

}  // namespace dateline::query::service::testing
