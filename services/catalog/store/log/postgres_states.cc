#include "services/catalog/store/log/postgres_states.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "services/catalog/store/articles/postgres_article_rows.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Article;
using v1::ResourceState;

ResourceState Head(v1::ResourceKind kind, const pqxx::row& row) {
  ResourceState state;
  state.set_kind(kind);
  state.set_key(Int(row[0]));
  state.set_version(Int(row[1]));
  state.set_digest(static_cast<uint64_t>(Int(row[2])));
  return state;
}

void SetTombstone(v1::TombstoneReason reason, ResourceState* state) {
  state->mutable_tombstone()->set_reason(reason);
}

constexpr auto kMaxBytes = static_cast<int64_t>(limits::kMaxSentStateBytes);

// Makes a state that cannot be sent a tombstone: readers take the resource out, rather than none
// being told of anything any more.
void Withhold(const OnWithheld& on_withheld, ResourceState* state) {
  SetTombstone(v1::TOMBSTONE_REASON_TOO_LARGE, state);
  on_withheld(*state);
}

// Publications, topics and authors: an encoded message, or gone.
template <typename Message>
StatesByKey LoadMessages(pqxx::transaction_base& transaction, v1::ResourceKind kind,
                         const char* collection, const char* gone, const std::string& keys,
                         bool full, Message* (ResourceState::*mutable_message)(),
                         const OnWithheld& on_withheld) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT key, version, digest, id, ", gone,
                   ", CASE WHEN $2 AND octet_length(message) <= $3 THEN message END FROM catalog.",
                   collection, " WHERE key = ANY ($1::bigint[])"),
      keys, full, kMaxBytes);
  StatesByKey states;
  for (const pqxx::row& row : rows) {
    ResourceState state = Head(kind, row);
    state.set_name(api::MakeName(collection, Text(row[3])));
    if (row[4].as<bool>()) {
      SetTombstone(v1::TOMBSTONE_REASON_DELETED, &state);
    } else if (full &&
               (row[5].is_null() || !(state.*mutable_message)()->ParseFromString(Bytes(row[5])))) {
      Withhold(on_withheld, &state);
    }
    states.emplace(state.key(), std::move(state));
  }
  return states;
}

StatesByKey LoadPaths(pqxx::transaction_base& transaction, const std::string& keys, bool full) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT h.key, h.version, h.digest, h.kind, p.id, h.path, a.id, h.article_key, ",
                   Micros("h.cease_time"),
                   " FROM catalog.paths h JOIN catalog.publications p ON p.key = h.publication_key "
                   "LEFT JOIN catalog.articles a ON a.key = h.article_key "
                   "WHERE h.key = ANY ($1::bigint[])"),
      keys);
  StatesByKey states;
  for (const pqxx::row& row : rows) {
    ResourceState state = Head(v1::RESOURCE_KIND_PATH, row);
    if (Int(row[3]) != 2) {
      // An article's own path is told with the article, one that is only held not at all.
      SetTombstone(v1::TOMBSTONE_REASON_DELETED, &state);
    } else if (full) {
      v1::PathState* path = state.mutable_path();
      path->set_publication(api::MakeName(api::kPublications, Text(row[4])));
      path->set_path(Text(row[5]));
      if (!row[6].is_null()) path->set_article(api::MakeName(api::kArticles, Text(row[6])));
      path->set_article_key(Int(row[7]));
      if (const auto time = Time(row[8])) *path->mutable_cease_time() = TimeToProto(*time);
    }
    states.emplace(state.key(), std::move(state));
  }
  return states;
}

StatesByKey LoadPins(pqxx::transaction_base& transaction, const std::string& keys, bool full) {
  const pqxx::result rows = transaction.exec_params(
      "SELECT n.topic_key, n.version, n.digest, t.id, ARRAY(SELECT a.id FROM unnest(n.articles) "
      "WITH ORDINALITY AS u(key, i) JOIN catalog.articles a ON a.key = u.key ORDER BY u.i) "
      "FROM catalog.pins n JOIN catalog.topics t ON t.key = n.topic_key "
      "WHERE n.topic_key = ANY ($1::bigint[])",
      keys);
  StatesByKey states;
  for (const pqxx::row& row : rows) {
    ResourceState state = Head(v1::RESOURCE_KIND_PINS, row);
    state.set_name(api::MakeName(api::kTopics, Text(row[3])));
    if (full) {
      state.mutable_pins()->set_topic(state.name());
      pqxx::array_parser ids = row[4].as_array();
      for (auto next = ids.get_next(); next.first != pqxx::array_parser::done;
           next = ids.get_next()) {
        if (next.first != pqxx::array_parser::string_value) continue;
        state.mutable_pins()->add_articles(api::MakeName(api::kArticles, next.second));
      }
    }
    states.emplace(state.key(), std::move(state));
  }
  return states;
}

// The reason why readers must not show an article in `state`; UNSPECIFIED if they may.
v1::TombstoneReason ReasonOf(content::v1::ArticleState state) {
  switch (state) {
    case content::v1::ARTICLE_STATE_PUBLISHED:
    case content::v1::ARTICLE_STATE_WITHDRAWN:
      return v1::TOMBSTONE_REASON_UNSPECIFIED;
    case content::v1::ARTICLE_STATE_TAKEN_DOWN:
      return v1::TOMBSTONE_REASON_TAKEN_DOWN;
    case content::v1::ARTICLE_STATE_DELETED:
      return v1::TOMBSTONE_REASON_DELETED;
    default:
      return v1::TOMBSTONE_REASON_UNPUBLISHED;
  }
}

// A revision's bytes with what the row says behind them.
std::string Encoded(const pqxx::field& snapshot, Article fields, int32_t revision) {
  if (snapshot.is_null()) return "";
  fields.set_revision(revision);
  return Bytes(snapshot) + EncodeRowFields(fields);
}

constexpr char kSnapshotBytes[] =
    "coalesce(octet_length(l.snapshot), 0) + coalesce(octet_length(s.snapshot), 0)";

constexpr char kArticleQuery[] =
    " FROM catalog.articles a LEFT JOIN catalog.clusters c ON c.key = a.cluster_key "
    "LEFT JOIN catalog.article_revisions l ON $2 AND l.article_key = a.key "
    "AND l.number = a.live_revision "
    "LEFT JOIN catalog.article_revisions s ON $2 AND s.article_key = a.key "
    "AND s.number = a.scheduled_revision WHERE a.key = ANY ($1::bigint[])";

std::string ReferenceKeys(const char* what, int slot) {
  return absl::StrCat(", CASE WHEN $2 THEN ARRAY(SELECT x.", what, "_key FROM catalog.article_",
                      what, "s x WHERE x.article_key = a.key AND x.slot = ", slot,
                      " ORDER BY x.position) END");
}

void FillArticle(const pqxx::row& row, v1::ReplicatedArticle* state) {
  constexpr int kFirst = 3;
  constexpr int kBehind = kFirst + kArticleColumnCount;
  const ArticleRow parsed = ParseArticleRow(row, kFirst);
  const Article& fields = parsed.article;
  const v1::ArticleRecord& record = parsed.record;
  state->set_state(record.state());
  if (record.has_withdrawal()) *state->mutable_withdrawal() = record.withdrawal();
  state->set_live(Encoded(row[kBehind], fields, record.live_revision()));
  state->set_scheduled(Encoded(row[kBehind + 1], fields, record.scheduled_revision()));
  if (record.has_schedule_time()) *state->mutable_schedule_time() = record.schedule_time();
  state->set_cluster(fields.cluster());
  state->set_publication_key(Int(row[kBehind + 2]));
  const auto add_all = [&](int column, auto* keys) {
    for (const int64_t key : Ints(row[kBehind + column])) keys->Add(key);
  };
  add_all(3, state->mutable_topic_keys());
  add_all(4, state->mutable_scheduled_topic_keys());
  add_all(5, state->mutable_author_keys());
  add_all(6, state->mutable_scheduled_author_keys());
}

StatesByKey LoadArticles(pqxx::transaction_base& transaction, const std::string& keys, bool full,
                         const OnWithheld& on_withheld) {
  static const std::string query =
      absl::StrCat("SELECT a.key, a.version, a.digest, ", kArticleColumns, ", CASE WHEN ",
                   kSnapshotBytes, " <= $3 THEN l.snapshot END, CASE WHEN ", kSnapshotBytes,
                   " <= $3 THEN s.snapshot END, a.publication_key", ReferenceKeys("topic", 1),
                   ReferenceKeys("topic", 2), ReferenceKeys("author", 1),
                   ReferenceKeys("author", 2), ", ", kSnapshotBytes, " > $3", kArticleQuery);
  constexpr int kTooLarge = 3 + kArticleColumnCount + 7;
  const pqxx::result rows = transaction.exec_params(query, keys, full, kMaxBytes);
  StatesByKey states;
  for (const pqxx::row& row : rows) {
    ResourceState state = Head(v1::RESOURCE_KIND_ARTICLE, row);
    state.set_name(api::MakeName(api::kArticles, Text(row[3])));
    const auto kept = static_cast<content::v1::ArticleState>(Int(row[4]));
    if (const auto reason = ReasonOf(kept); reason != v1::TOMBSTONE_REASON_UNSPECIFIED) {
      SetTombstone(reason, &state);
    } else if (row[kTooLarge].as<bool>()) {
      Withhold(on_withheld, &state);
    } else if (full) {
      FillArticle(row, state.mutable_article());
    }
    states.emplace(state.key(), std::move(state));
  }
  return states;
}

// Gives key and bytes of resources by their keys; empty for those that are small.
std::string SizeQuery(v1::ResourceKind kind) {
  const auto of_table = [](const char* table) {
    return absl::StrCat("SELECT key, octet_length(message) FROM catalog.", table,
                        " WHERE key = ANY ($1::bigint[])");
  };
  switch (kind) {
    case v1::RESOURCE_KIND_PUBLICATION:
      return of_table(api::kPublications);
    case v1::RESOURCE_KIND_TOPIC:
      return of_table(api::kTopics);
    case v1::RESOURCE_KIND_AUTHOR:
      return of_table(api::kAuthors);
    case v1::RESOURCE_KIND_PINS:
      // The name of an article takes some 50 bytes.
      return "SELECT topic_key, cardinality(articles) * 64 FROM catalog.pins "
             "WHERE topic_key = ANY ($1::bigint[])";
    case v1::RESOURCE_KIND_ARTICLE:
      return absl::StrCat(
          "SELECT a.key, ", kSnapshotBytes,
          " FROM catalog.articles a LEFT JOIN catalog.article_revisions l ON l.article_key = a.key "
          "AND l.number = a.live_revision LEFT JOIN catalog.article_revisions s "
          "ON s.article_key = a.key AND s.number = a.scheduled_revision "
          "WHERE a.key = ANY ($1::bigint[])");
    default:
      return "";
  }
}

}  // namespace

StatesByKey LoadStates(pqxx::transaction_base& transaction, v1::ResourceKind kind,
                       const std::vector<int64_t>& keys, v1::ExportView view,
                       const OnWithheld& on_withheld) {
  if (keys.empty()) return {};
  const std::string array = KeyArray(keys);
  const bool full = view != v1::EXPORT_VIEW_KEYS;
  switch (kind) {
    case v1::RESOURCE_KIND_PUBLICATION:
      return LoadMessages(transaction, kind, api::kPublications, "deleted", array, full,
                          &ResourceState::mutable_publication, on_withheld);
    case v1::RESOURCE_KIND_TOPIC:
      return LoadMessages(transaction, kind, api::kTopics, "state = 4", array, full,
                          &ResourceState::mutable_topic, on_withheld);
    case v1::RESOURCE_KIND_AUTHOR:
      return LoadMessages(transaction, kind, api::kAuthors, "deleted", array, full,
                          &ResourceState::mutable_author, on_withheld);
    case v1::RESOURCE_KIND_PATH:
      return LoadPaths(transaction, array, full);
    case v1::RESOURCE_KIND_PINS:
      return LoadPins(transaction, array, full);
    default:
      return LoadArticles(transaction, array, full, on_withheld);
  }
}

absl::flat_hash_map<int64_t, size_t> LoadStateSizes(pqxx::transaction_base& transaction,
                                                    v1::ResourceKind kind,
                                                    const std::vector<int64_t>& keys) {
  absl::flat_hash_map<int64_t, size_t> sizes;
  const std::string query = SizeQuery(kind);
  if (keys.empty() || query.empty()) return sizes;
  const pqxx::result rows = transaction.exec_params(query, KeyArray(keys));
  for (const pqxx::row& row : rows) {
    const auto bytes = static_cast<size_t>(Int(row[1]));
    sizes[Int(row[0])] = bytes <= limits::kMaxSentStateBytes ? bytes : 0;
  }
  return sizes;
}

ResourceState GoneState(v1::ResourceKind kind, int64_t key, int64_t version) {
  ResourceState state;
  state.set_kind(kind);
  state.set_key(key);
  state.set_version(version);
  SetTombstone(v1::TOMBSTONE_REASON_DELETED, &state);
  return state;
}

}  // namespace dateline::catalog::store
