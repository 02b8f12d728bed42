#include "services/catalog/store/articles/postgres_upsert.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/article/content.h"
#include "services/catalog/article/validation.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/articles/postgres_article_write.h"
#include "services/catalog/store/articles/postgres_clusters.h"
#include "services/catalog/store/articles/postgres_delivery.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;
using content::v1::Article;

// Each lost race means that another writer has committed, so few are lost in a row.
constexpr int kMaxDecisions = 10;

// One transaction's decisions, step by step.
class UpsertRun {
 public:
  UpsertRun(pqxx::transaction_base& transaction, DeliveryShare* share, ArticleBatch* batch)
      : transaction_(transaction), share_(*share), batch_(*batch) {}

  // Decides all items and writes; sets `*lost_race` if another transaction was faster.
  absl::StatusOr<UpsertedItems> Run(bool* lost_race);

 private:
  void RejectInvalid();
  void RejectUnknownReferences();
  void PrepareContents();
  void Recognise();
  void SettleUnchanged();
  std::vector<article::ClusterArticle> Subjects() const;
  bool ApplyAll();
  absl::Status ApplyItem(int i, WorkingArticle* working);
  std::vector<article::IdentityClaim> ClaimsOfWritten() const;
  UpsertedItems Unwritten() const;

  pqxx::transaction_base& transaction_;
  DeliveryShare& share_;
  ArticleBatch& batch_;
  std::vector<Article> contents_;  // By item.
  std::vector<int64_t> targets_;   // Article key by item; 0 if rejected.
  std::vector<article::IdentityClaim> claims_;
  std::vector<int64_t> new_keys_;  // Of articles that nobody knew.
  std::set<int64_t> changed_;      // Known articles that items change.
};

void UpsertRun::RejectInvalid() {
  contents_.resize(share_.size());
  targets_.assign(share_.size(), 0);
  for (int i = 0; i < share_.size(); ++i) {
    share_.results[i].Clear();
    const absl::Status valid = article::ValidateItem(share_.item(i));
    if (!valid.ok()) share_.results[i] = article::Rejected(valid);
  }
}

void UpsertRun::RejectUnknownReferences() {
  std::set<std::string> topics, authors;
  for (int i = 0; i < share_.size(); ++i) {
    if (share_.rejected(i)) continue;
    const Article& article = share_.item(i).article();
    for (const auto& topic : article.topics()) topics.insert(topic.topic());
    for (const auto& byline : article.bylines()) {
      if (!byline.author().empty()) authors.insert(byline.author());
    }
  }
  LoadReferenceKeys(transaction_, topics, authors, &batch_);
  for (int i = 0; i < share_.size(); ++i) {
    if (share_.rejected(i)) continue;
    const Article& article = share_.item(i).article();
    std::string unknown;
    for (const auto& topic : article.topics()) {
      if (!batch_.topic_keys.contains(topic.topic())) unknown = topic.topic();
    }
    for (const auto& byline : article.bylines()) {
      if (!byline.author().empty() && !batch_.author_keys.contains(byline.author())) {
        unknown = byline.author();
      }
    }
    if (!unknown.empty()) share_.results[i] = article::Rejected(error::ResourceNotFound(unknown));
  }
}

void UpsertRun::PrepareContents() {
  for (int i = 0; i < share_.size(); ++i) {
    if (share_.rejected(i)) continue;
    contents_[i] = article::PrepareContent(share_.item(i), share_.publication, share_.delivery.now);
    article::NameTargets(batch_.merged, &contents_[i]);
    const absl::Status fits = article::CheckContentSize(contents_[i], /*scheduled_bytes=*/0);
    if (!fits.ok()) share_.results[i] = article::Rejected(fits);
  }
}

void UpsertRun::Recognise() {
  article::Recogniser recogniser(LoadHolders(transaction_, share_));
  for (int i = 0; i < share_.size(); ++i) {
    if (share_.rejected(i)) continue;
    targets_[i] =
        recogniser.Recognise(i, share_.item(i), TimeFromProto(contents_[i].publish_time()));
  }
  claims_ = recogniser.claims();
  new_keys_ = AllocateArticleKeys(transaction_, recogniser.new_articles());
  const auto real_key = [&](int64_t* key) {
    if (*key < 0) *key = new_keys_[static_cast<size_t>(-*key - 1)];
  };
  for (int64_t& target : targets_) real_key(&target);
  for (article::IdentityClaim& claim : claims_) real_key(&claim.article_key);
}

// Finds the known articles that items change; the others need no lock.
void UpsertRun::SettleUnchanged() {
  std::set<int64_t> known;
  for (const int64_t target : targets_) {
    if (target != 0) known.insert(target);
  }
  for (const int64_t key : new_keys_) known.erase(key);
  PeekArticles(transaction_, known, share_, &batch_);
  for (int i = 0; i < share_.size(); ++i) {
    const auto found = batch_.articles.find(targets_[i]);
    if (found == batch_.articles.end()) continue;
    const v1::ArticleRecord& record = found->second.record;
    const bool settled =
        record.state() != content::v1::ARTICLE_STATE_TAKEN_DOWN &&
        std::any_of(record.origins().begin(), record.origins().end(), [&](const auto& origin) {
          return origin.entry_id() == share_.item(i).entry_id() &&
                 article::IsUnchanged(share_.item(i), origin);
        });
    if (!settled) changed_.insert(targets_[i]);
  }
}

// What may have near-duplicates: the items of articles that are new or have changed. Before their
// articles are locked, so that all that will be written is locked in one go, in the order of keys.
std::vector<article::ClusterArticle> UpsertRun::Subjects() const {
  std::vector<article::ClusterArticle> subjects;
  for (int i = 0; i < share_.size(); ++i) {
    const int64_t key = targets_[i];
    const bool is_known = batch_.articles.find(key) != batch_.articles.end();
    if (key == 0 || share_.item(i).simhash() == 0 || (is_known && !changed_.contains(key))) {
      continue;
    }
    subjects.push_back(
        {key, share_.item(i).simhash(), TimeFromProto(contents_[i].publish_time()), 0, false});
  }
  return subjects;
}

// Applies every item to its article, in request order. False if an article has vanished meanwhile.
bool UpsertRun::ApplyAll() {
  for (const int64_t key : new_keys_) {
    batch_.articles[key].publication_key = share_.publication_key;
  }
  for (int i = 0; i < share_.size(); ++i) {
    if (share_.rejected(i)) continue;
    const auto found = batch_.articles.find(targets_[i]);
    if (found == batch_.articles.end()) return false;
    const absl::Status applied = ApplyItem(i, &found->second);
    if (!applied.ok()) share_.results[i] = article::Rejected(applied);
    share_.results[i].set_article(found->second.record.name());
  }
  return true;
}

// Fills in an item's outcome. INVALID_FIELD; TAKEN_DOWN.
absl::Status UpsertRun::ApplyItem(int i, WorkingArticle* working) {
  const v1::UpsertItem& item = share_.item(i);
  v1::UpsertResult& result = share_.results[i];
  if (working->key == 0) {
    article::StartArticle(share_.delivery, item, std::move(contents_[i]), NewId(), targets_[i],
                          working);
    result.set_outcome(v1::UPSERT_OUTCOME_CREATED);
    return absl::OkStatus();
  }
  DATELINE_RETURN_IF_ERROR(article::CheckContentSize(contents_[i], working->ScheduledBytes()));
  result.set_outcome(article::ApplyItem(share_.delivery, item, std::move(contents_[i]), working));
  if (result.outcome() != v1::UPSERT_OUTCOME_REJECTED) return absl::OkStatus();
  return error::TakenDown(working->record.name());
}

// Keys of items that were not taken, or that brought nothing new, stay free.
std::vector<article::IdentityClaim> UpsertRun::ClaimsOfWritten() const {
  std::vector<article::IdentityClaim> kept;
  for (const article::IdentityClaim& claim : claims_) {
    const v1::UpsertOutcome outcome = share_.results[claim.item].outcome();
    if (outcome != v1::UPSERT_OUTCOME_UNCHANGED && outcome != v1::UPSERT_OUTCOME_REJECTED) {
      kept.push_back(claim);
    }
  }
  return kept;
}

UpsertedItems UpsertRun::Unwritten() const {
  uint64_t xid = 0;
  for (const auto& [key, working] : batch_.articles) xid = std::max(xid, working.change_xid);
  return {xid == 0 ? batch_.log.Head() : batch_.log.ChangePosition(xid), false};
}

absl::StatusOr<UpsertedItems> UpsertRun::Run(bool* lost_race) {
  RejectInvalid();
  DATELINE_RETURN_IF_ERROR(LoadDelivery(transaction_, &share_, &batch_));
  RejectUnknownReferences();
  PrepareContents();
  Recognise();
  SettleUnchanged();
  const ClusterArticles near = FindNear(transaction_, Subjects());
  std::set<int64_t> to_lock = PossibleFounders(near);
  to_lock.insert(changed_.begin(), changed_.end());
  LockArticles(transaction_, to_lock, &batch_);
  LoadOrigins(transaction_, to_lock, /*source=*/"", &batch_);
  *lost_race = !ApplyAll();
  if (*lost_race) return absl::AbortedError("an article has vanished");
  PutIntoClusters(transaction_, near, /*all=*/false, &batch_);
  UpsertedItems done = Unwritten();
  if (batch_.writes()) {
    DATELINE_RETURN_IF_ERROR(HoldPublication(transaction_, share_));
    DATELINE_RETURN_IF_ERROR(HoldLease(transaction_, share_));
    *lost_race = !TakeIdentities(transaction_, share_.publication_key, ClaimsOfWritten());
    if (*lost_race) return absl::AbortedError("another writer was faster");
    if (!GivePaths(transaction_, share_.publication, share_.publication_key, &batch_)) {
      return error::Conflict();
    }
    DATELINE_ASSIGN_OR_RETURN(done.position, WriteArticles(transaction_, &batch_));
    done.wrote = true;
  }
  for (int i = 0; i < share_.size(); ++i) {
    if (share_.results[i].article().empty()) continue;
    share_.results[i].set_version(batch_.articles[targets_[i]].record.version());
  }
  return done;
}

}  // namespace

absl::StatusOr<UpsertedItems> UpsertItems(const StoreContext& postgres,
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
          DeliveryShare share;
          share.request = &request;
          share.begin = begin;
          share.end = end;
          share.results = results;
          ArticleBatch batch;
          batch.caller = context.caller();
          batch.method = kUpsertMethod;
          lost_race = false;
          UpsertRun run(transaction, &share, &batch);
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
      ClusterLate(postgres, context, unclustered, &done.position).IgnoreError();
    }
    return done;
  }
  return error::Conflict();
}

}  // namespace dateline::catalog::store
