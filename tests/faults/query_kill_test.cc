// A replica's process is killed again and again while it makes its copy and applies changes. What
// it acknowledged is never lost, and in the end it equals a replica built from scratch.
// DATELINE_SEED repeats a run.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/query/replica/read/digest.h"
#include "services/query/replica/read/list.h"
#include "services/query/replica/replica.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;
using testing::ArticleSpec;

constexpr int kKills = 50;
// The first copy is made from these; the rest comes as changes.
constexpr size_t kExportedBatches = 150;
// So many kills come early, while that copy is made.
constexpr int kEarlyKills = 10;
// Batches that a process applies at most before it is killed.
constexpr int kMaxTold = 40;
constexpr size_t kBatches = 1'500;
constexpr int64_t kArticles = 400;
constexpr int64_t kTopics = 12;

// The history of a catalog: batch n is read at second n, at position (n + 1, 1).
std::vector<Batch> MakeHistory(uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](int64_t limit) {
    return std::uniform_int_distribution<int64_t>(0, limit - 1)(random);
  };
  std::map<std::pair<int, int64_t>, int64_t> versions;
  std::vector<Batch> history;
  for (size_t n = 0; n < kBatches; ++n) {
    const auto now = static_cast<int64_t>(n);
    Batch batch = testing::BatchOf({}, n + 1, now);
    if (n == 0) batch.states.push_back(testing::PublicationState(1));
    for (int64_t i = 1 + below(8); i > 0; --i) {
      if (below(15) == 0) {
        const int64_t key = 1 + below(kTopics);
        std::vector<int64_t> parents;
        if (key < kTopics) parents.push_back(key + 1 + below(kTopics - key));
        const int64_t target = key < kTopics && below(6) == 0 ? key + 1 : 0;
        batch.states.push_back(testing::TopicState(
            key, ++versions[{catalog::v1::RESOURCE_KIND_TOPIC, key}], parents, target));
        continue;
      }
      const int64_t key = 1 + below(kArticles);
      const int64_t version = ++versions[{catalog::v1::RESOURCE_KIND_ARTICLE, key}];
      if (below(12) == 0) {
        batch.states.push_back(testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, key, version,
                                                  absl::StrCat("articles/a", key)));
        continue;
      }
      ArticleSpec spec{.key = key, .version = version, .publish = now - below(100)};
      spec.topics = {1 + below(kTopics), 1 + below(kTopics)};
      spec.body = std::string(static_cast<size_t>(below(6'000)), 'x');
      if (below(3) == 0) spec.embargo = now + below(60);
      if (below(3) == 0) spec.expire = now + below(200);
      if (below(4) == 0) spec.scheduled = now + below(60);
      batch.states.push_back(testing::StateOf(spec));
    }
    history.push_back(std::move(batch));
  }
  return history;
}

// What the killed process does: goes on where the copy is, one byte into `progress` for each batch.
[[noreturn]] void RunApplier(const std::string& folder, const std::vector<Batch>& history,
                             int progress) {
  const auto tell = [progress] {
    if (write(progress, "x", 1) != 1) _exit(3);
  };
  auto replica = Replica::Open(folder, RealClock());
  if (!replica.ok()) _exit(4);
  if ((*replica)->current() == nullptr) {
    auto copy = (*replica)->BeginCopy();
    if (!copy.ok()) _exit(5);
    for (size_t n = 0; n < kExportedBatches; ++n) {
      if (!Apply(**copy, history[n]).ok()) _exit(6);
      tell();
    }
    if (!(*replica)->Swap(*copy).ok()) _exit(7);
  }
  for (size_t n = (*replica)->position()->position.xid(); n < history.size(); ++n) {
    if (!(*replica)->ApplyAndPublish(history[n]).ok()) _exit(8);
    tell();
  }
  _exit(0);
}

struct Child {
  pid_t pid = -1;
  int progress = -1;
};

Child StartApplier(const std::string& folder, const std::vector<Batch>& history) {
  std::fflush(nullptr);
  int ends[2];
  if (pipe(ends) != 0) abort();
  const pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    RunApplier(folder, history, ends[1]);
  }
  close(ends[1]);
  return {pid, ends[0]};
}

// Batches that the child told of: up to `limit`, or all that it wrote before it ended.
int64_t ReadProgress(const Child& child, int64_t limit) {
  int64_t told = 0;
  char byte;
  while (told < limit && read(child.progress, &byte, 1) == 1) ++told;
  return told;
}

int Await(const Child& child) {
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  close(child.progress);
  return status;
}

// Lets the processor work for a random moment, so that kills fall anywhere within a batch.
void Dawdle(std::mt19937& random) {
  volatile uint32_t sum = 0;
  for (uint32_t i = random() % 2'000'000; i > 0; --i) sum = sum + i;
}

// The copy's position; 0 if there is no complete copy.
uint64_t PositionIn(const std::string& folder) {
  const auto replica = Replica::Open(folder, RealClock());
  EXPECT_TRUE(replica.ok()) << replica.status();
  return replica.ok() ? (*replica)->position()->position.xid() : 0;
}

// The last state of each resource, as an export gives them.
Batch LastStates(const std::vector<Batch>& history) {
  std::map<std::pair<int, int64_t>, const ResourceState*> last;
  for (const Batch& batch : history) {
    for (const ResourceState& state : batch.states) last[{state.kind(), state.key()}] = &state;
  }
  Batch batch = testing::BatchOf({}, history.size(), static_cast<int64_t>(history.size()) - 1);
  for (const auto& [key, state] : last) batch.states.push_back(*state);
  return batch;
}

void ExpectEqual(const Store& actual, const Store& expected, absl::Time now) {
  const auto actual_tables = DigestTables(actual);
  const auto expected_tables = DigestTables(expected);
  ASSERT_TRUE(actual_tables.ok() && expected_tables.ok());
  for (size_t i = 0; i < expected_tables->size(); ++i) {
    SCOPED_TRACE(std::string(TableName((*expected_tables)[i].table)));
    EXPECT_EQ((*actual_tables)[i].entries, (*expected_tables)[i].entries);
    EXPECT_EQ((*actual_tables)[i].digest, (*expected_tables)[i].digest);
    EXPECT_GT((*expected_tables)[i].entries, 0);
  }
  const auto transaction = actual.Read();
  for (uint64_t topic = 1; topic <= kTopics; ++topic) {
    const std::string list = ListPrefix(Dimension::kTopicClosure, topic);
    EXPECT_EQ(CountList(*transaction, list, now).size,
              static_cast<int64_t>(testing::Listed(expected, list, now).size()));
  }
}

TEST(QueryKillTest, ResumesAndEqualsAReplicaBuiltFromScratch) {
  const char* given = std::getenv("DATELINE_SEED");
  const uint32_t seed = given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                                         : std::random_device{}();
  std::mt19937 random(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::printf("DATELINE_SEED=%u\n", seed);
  std::vector<Batch> history = MakeHistory(seed);
  // So that every table has entries to compare.
  history[1].states.push_back(testing::RememberedPath(1, "/old", 1));
  testing::TemporaryFolder folder;

  uint64_t position = 0;
  int in_copying = 0;
  std::set<uint64_t> positions;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    const Child child = StartApplier(folder.path(), history);
    ASSERT_GT(child.pid, 0);
    const int64_t told = ReadProgress(
        child, 1 + random() % kMaxTold + (kill_number == kEarlyKills ? kExportedBatches : 0));
    if (kill_number >= kEarlyKills) Dawdle(random);
    ASSERT_EQ(kill(child.pid, SIGKILL), 0);
    const int64_t all_told = told + ReadProgress(child, kBatches);
    const int status = Await(child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the history is too short: exit " << WEXITSTATUS(status);

    const uint64_t now_at = PositionIn(folder.path());
    if (position == 0) {
      if (now_at == 0) ++in_copying;
      if (all_told > static_cast<int64_t>(kExportedBatches)) {
        ASSERT_GE(now_at, static_cast<uint64_t>(all_told)) << "lost what was acknowledged";
      }
    } else {
      ASSERT_GE(now_at, position + static_cast<uint64_t>(all_told)) << "lost what was acknowledged";
      ASSERT_LE(now_at, position + static_cast<uint64_t>(all_told) + 1);
    }
    position = now_at;
    positions.insert(now_at);
  }
  std::printf("%d kills, %d while the first copy was made; %zu positions, the last %llu of %zu\n",
              kKills, in_copying, positions.size(), static_cast<unsigned long long>(position),
              history.size());
  EXPECT_GT(positions.size(), 10u);

  const Child last = StartApplier(folder.path(), history);
  ReadProgress(last, kBatches);
  const int status = Await(last);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;

  testing::TemporaryFolder scratch;
  const auto expected = Store::Open(scratch.path(), /*durable=*/false);
  ASSERT_TRUE(expected.ok());
  ASSERT_TRUE(Apply(**expected, LastStates(history)).ok());
  const auto actual = Replica::Open(folder.path(), RealClock());
  ASSERT_TRUE(actual.ok());
  ASSERT_NE((*actual)->current(), nullptr);
  EXPECT_EQ((*actual)->position()->position.xid(), history.size());
  ExpectEqual(*(*actual)->current(), **expected, testing::At(static_cast<int64_t>(kBatches)));
}

}  // namespace
}  // namespace dateline::query::replica
