#include "services/catalog/store/articles/postgres_upsert.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/catalog/store/articles/postgres_upsert_batch.h"
#include "services/catalog/store/articles/postgres_upsert_clusters.h"
#include "services/catalog/store/articles/postgres_upsert_load.h"
#include "services/catalog/store/articles/postgres_upsert_write.h"
#include "services/catalog/upsert/content.h"
#include "services/catalog/upsert/times.h"
#include "services/catalog/upsert/validation.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Article;
using upsert::WorkingArticle;

// Each lost race means that another writer has committed, so few are lost in a row.
constexpr int kMaxDecisions = 10;
// The same text in two feeds is the same article only if both published it at about the same time.
constexpr absl::Duration kContentWindow = absl::Hours(7 * 24);

// One transaction's decisions, step by step.
class UpsertRun {
 public:
  UpsertRun(pqxx::transaction_base& transaction, UpsertBatch* batch)
      : transaction_(transaction), batch_(*batch) {}

  // Decides all items and writes; sets `*lost_race` if another transaction was faster.
  absl::StatusOr<UpsertedItems> Run(bool* lost_race);

 private:
  void RejectInvalid();
  void RejectUnknownReferences();
  void Recognise();
  int64_t RecogniseItem(int i);
  void ClaimKeys(int i, int64_t target);
  std::vector<int64_t> SettleUnchanged();
  std::vector<upsert::ClusterArticle> Subjects(const std::vector<int64_t>& changed) const;
  bool ApplyAll();
  void KeepClaimsOfWritten();
  UpsertedItems Unwritten() const;

  pqxx::transaction_base& transaction_;
  UpsertBatch& batch_;
  std::vector<Article> contents_;                         // By item.
  absl::flat_hash_map<IdentityKeyId, int64_t> in_batch_;  // Keys of this batch's items.
  std::vector<int> claim_items_;                          // Item of each claim.
  int new_articles_ = 0;
};

void UpsertRun::RejectInvalid() {
  contents_.resize(batch_.size());
  batch_.targets.assign(batch_.size(), 0);
  for (int i = 0; i < batch_.size(); ++i) {
    batch_.results[i].Clear();
    const absl::Status valid = upsert::ValidateItem(batch_.item(i));
    if (!valid.ok()) batch_.results[i] = upsert::Rejected(valid);
  }
}

void UpsertRun::RejectUnknownReferences() {
  for (int i = 0; i < batch_.size(); ++i) {
    if (batch_.rejected(i)) continue;
    const Article& article = batch_.item(i).article();
    std::string unknown;
    for (const auto& topic : article.topics()) {
      if (!batch_.topic_keys.contains(topic.topic())) unknown = topic.topic();
    }
    for (const auto& byline : article.bylines()) {
      if (!byline.author().empty() && !batch_.author_keys.contains(byline.author())) {
        unknown = byline.author();
      }
    }
    if (!unknown.empty()) {
      batch_.results[i] = upsert::Rejected(error::ResourceNotFound(unknown));
      continue;
    }
    contents_[i] = upsert::PrepareContent(batch_.item(i), batch_.publication, batch_.delivery.now);
    const absl::Status fits = upsert::CheckContentSize(contents_[i], /*scheduled_bytes=*/0);
    if (!fits.ok()) batch_.results[i] = upsert::Rejected(fits);
  }
}

// The article that item `i` is; a new negative number for one that is not known. Keys in the order
// of their kinds: entry, address, content.
int64_t UpsertRun::RecogniseItem(int i) {
  const absl::Time published = TimeFromProto(contents_[i].publish_time());
  for (int kind = v1::IDENTITY_KIND_ENTRY; kind <= v1::IDENTITY_KIND_CONTENT; ++kind) {
    for (const v1::IdentityKey& key : batch_.item(i).keys()) {
      if (key.kind() != kind) continue;
      const IdentityKeyId id(kind, key.key());
      const auto holder = batch_.holders.find(id);
      const bool held = holder != batch_.holders.end();
      if (kind == v1::IDENTITY_KIND_CONTENT) {
        if (held && !holder->second.same_source &&
            absl::AbsDuration(published - holder->second.publish_time) <= kContentWindow) {
          return holder->second.article_key;
        }
        continue;
      }
      if (held) return holder->second.article_key;
      const auto earlier = in_batch_.find(id);
      if (earlier != in_batch_.end()) return earlier->second;
    }
  }
  return -++new_articles_;
}

void UpsertRun::ClaimKeys(int i, int64_t target) {
  const absl::Time published = TimeFromProto(contents_[i].publish_time());
  for (const v1::IdentityKey& key : batch_.item(i).keys()) {
    const IdentityKeyId id(key.kind(), key.key());
    const auto holder = batch_.holders.find(id);
    int64_t taken_from = 0;
    if (holder != batch_.holders.end()) {
      // Held for good, but for content: there the newer article is the one that others may still
      // carry.
      if (key.kind() != v1::IDENTITY_KIND_CONTENT || holder->second.article_key == target ||
          published - holder->second.publish_time <= kContentWindow) {
        continue;
      }
      taken_from = holder->second.article_key;
    }
    if (!in_batch_.emplace(id, target).second) continue;
    batch_.claims.push_back({id, target, taken_from});
    claim_items_.push_back(i);
  }
}

void UpsertRun::Recognise() {
  for (int i = 0; i < batch_.size(); ++i) {
    if (batch_.rejected(i)) continue;
    batch_.targets[i] = RecogniseItem(i);
    ClaimKeys(i, batch_.targets[i]);
  }
  const std::vector<int64_t> keys = AllocateArticleKeys(transaction_, new_articles_);
  const auto real_key = [&](int64_t* key) {
    if (*key < 0) *key = keys[-*key - 1];
  };
  for (int64_t& target : batch_.targets) real_key(&target);
  for (IdentityClaim& claim : batch_.claims) real_key(&claim.article_key);
}

// Answers the items of known articles of which nothing has changed, without a lock. Returns the
// known articles that other items are for.
std::vector<int64_t> UpsertRun::SettleUnchanged() {
  std::set<int64_t> known;
  for (const int64_t target : batch_.targets) {
    if (target != 0) known.insert(target);
  }
  PeekArticles(transaction_, {known.begin(), known.end()}, &batch_);
  std::set<int64_t> changed;
  for (int i = 0; i < batch_.size(); ++i) {
    const auto found = batch_.articles.find(batch_.targets[i]);
    if (found == batch_.articles.end()) continue;
    const v1::ArticleRecord& record = found->second.record;
    const bool settled =
        record.state() != content::v1::ARTICLE_STATE_TAKEN_DOWN &&
        std::any_of(record.origins().begin(), record.origins().end(), [&](const auto& origin) {
          return origin.entry_id() == batch_.item(i).entry_id() &&
                 upsert::IsUnchanged(batch_.item(i), origin);
        });
    if (!settled) changed.insert(batch_.targets[i]);
  }
  return {changed.begin(), changed.end()};
}

// What may have near-duplicates: the items of articles that are new or have changed. Before their
// articles are locked, so that all that will be written is locked in one go, in the order of keys.
std::vector<upsert::ClusterArticle> UpsertRun::Subjects(const std::vector<int64_t>& changed) const {
  std::vector<upsert::ClusterArticle> subjects;
  for (int i = 0; i < batch_.size(); ++i) {
    const int64_t key = batch_.targets[i];
    const bool is_known = batch_.articles.find(key) != batch_.articles.end();
    if (key == 0 || batch_.item(i).simhash() == 0 ||
        (is_known && !std::binary_search(changed.begin(), changed.end(), key))) {
      continue;
    }
    subjects.push_back(
        {key, batch_.item(i).simhash(), TimeFromProto(contents_[i].publish_time()), 0, false});
  }
  return subjects;
}

// Applies every item to its article, in request order. False if an article has vanished meanwhile.
bool UpsertRun::ApplyAll() {
  for (int i = 0; i < batch_.size(); ++i) {
    if (batch_.rejected(i)) continue;
    const int64_t key = batch_.targets[i];
    v1::UpsertResult& result = batch_.results[i];
    auto [found, is_first] = batch_.articles.try_emplace(key);
    if (is_first) {
      found->second.publication_key = batch_.publication_key;
      upsert::StartArticle(batch_.delivery, batch_.item(i), std::move(contents_[i]), NewId(), key,
                           &found->second);
      result.set_outcome(v1::UPSERT_OUTCOME_CREATED);
    } else if (const absl::Status fits =
                   upsert::CheckContentSize(contents_[i], found->second.scheduled_bytes);
               !fits.ok()) {
      result = upsert::Rejected(fits);
      result.set_article(found->second.article.name());
      continue;
    } else {
      result.set_outcome(upsert::ApplyItem(batch_.delivery, batch_.item(i), std::move(contents_[i]),
                                           &found->second));
    }
    const std::string& name = found->second.article.name();
    if (name.empty()) return false;
    if (result.outcome() == v1::UPSERT_OUTCOME_REJECTED) {
      result = upsert::Rejected(error::TakenDown(name));
    }
    result.set_article(name);
  }
  return true;
}

void UpsertRun::KeepClaimsOfWritten() {
  std::vector<IdentityClaim> kept;
  for (size_t c = 0; c < batch_.claims.size(); ++c) {
    const v1::UpsertOutcome outcome = batch_.results[claim_items_[c]].outcome();
    if (outcome != v1::UPSERT_OUTCOME_UNCHANGED && outcome != v1::UPSERT_OUTCOME_REJECTED) {
      kept.push_back(batch_.claims[c]);
    }
  }
  batch_.claims.swap(kept);
}

UpsertedItems UpsertRun::Unwritten() const {
  uint64_t xid = 0;
  for (const auto& [key, working] : batch_.articles) xid = std::max(xid, working.change_xid);
  return {xid == 0 ? batch_.log.Head() : batch_.log.ChangePosition(xid), false};
}

absl::StatusOr<UpsertedItems> UpsertRun::Run(bool* lost_race) {
  RejectInvalid();
  DATELINE_RETURN_IF_ERROR(LoadDelivery(transaction_, &batch_));
  LoadReferences(transaction_, &batch_);
  RejectUnknownReferences();
  LoadHolders(transaction_, &batch_);
  Recognise();
  const std::vector<int64_t> changed = SettleUnchanged();
  const ClusterArticles near = FindNear(transaction_, Subjects(changed));
  std::set<int64_t> to_lock(changed.begin(), changed.end());
  for (const int64_t key : PossibleFounders(near)) to_lock.insert(key);
  LockArticles(transaction_, {to_lock.begin(), to_lock.end()}, &batch_);
  if (!ApplyAll()) {
    *lost_race = true;
    return absl::AbortedError("an article has vanished");
  }
  LoadKeptTopics(transaction_, &batch_);
  PutIntoClusters(transaction_, near, /*all=*/false, &batch_);
  KeepClaimsOfWritten();
  UpsertedItems done = Unwritten();
  const bool writes = std::any_of(batch_.articles.begin(), batch_.articles.end(),
                                  [](const auto& entry) { return entry.second.written(); });
  if (writes) {
    DATELINE_RETURN_IF_ERROR(HoldLease(transaction_, batch_));
    *lost_race = !TakeIdentities(transaction_, batch_);
    if (*lost_race) return absl::AbortedError("another writer was faster");
    if (!TakePaths(transaction_, &batch_)) return error::Conflict();
    done = {WriteArticles(transaction_, &batch_), true};
  }
  for (int i = 0; i < batch_.size(); ++i) {
    if (batch_.results[i].article().empty()) continue;
    batch_.results[i].set_version(batch_.articles[batch_.targets[i]].record.version());
  }
  return done;
}

// What a transaction wrote that stands in no cluster, and which transactions it could not see.
struct Unclustered {
  std::vector<upsert::ClusterArticle> articles;
  uint64_t xmin = 0;
  uint64_t xmax = 0;
};

Unclustered UnclusteredOf(const UpsertBatch& batch) {
  Unclustered unclustered;
  unclustered.xmin = batch.log.xmin;
  unclustered.xmax = batch.log.xmax;
  for (const auto& [key, working] : batch.articles) {
    const bool is_subject = working.is_new || working.content_changed;
    if (!is_subject || working.cluster_key != 0 || working.simhash == 0) continue;
    unclustered.articles.push_back(
        {key, working.simhash, TimeFromProto(working.article.publish_time()), 0, false});
  }
  return unclustered;
}

// Of two near-duplicates whose transactions ran at the same time neither saw the other. Whoever has
// committed last finds them here. Costs a look at the clock of transactions when nobody else was
// writing.
absl::Status ClusterLate(const PostgresContext& postgres, const RequestContext& context,
                         const Unclustered& unclustered, UpsertedItems* done) {
  bool wrote = false;
  content::v1::LogPosition position;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        wrote = false;
        UpsertBatch batch;
        DATELINE_ASSIGN_OR_RETURN(batch.log, ReadLogContext(transaction));
        const bool was_alone =
            unclustered.xmin == unclustered.xmax && batch.log.xmax <= unclustered.xmax + 1;
        if (was_alone) return absl::OkStatus();
        const ClusterArticles near = FindNear(transaction, unclustered.articles);
        if (near.empty()) return absl::OkStatus();
        std::set<int64_t> to_lock;
        for (const int64_t key : PossibleFounders(near)) to_lock.insert(key);
        for (const upsert::ClusterArticle& article : unclustered.articles) {
          const bool has_any = std::any_of(near.begin(), near.end(), [&](const auto& entry) {
            return upsert::AreNear(article, entry.second);
          });
          if (has_any) to_lock.insert(article.key);
        }
        LockArticles(transaction, {to_lock.begin(), to_lock.end()}, &batch);
        PutIntoClusters(transaction, near, /*all=*/true, &batch);
        wrote = std::any_of(batch.articles.begin(), batch.articles.end(),
                            [](const auto& entry) { return entry.second.written(); });
        if (wrote) position = WriteArticles(transaction, &batch);
        return absl::OkStatus();
      }));
  if (!wrote) return absl::OkStatus();
  done->position = position;
  postgres.on_commit();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<UpsertedItems> UpsertItems(const PostgresContext& postgres,
                                          const RequestContext& context,
                                          const v1::BatchUpsertArticlesRequest& request, int begin,
                                          int end, v1::UpsertResult* results) {
  for (int decision = 0; decision < kMaxDecisions; ++decision) {
    UpsertedItems done;
    bool lost_race = false;
    bool validated = false;
    Unclustered unclustered;
    const absl::Status status = pg::RunTransaction(
        *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
          UpsertBatch batch;
          batch.request = &request;
          batch.begin = begin;
          batch.end = end;
          batch.results = results;
          lost_race = false;
          UpsertRun run(transaction, &batch);
          DATELINE_ASSIGN_OR_RETURN(done, run.Run(&lost_race));
          if (!request.validate_only()) {
            unclustered = UnclusteredOf(batch);
            return absl::OkStatus();
          }
          validated = true;
          done = {batch.log.Head(), false};
          return absl::AbortedError("only validated");
        });
    if (lost_race) continue;
    if (!validated) DATELINE_RETURN_IF_ERROR(status);
    if (done.wrote) postgres.on_commit();
    if (done.wrote && !unclustered.articles.empty()) {
      // The items are taken, whatever comes of this.
      ClusterLate(postgres, context, unclustered, &done).IgnoreError();
    }
    return done;
  }
  return error::Conflict();
}

}  // namespace dateline::catalog::store
