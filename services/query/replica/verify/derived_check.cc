#include "services/query/replica/verify/derived_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "common/base/fnv.h"
#include "common/base/status_macros.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/apply/copy_state.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/store/bodies.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/verify/expected.h"

namespace dateline::query::replica {
namespace {

constexpr int64_t kEntriesBetweenChecks = 1'024;
// Hashes of expected keys that are held at once: 64 MB.
constexpr uint64_t kHashesAtOnce = 8'000'000;
// The tables whose entries are known one and all. Of kDue some wait for nothing any more.
constexpr std::array kWholeTables = {Table::kNames,      Table::kPostings, Table::kTimed,
                                     Table::kCounts,     Table::kPaths,    Table::kChildren,
                                     Table::kSuggestions};

uint64_t HashOf(Table table, absl::string_view key) {
  return Fnv64(key, FnvStep(kFnvStart, static_cast<uint64_t>(table)));
}

catalog::v1::ResourceState ArticleState(const ReadTransaction& transaction, uint64_t article) {
  return StoredState(transaction, catalog::v1::RESOURCE_KIND_ARTICLE, article);
}

// The name of the article that an entry is of.
std::string ResourceOf(const ReadTransaction& transaction, Table table, absl::string_view key) {
  if (table == Table::kNames) return std::string(key);
  uint64_t article = 0;
  if (table == Table::kPostings || table == Table::kTimed) {
    if (key.size() < kListSuffixBytes) return "";
    article = ParseListSuffix(absl::ClippedSubstr(key, key.size() - kListSuffixBytes)).article;
  } else if (table == Table::kCards || table == Table::kBodies) {
    article = ReadNumber(key);
  } else {
    return "";
  }
  return ArticleState(transaction, article).name();
}

class Checker {
 public:
  Checker(const ReadTransaction& transaction, absl::Time at, size_t max_faults,
          absl::FunctionRef<absl::Status()> check)
      : transaction_(transaction), at_(at), max_faults_(max_faults), check_(check) {}

  absl::StatusOr<DerivedCheck> Run() {
    DATELINE_RETURN_IF_ERROR(FindMissing());
    DATELINE_ASSIGN_OR_RETURN(const std::set<Table> more, TablesWithStrays());
    if (!more.empty() && !full()) DATELINE_RETURN_IF_ERROR(FindStrays(more));
    if (!full()) DATELINE_RETURN_IF_ERROR(FindOrphans());
    return std::move(result_);
  }

 private:
  bool full() const { return result_.faults.size() >= max_faults_; }

  void Note(Table table, DerivedFault::Kind kind, absl::string_view key, std::string resource) {
    if (!full()) result_.faults.push_back({table, kind, std::string(key), std::move(resource)});
  }

  absl::Status FindMissing() {
    return ForEachExpected(transaction_, at_, check_, [&](const ExpectedEntry& entry) {
      ++result_.entries;
      const auto stored = transaction_.Get(entry.table, entry.key);
      if (!stored.has_value()) {
        Note(entry.table, DerivedFault::Kind::kMissing, entry.key, std::string(entry.resource));
        return;
      }
      ++found_[static_cast<size_t>(entry.table)];
      if (*stored != entry.value) {
        Note(entry.table, DerivedFault::Kind::kDifferent, entry.key, std::string(entry.resource));
      }
    });
  }

  // Calls `visit` with each key of some tables, until there are enough faults.
  absl::Status ForEachKey(const std::set<Table>& tables,
                          absl::FunctionRef<void(Table, absl::string_view)> visit) {
    int64_t read = 0;
    for (const Table table : tables) {
      Cursor cursor = transaction_.Open(table);
      for (bool found = cursor.Seek(""); found && !full(); found = cursor.Next()) {
        if (read++ % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check_());
        visit(table, cursor.key());
      }
    }
    return absl::OkStatus();
  }

  // The tables that have more entries than were expected and found.
  absl::StatusOr<std::set<Table>> TablesWithStrays() {
    std::array<int64_t, kTableCount> stored{};
    const std::set<Table> all(kWholeTables.begin(), kWholeTables.end());
    DATELINE_RETURN_IF_ERROR(ForEachKey(
        all, [&](Table table, absl::string_view) { ++stored[static_cast<size_t>(table)]; }));
    std::set<Table> more;
    for (const Table table : all) {
      const auto number = static_cast<size_t>(table);
      if (stored[number] > found_[number]) more.insert(table);
    }
    return more;
  }

  // In rounds, each over the keys of one part of the hashes, so that memory is bounded.
  absl::Status FindStrays(const std::set<Table>& tables) {
    uint64_t entries = 0;
    for (const Table table : tables) {
      entries += static_cast<uint64_t>(found_[static_cast<size_t>(table)]);
    }
    const uint64_t rounds = 1 + entries / kHashesAtOnce;
    for (uint64_t round = 0; round < rounds && !full(); ++round) {
      std::vector<uint64_t> expected;
      DATELINE_RETURN_IF_ERROR(
          ForEachExpected(transaction_, at_, check_, [&](const ExpectedEntry& entry) {
            if (!tables.contains(entry.table)) return;
            const uint64_t hash = HashOf(entry.table, entry.key);
            if (hash % rounds == round) expected.push_back(hash);
          }));
      std::sort(expected.begin(), expected.end());
      DATELINE_RETURN_IF_ERROR(ForEachKey(tables, [&](Table table, absl::string_view key) {
        const uint64_t hash = HashOf(table, key);
        if (hash % rounds != round) return;
        if (std::binary_search(expected.begin(), expected.end(), hash)) return;
        Note(table, DerivedFault::Kind::kStray, key, ResourceOf(transaction_, table, key));
      }));
    }
    return absl::OkStatus();
  }

  // Cards of articles that are not there, and bodies without a card.
  absl::Status FindOrphans() {
    int64_t read = 0;
    Cursor cursor = transaction_.Open(Table::kCards);
    for (bool found = cursor.Seek(""); found && !full(); found = cursor.Next()) {
      if (read++ % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check_());
      if (ArticleState(transaction_, ReadNumber(cursor.key())).has_article()) continue;
      Note(Table::kCards, DerivedFault::Kind::kStray, cursor.key(),
           ResourceOf(transaction_, Table::kCards, cursor.key()));
    }
    return ForEachBody(transaction_, [&](absl::string_view key, absl::string_view) {
      if (!transaction_.Get(Table::kCards, key).has_value()) {
        Note(Table::kBodies, DerivedFault::Kind::kStray, key,
             ResourceOf(transaction_, Table::kBodies, key));
      }
      return read++ % kEntriesBetweenChecks == 0 ? check_() : absl::OkStatus();
    });
  }

  const ReadTransaction& transaction_;
  const absl::Time at_;
  const size_t max_faults_;
  const absl::FunctionRef<absl::Status()> check_;
  std::array<int64_t, kTableCount> found_{};
  DerivedCheck result_;
};

}  // namespace

absl::StatusOr<DerivedCheck> CheckDerived(const Store& store, size_t max_faults,
                                          absl::FunctionRef<absl::Status()> check) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  DATELINE_ASSIGN_OR_RETURN(const CopyState copy, ReadCopyState(transaction));
  return Checker(transaction, copy.at, max_faults, check).Run();
}

}  // namespace dateline::query::replica
