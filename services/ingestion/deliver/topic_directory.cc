#include "services/ingestion/deliver/topic_directory.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "common/base/guard.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "services/ingestion/deliver/topic_entry.h"

namespace dateline::ingestion::deliver {
namespace {

// What was not heard of for so long is listed again.
constexpr absl::Duration kMaxAge = absl::Minutes(1);
// Changes gather before the matcher is built: shortly, so that the next document knows them, and
// longer where building is long, so that it takes a fifth of a processor at most.
constexpr absl::Duration kMinGather = absl::Milliseconds(50);
constexpr absl::Duration kMaxGather = absl::Seconds(1);
constexpr int kGatherPerBuild = 4;
// How often a waiting call looks whether it was cancelled.
constexpr absl::Duration kLook = absl::Milliseconds(50);

// Whether texts are searched for other names when `before` becomes `after`.
bool ChangesTexts(const TopicEntry* before, const TopicEntry& after) {
  const auto in_texts = [](const TopicEntry& entry) {
    return entry.life == TopicLife::kActive || entry.life == TopicLife::kMerged;
  };
  if (before == nullptr || !in_texts(*before)) return in_texts(after);
  TopicEntry same = after;
  same.version = before->version;
  return !(same == *before);
}

}  // namespace

TopicDirectory::TopicDirectory(CatalogPort& catalog, Clock* clock, store::ProposalStore* proposals)
    : catalog_(catalog), clock_(clock), proposals_(proposals), builder_([this] { Build(); }) {}

TopicDirectory::~TopicDirectory() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  builder_.join();
}

absl::Status TopicDirectory::List(const RequestContext& context) {
  const absl::Duration begun = clock_->Elapsed();
  auto topics = catalog_.ListAllTopics(context);
  MutexLock lock(mutex_);
  listing_ = false;
  changed_.SignalAll();
  if (!topics.ok()) return topics.status();
  // A follower was faster, and knows better.
  if (heard_ > begun) return absl::OkStatus();
  std::vector<TopicEntry> entries;
  for (const content::v1::Topic& topic : *topics) entries.push_back(EntryOf(topic));
  ReplaceAll(std::move(entries));
  return absl::OkStatus();
}

absl::Status TopicDirectory::Freshen(const RequestContext& context) {
  bool list = false;
  {
    MutexLock lock(mutex_);
    while (!loaded_ && listing_) {
      DATELINE_RETURN_IF_ERROR(context.Check());
      changed_.WaitFor(mutex_, std::min(kLook, context.remaining()));
    }
    list = !listing_ && (!loaded_ || clock_->Elapsed() - heard_ >= kMaxAge);
    listing_ |= list;
  }
  if (list) {
    const absl::Status listed = List(context);
    MutexLock lock(mutex_);
    // Names that are old are better than none; whether the catalog is there, the delivery will see.
    if (!listed.ok() && !loaded_) return listed;
  }
  MutexLock lock(mutex_);
  while (matcher_ == nullptr) {
    DATELINE_RETURN_IF_ERROR(context.Check());
    changed_.WaitFor(mutex_, std::min(kLook, context.remaining()));
  }
  return absl::OkStatus();
}

TopicIndex::Found TopicDirectory::Find(absl::string_view category) {
  MutexLock lock(mutex_);
  return index_.Find(category);
}

TopicIndex::Found TopicDirectory::Resolve(absl::string_view topic) {
  MutexLock lock(mutex_);
  return index_.Resolve(topic);
}

std::shared_ptr<const TopicMatcher> TopicDirectory::matcher() {
  MutexLock lock(mutex_);
  return matcher_;
}

absl::StatusOr<std::shared_ptr<const TopicMatcher>> TopicDirectory::NewestMatcher(
    const RequestContext& context) {
  DATELINE_RETURN_IF_ERROR(Freshen(context));
  MutexLock lock(mutex_);
  const uint64_t wanted = wanted_;
  while (built_ < wanted) {
    DATELINE_RETURN_IF_ERROR(context.Check());
    hurry_ = true;
    changed_.SignalAll();
    changed_.WaitFor(mutex_, std::min(kLook, context.remaining()));
  }
  return matcher_;
}

bool TopicDirectory::Set(TopicEntry entry, bool replace) {
  const bool texts = ChangesTexts(index_.Get(entry.name), entry);
  if (!index_.Set(std::move(entry), replace)) return false;
  wanted_ += texts;
  changed_.SignalAll();
  return true;
}

void TopicDirectory::ReplaceAll(std::vector<TopicEntry> topics) {
  std::set<std::string> names;
  for (TopicEntry& topic : topics) {
    names.insert(topic.name);
    Set(std::move(topic), /*replace=*/true);
  }
  for (const auto& entry : index_.Topics()) {
    if (names.count(entry->name) > 0) continue;
    index_.Forget(entry->name);
    ++wanted_;
  }
  if (!loaded_) ++wanted_;  // Also an empty set has a matcher.
  loaded_ = true;
  heard_ = clock_->Elapsed();
  changed_.SignalAll();
}

absl::Status TopicDirectory::CatchUp(const RequestContext& context) {
  DATELINE_RETURN_IF_ERROR(Freshen(context));
  DATELINE_ASSIGN_OR_RETURN(const auto topics, catalog_.ListAllTopics(context));
  MutexLock lock(mutex_);
  for (const content::v1::Topic& topic : topics) Set(EntryOf(topic), /*replace=*/false);
  return absl::OkStatus();
}

void TopicDirectory::Learn(const content::v1::Topic& topic) {
  MutexLock lock(mutex_);
  Set(EntryOf(topic), /*replace=*/false);
}

void TopicDirectory::Replace(const std::vector<catalog::v1::ResourceState>& topics) {
  std::vector<TopicEntry> entries;
  for (const catalog::v1::ResourceState& state : topics) entries.push_back(EntryOf(state));
  MutexLock lock(mutex_);
  ReplaceAll(std::move(entries));
}

void TopicDirectory::Apply(const catalog::v1::StreamChangesResponse& changes) {
  MutexLock lock(mutex_);
  for (const catalog::v1::Change& change : changes.changes()) {
    if (change.has_state() && change.kind() == catalog::v1::RESOURCE_KIND_TOPIC) {
      Set(EntryOf(change.state()), /*replace=*/false);
    }
  }
  heard_ = clock_->Elapsed();
}

int TopicDirectory::builds() {
  MutexLock lock(mutex_);
  return builds_;
}

void TopicDirectory::Build() {
  absl::Duration gather = kMinGather;
  while (true) {
    std::vector<std::shared_ptr<const TopicEntry>> topics;
    uint64_t version = 0;
    {
      MutexLock lock(mutex_);
      while (!stopping_ && (!loaded_ || built_ == wanted_)) changed_.Wait(mutex_);
      // The first one is waited for.
      const absl::Duration until = RealClock()->Elapsed() + gather;
      while (!stopping_ && matcher_ != nullptr && !hurry_) {
        const absl::Duration left = until - RealClock()->Elapsed();
        if (left <= absl::ZeroDuration()) break;
        changed_.WaitFor(mutex_, left);
      }
      if (stopping_) return;
      hurry_ = false;
      version = wanted_;
      topics = index_.Topics();
    }
    const absl::Duration begun = RealClock()->Elapsed();
    std::shared_ptr<const TopicMatcher> matcher;
    const absl::Status built = RunGuarded(
        [&] {
          matcher = std::make_shared<const TopicMatcher>(NamesForTexts(topics));
          return absl::OkStatus();
        },
        [](absl::string_view what) { return absl::InternalError(what); });
    if (!built.ok()) {
      obs::Log(obs::Level::kError, "texts are searched for former topics",
               {{"error", std::string(built.message())}});
    }
    gather = std::clamp((RealClock()->Elapsed() - begun) * kGatherPerBuild, kMinGather, kMaxGather);
    MutexLock lock(mutex_);
    // Where one could not be built, the former stays; nobody waits for ever for the first.
    if (matcher == nullptr && matcher_ == nullptr) {
      matcher = std::make_shared<const TopicMatcher>(NamesForTexts({}));
    }
    if (matcher != nullptr) matcher_ = std::move(matcher);
    built_ = version;
    ++builds_;
    changed_.SignalAll();
  }
}

}  // namespace dateline::ingestion::deliver
