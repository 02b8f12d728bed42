#include "services/query/replica/replica_test_util.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"

namespace dateline::query::replica::testing {
namespace {

using catalog::v1::ResourceState;

content::v1::Article Revision(const ArticleSpec& spec) {
  content::v1::Article article;
  article.set_name(absl::StrCat("articles/a", spec.key));
  article.set_publication("publications/m1");
  article.set_path(spec.path.empty() ? absl::StrCat("/", spec.key) : spec.path);
  article.set_type(content::v1::ARTICLE_TYPE_ARTICLE);
  article.set_title(spec.title);
  article.set_language(spec.language);
  article.set_body_text(spec.body);
  article.set_body_html(absl::StrCat("<p>", spec.body, "</p>"));
  article.mutable_teaser()->set_text(spec.body);
  article.mutable_teaser()->set_source(content::v1::TEASER_SOURCE_BODY);
  article.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  for (const std::string& label : spec.labels) article.add_labels(label);
  for (const int64_t topic : spec.topics) {
    article.add_topics()->set_topic(absl::StrCat("topics/t", topic));
  }
  for (const int64_t author : spec.authors) {
    article.add_bylines()->set_author(absl::StrCat("authors/p", author));
  }
  *article.mutable_publish_time() = TimeToProto(At(spec.publish));
  if (spec.modify) *article.mutable_modify_time() = TimeToProto(At(*spec.modify));
  article.set_translation_set(spec.translation_set);
  if (spec.embargo) *article.mutable_embargo_time() = TimeToProto(At(*spec.embargo));
  if (spec.expire) *article.mutable_expire_time() = TimeToProto(At(*spec.expire));
  return article;
}

ResourceState Named(catalog::v1::ResourceKind kind, int64_t key, int64_t version,
                    const std::string& name) {
  ResourceState state;
  state.set_kind(kind);
  state.set_key(key);
  state.set_version(version);
  state.set_name(name);
  return state;
}

}  // namespace

absl::Time Epoch() { return absl::FromUnixSeconds(1'790'000'000); }
absl::Time At(int64_t seconds) { return Epoch() + absl::Seconds(seconds); }

ResourceState StateOf(const ArticleSpec& spec) {
  ResourceState state = Named(catalog::v1::RESOURCE_KIND_ARTICLE, spec.key, spec.version,
                              absl::StrCat("articles/a", spec.key));
  catalog::v1::ReplicatedArticle& article = *state.mutable_article();
  article.set_live(Revision(spec).SerializeAsString());
  article.set_state(spec.state);
  article.set_cluster(spec.cluster);
  if (spec.withdrawal.kind() != catalog::v1::WITHDRAWAL_KIND_UNSPECIFIED) {
    *article.mutable_withdrawal() = spec.withdrawal;
  }
  article.set_publication_key(1);
  article.mutable_topic_keys()->Assign(spec.topics.begin(), spec.topics.end());
  article.mutable_author_keys()->Assign(spec.authors.begin(), spec.authors.end());
  if (!spec.scheduled) return state;
  ArticleSpec next = spec;
  next.title = absl::StrCat(spec.title, " (updated)");
  next.publish = spec.scheduled_publish.value_or(spec.publish);
  if (!spec.scheduled_path.empty()) next.path = spec.scheduled_path;
  article.set_scheduled(Revision(next).SerializeAsString());
  *article.mutable_schedule_time() = TimeToProto(At(*spec.scheduled));
  *article.mutable_scheduled_topic_keys() = article.topic_keys();
  *article.mutable_scheduled_author_keys() = article.author_keys();
  return state;
}

ResourceState TopicState(int64_t key, int64_t version, const std::vector<int64_t>& parents,
                         int64_t merged_into) {
  ResourceState state =
      Named(catalog::v1::RESOURCE_KIND_TOPIC, key, version, absl::StrCat("topics/t", key));
  content::v1::Topic& topic = *state.mutable_topic();
  topic.set_name(state.name());
  topic.set_display_name(absl::StrCat("Topic ", key));
  topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  for (const int64_t parent : parents) topic.add_parents(absl::StrCat("topics/t", parent));
  if (merged_into != 0) {
    topic.set_state(content::v1::TOPIC_STATE_MERGED);
    topic.set_merged_into(absl::StrCat("topics/t", merged_into));
  }
  return state;
}

ResourceState AuthorState(int64_t key, int64_t version, int64_t merged_into) {
  ResourceState state =
      Named(catalog::v1::RESOURCE_KIND_AUTHOR, key, version, absl::StrCat("authors/p", key));
  state.mutable_author()->set_name(state.name());
  state.mutable_author()->set_display_name(absl::StrCat("Author ", key));
  if (merged_into != 0) {
    state.mutable_author()->set_merged_into(absl::StrCat("authors/p", merged_into));
  }
  return state;
}

ResourceState PublicationState(int64_t key, int64_t version) {
  ResourceState state = Named(catalog::v1::RESOURCE_KIND_PUBLICATION, key, version,
                              absl::StrCat("publications/m", key));
  state.mutable_publication()->set_name(state.name());
  return state;
}

ResourceState RememberedPath(int64_t key, const std::string& path, int64_t article) {
  ResourceState state = Named(catalog::v1::RESOURCE_KIND_PATH, key, 1, "");
  state.mutable_path()->set_publication("publications/m1");
  state.mutable_path()->set_path(path);
  state.mutable_path()->set_article(absl::StrCat("articles/a", article));
  state.mutable_path()->set_article_key(article);
  return state;
}

ResourceState Tombstone(catalog::v1::ResourceKind kind, int64_t key, int64_t version,
                        const std::string& name) {
  ResourceState state = Named(kind, key, version, name);
  state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_DELETED);
  return state;
}

ResourceState PinsState(int64_t topic, int64_t version, const std::vector<int64_t>& articles) {
  ResourceState state = Named(catalog::v1::RESOURCE_KIND_PINS, topic, version, "");
  state.mutable_pins()->set_topic(absl::StrCat("topics/t", topic));
  for (const int64_t article : articles) {
    state.mutable_pins()->add_articles(absl::StrCat("articles/a", article));
  }
  return state;
}

content::v1::LogPosition PositionAt(uint64_t xid, uint32_t timeline) {
  content::v1::LogPosition position;
  position.set_log_id("log");
  position.set_timeline(timeline);
  position.set_xid(xid);
  position.set_seq(1);
  return position;
}

Batch BatchOf(std::vector<ResourceState> states, uint64_t xid, int64_t at) {
  return Batch{std::move(states), PositionAt(xid), At(at)};
}

int FilesWith(const std::string& folder, const std::vector<std::string>& strings) {
  int found = 0;
  // Files may come and go meanwhile.
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  for (; entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    std::ifstream file(entry->path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    const bool has = std::any_of(strings.begin(), strings.end(), [&](const std::string& string) {
      return absl::StrContains(bytes, string);
    });
    found += has ? 1 : 0;
  }
  return found;
}

std::vector<uint64_t> Listed(const Store& store, const std::string& list, absl::Time now,
                             bool oldest_first, size_t page_size) {
  std::vector<uint64_t> articles;
  const auto transaction = store.Read();
  if (!transaction.ok()) std::abort();
  ListQuery query;
  query.plan = Plan::Term(list);
  query.now = now;
  query.order = oldest_first ? Order::kOldestFirst : Order::kNewestFirst;
  for (bool more = true; more;) {
    size_t count = 0;
    const ListEnd end =
        WalkList(*transaction, query, [&](const ListEntry& entry, const Visibility&) {
          if (count++ == page_size) return false;
          articles.push_back(entry.article);
          return true;
        });
    more = end.more;
    query.after = end.last;
  }
  return articles;
}

}  // namespace dateline::query::replica::testing
