#include "services/query/search/indexer.h"

#include <set>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/obs/guarded.h"
#include "common/obs/log.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/store/keys.h"
#include "services/query/search/source.h"

namespace dateline::query::search {
namespace {

// Nobody wakes it when an instant has come due, and the journal has it some seconds later.
constexpr absl::Duration kIdle = absl::Milliseconds(200);
constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
constexpr absl::Duration kLongestPause = absl::Seconds(30);
// Articles that are read in one transaction, and about as many bytes of their texts.
constexpr size_t kArticlesAtOnce = 500;
constexpr size_t kBytesAtOnce = size_t{16} << 20;

}  // namespace

Indexer::Indexer(replica::Replica& replica, IndexFolder& folder)
    : replica_(replica),
      folder_(folder),
      worker_([this](Worker&) { return Step(); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "indexing threw", {{"error", what}});
              }) {}

Indexer::~Indexer() { worker_.Stop(); }

IndexerStatus Indexer::status() const {
  MutexLock lock(mutex_);
  return status_;
}

bool Indexer::IsClean(absl::string_view copy, uint64_t number) const {
  MutexLock lock(mutex_);
  return status_.whole && status_.copy == CopyWithFormat(copy) && status_.clean >= number;
}

absl::Status Indexer::CheckStopping() const {
  return worker_.stopping() ? absl::CancelledError("stopping") : absl::OkStatus();
}

absl::Duration Indexer::Step() {
  absl::StatusOr<bool> more = false;
  const absl::Status status = obs::Guarded("indexing", [&] {
    more = Advance();
    return more.status();
  });
  if (absl::IsCancelled(status)) return kIdle;
  Publish(status);
  if (status.ok()) {
    failures_ = 0;
    return *more ? absl::ZeroDuration() : kIdle;
  }
  if (failures_ == 0) {
    obs::Log(obs::Level::kWarning, "cannot index articles", {{"error", status.message()}});
  }
  // What is damaged is made anew.
  damaged_ = absl::IsDataLoss(status);
  writer_.reset();
  opened_ = false;
  return BackOff(kFirstPause, failures_++, kLongestPause);
}

void Indexer::Publish(const absl::Status& status) {
  MutexLock lock(mutex_);
  status_.last_error = std::string(status.message());
  status_.copy = state_.copy;
  status_.whole = !state_.copy.empty();
  status_.applied = state_.applied;
  status_.clean = clean_;
}

absl::StatusOr<bool> Indexer::Advance() {
  const std::shared_ptr<replica::Store> store = replica_.held();
  if (store == nullptr) return false;
  if (!opened_) DATELINE_RETURN_IF_ERROR(OpenIndex());
  std::string copy;
  bool covered = false;
  {
    DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction transaction, store->Read());
    copy = IndexedCopy(transaction);
    covered = state_.applied >= replica::JournalBegin(transaction);
  }
  if (copy.empty()) return false;
  if (copy != state_.copy || !covered) {
    DATELINE_RETURN_IF_ERROR(Build(*store, copy));
    return true;
  }
  DATELINE_ASSIGN_OR_RETURN(const bool more, Follow(*store));
  if (state_.unclean && !more) DATELINE_RETURN_IF_ERROR(Compact());
  return more;
}

absl::Status Indexer::OpenIndex() {
  DATELINE_RETURN_IF_ERROR(folder_.Open());
  state_ = IndexState{};
  if (!folder_.path().empty() && !damaged_) {
    absl::StatusOr<std::unique_ptr<IndexWriter>> writer = IndexWriter::Open(folder_.path());
    absl::StatusOr<IndexState> state = writer.ok() ? (*writer)->State() : writer.status();
    if (state.ok()) {
      writer_ = *std::move(writer);
      state_ = *std::move(state);
    } else if (!absl::IsDataLoss(state.status())) {
      return state.status();
    }
  }
  clean_ = state_.unclean ? 0 : state_.applied;
  opened_ = true;
  return absl::OkStatus();
}

absl::Status Indexer::Build(replica::Store& store, const std::string& copy) {
  // Before the transaction, so that it is not ahead of it.
  IndexState state{copy, 0, false, replica_.position()->token};
  {
    DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction transaction, store.Read());
    state.applied = replica::JournalEnd(transaction);
  }
  DATELINE_ASSIGN_OR_RETURN(const std::string build, folder_.BeginBuild());
  DATELINE_ASSIGN_OR_RETURN(const std::string path, folder_.BeginNew());
  {
    IndexBuild parts(build);
    DATELINE_RETURN_IF_ERROR(AddAll(store, parts));
    DATELINE_RETURN_IF_ERROR(parts.Finish(state, path));
  }
  writer_.reset();
  DATELINE_RETURN_IF_ERROR(folder_.Replace());
  DATELINE_ASSIGN_OR_RETURN(writer_, IndexWriter::Open(folder_.path()));
  state_ = std::move(state);
  // What is taken down while it was made is in the journal, and found there.
  clean_ = state_.applied;
  damaged_ = false;
  return absl::OkStatus();
}

absl::Status Indexer::AddAll(replica::Store& store, IndexBuild& build) {
  const std::string list = replica::ListPrefix(replica::Dimension::kAll, 0);
  std::string from = list;
  for (bool more = true; more;) {
    DATELINE_RETURN_IF_ERROR(CheckStopping());
    // Short transactions: while one is open, pages that writers replace are kept.
    std::vector<IndexedArticle> articles;
    {
      DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction transaction, store.Read());
      const absl::Time now = replica_.clock().Now();
      replica::Cursor cursor = transaction.Open(replica::Table::kPostings);
      more = cursor.Seek(from);
      size_t bytes = 0;
      for (size_t read = 0; more && read < kArticlesAtOnce && bytes < kBytesAtOnce;
           more = cursor.Next(), ++read) {
        if (cursor.key().substr(0, replica::kListPrefixBytes) != list) {
          more = false;
          break;
        }
        if (!replica::ParseVisibility(cursor.value()).At(now)) continue;
        const absl::string_view place =
            absl::ClippedSubstr(cursor.key(), replica::kListPrefixBytes);
        auto article = ArticleToIndex(transaction, replica::ParseListSuffix(place).article, now);
        // One that turned or moved meanwhile is in the journal.
        if (article.has_value() && article->place == place) {
          bytes += article->body.size();
          articles.push_back(*std::move(article));
        }
      }
      if (more) from = std::string(cursor.key());
    }
    DATELINE_RETURN_IF_ERROR(build.Add(std::move(articles)));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Indexer::Follow(replica::Store& store) {
  IndexState state = state_;
  const std::string position = replica_.position()->token;
  std::set<uint64_t> changed;
  std::vector<IndexedArticle> articles;
  {
    DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction transaction, store.Read());
    const absl::Time now = replica_.clock().Now();
    size_t bytes = 0;
    replica::ReadJournal(transaction, state.applied, [&](const replica::JournalEntry& entry) {
      state.applied = entry.number;
      if (!changed.insert(entry.article).second) return true;
      auto article = ArticleToIndex(transaction, entry.article, now);
      if (article.has_value()) {
        bytes += article->body.size();
        articles.push_back(*std::move(article));
      } else if (IsTakenDown(transaction, entry.article)) {
        state.unclean = true;
      }
      return changed.size() < kArticlesAtOnce && bytes < kBytesAtOnce;
    });
    if (changed.empty()) return false;
    if (state.applied == replica::JournalEnd(transaction)) state.position = position;
  }
  for (const IndexedArticle& article : articles) {
    DATELINE_RETURN_IF_ERROR(writer_->Put(article));
    changed.erase(article.article);
  }
  for (const uint64_t gone : changed) DATELINE_RETURN_IF_ERROR(writer_->Remove(gone));
  DATELINE_RETURN_IF_ERROR(writer_->Commit(state));
  state_ = std::move(state);
  if (!state_.unclean) clean_ = state_.applied;
  DATELINE_RETURN_IF_ERROR(CheckStopping());
  return true;
}

absl::Status Indexer::Compact() {
  DATELINE_ASSIGN_OR_RETURN(const std::string path, folder_.BeginNew());
  DATELINE_RETURN_IF_ERROR(writer_->CompactTo(path));
  writer_.reset();
  DATELINE_RETURN_IF_ERROR(folder_.Replace());
  DATELINE_ASSIGN_OR_RETURN(writer_, IndexWriter::Open(folder_.path()));
  state_.unclean = false;
  DATELINE_RETURN_IF_ERROR(writer_->Commit(state_));
  clean_ = state_.applied;
  return absl::OkStatus();
}

}  // namespace dateline::query::search
