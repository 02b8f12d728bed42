// What the change feed promises, under fire: 64 writers with random commit delays and rollbacks,
// readers that start, stop, resume and go from one catalog to another, and a catalog that is
// restarted meanwhile. DATELINE_ROUNDS sets the number of rounds, DATELINE_SEED repeats a run.

#include <grpcpp/create_channel.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <pqxx/pqxx>
#include <random>
#include <set>
#include <thread>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/position/position.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/catalog_server.h"
#include "services/catalog/testing/test_service_stubs.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::PostgresCluster;

constexpr int kSqlWriters = 56;
constexpr int kUpserters = 8;  // Together 64 writers.
constexpr int kWritesEach = 8;
constexpr int kReaders = 8;
constexpr int kTopics = 40;

int FromEnvironment(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

// A cluster with room for the connections of a round and of the one before, which take a moment to
// end.
PostgresCluster& Cluster() {
  static const auto* const cluster = new auto(PostgresCluster::Start({"max_connections = 300"}));
  if (!cluster->ok()) std::abort();
  return ***cluster;
}

using Row = std::tuple<uint64_t, uint64_t, int, int64_t, int64_t>;  // xid, seq, kind, key, version

// Two catalogs on one database, one of which keeps next to nothing in memory, so that its readers
// read from the database. Either may be replaced at any time.
class TwoCatalogs {
 public:
  explicit TwoCatalogs(const std::string& database) : database_(database) {
    for (int i = 0; i < 2; ++i) slots_[i] = Make(i);
  }

  std::shared_ptr<CatalogServer> Get(int i) {
    MutexLock lock(mutex_);
    return slots_[i];
  }

  void Restart(int i) {
    Get(i)->Drain();
    auto fresh = Make(i);
    MutexLock lock(mutex_);
    slots_[i] = std::move(fresh);
  }

 private:
  std::shared_ptr<CatalogServer> Make(int i) {
    CatalogServerOptions options;
    options.database = Cluster().ConnInfo(database_, "dateline_catalog");
    options.connections = kUpserters / 2;
    options.page_token_key = "key";
    options.rpc.drain_timeout = absl::Seconds(5);
    if (i == 1) options.feed.memory_bytes = 4096;
    if (i == 1) options.feed.batch_bytes = 16 << 10;
    auto server = CatalogServer::Start(options, metrics_);
    if (!server.ok()) std::abort();
    return *std::move(server);
  }

  const std::string database_;
  obs::Metrics metrics_;
  Mutex mutex_;
  std::shared_ptr<CatalogServer> slots_[2];
};

// What a reader has learned. Everything is checked as it comes.
struct Reader {
  std::string position;
  std::vector<Row> rows;
  std::map<std::pair<int, int64_t>, int64_t> held;  // Version by resource.
  std::string fault;

  void Fail(const std::string& what) {
    if (fault.empty()) fault = what;
  }

  void Take(const v1::StreamChangesResponse& batch) {
    for (const v1::Change& change : batch.changes()) {
      const auto at = DecodePosition(change.position(), "position");
      if (!at.ok()) return Fail("a change without a position");
      rows.emplace_back(at->xid(), at->seq(), change.kind(), change.key(), change.version());
      if (change.superseded()) {
        if (change.has_state()) Fail("a superseded change with a state");
        continue;
      }
      if (change.state().version() < change.version()) Fail("a state older than its change");
      int64_t& version = held[{change.kind(), change.key()}];
      version = std::max(version, change.state().version());
    }
    position = batch.position();
  }
};

class StreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    seed_ = static_cast<unsigned>(
        FromEnvironment("DATELINE_SEED", static_cast<int>(std::random_device()() & 0x7FFFFFFF)));
    std::printf("DATELINE_SEED=%u\n", seed_);
  }

  void Prepare() {
    database_ = Cluster().NewDatabase();
    pg::PoolOptions options;
    options.conninfo = Cluster().ConnInfo(database_, "dateline_catalog");
    options.size = kSqlWriters;
    pool_ = std::make_unique<pg::Pool>(options);
    catalogs_ = std::make_unique<TwoCatalogs>(database_);
    const auto stubs = StubsOf(*catalogs_->Get(0));
    grpc::ClientContext context;
    v1::CreatePublicationRequest request;
    v1::CreatePublicationResponse response;
    request.set_publication_id("daily");
    request.mutable_publication()->set_title("Daily");
    ASSERT_TRUE(stubs.catalog().CreatePublication(&context, request, &response).ok());
    for (int i = 0; i < kTopics; ++i) {
      grpc::ClientContext topic_context;
      v1::CreateTopicRequest topic;
      v1::CreateTopicResponse made;
      topic.set_topic_id(absl::StrCat("t", i));
      topic.mutable_topic()->set_display_name(absl::StrCat("Topic ", i));
      ASSERT_TRUE(stubs.catalog().CreateTopic(&topic_context, topic, &made).ok());
      start_ = made.position();
    }
  }

  static testing::Stubs StubsOf(CatalogServer& server) {
    // Over TCP: a channel within the process does not survive its server's end.
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxMessageBytes));
    return testing::Stubs(grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server.port()),
                                                    grpc::InsecureChannelCredentials(), arguments));
  }

  // Raises the versions of a few topics, dawdles, and commits or not.
  void WriteSql(unsigned seed) {
    std::mt19937 random(seed);
    for (int n = 0; n < kWritesEach; ++n) {
      std::set<int> topics;
      for (unsigned i = 0; i < 1 + random() % 4; ++i) topics.insert(1 + random() % kTopics);
      const bool roll_back = random() % 4 == 0;
      const double delay = (random() % 8) / 1000.0;
      const auto status = pg::RunTransaction(
          *pool_, RequestContext::Background("writer"), {.max_attempts = 20},
          [&](pqxx::transaction_base& transaction) {
            for (const int key : topics) {
              transaction.exec_params(
                  "WITH t AS (UPDATE catalog.topics SET version = version + 1 WHERE key = $1 "
                  "RETURNING key, version) INSERT INTO catalog.changes (kind, key, version, "
                  "change_kind) SELECT 20, key, version, 2 FROM t",
                  key);
              transaction.exec_params("SELECT pg_sleep($1)", delay);
            }
            return roll_back ? absl::AbortedError("rolled back") : absl::OkStatus();
          });
      if (!status.ok() && !roll_back) ADD_FAILURE() << status;
    }
  }

  // Delivers articles through a catalog; some only to be validated. A catalog that goes down is no
  // fault.
  void WriteArticles(int writer, unsigned seed) {
    std::mt19937 random(seed);
    for (int n = 0; n < kWritesEach; ++n) {
      testing::UpsertBuilder batch(absl::StrCat("s", writer));
      for (unsigned i = 0; i < 1 + random() % 20; ++i) {
        batch.Item(absl::StrCat("e", random() % 10), absl::StrCat("Title ", random() % 1000),
                   absl::StrCat("text ", random()));
        batch.Topic(absl::StrCat("topics/t", random() % kTopics));
      }
      batch.request().set_validate_only(random() % 4 == 0);
      const auto server = catalogs_->Get(random() % 2);
      grpc::ClientContext context;
      v1::BatchUpsertArticlesResponse response;
      const auto status =
          StubsOf(*server).intake().BatchUpsertArticles(&context, batch.request(), &response);
      // A call that comes when the server is going down is cancelled by gRPC.
      if (!status.ok() && status.error_code() != grpc::StatusCode::UNAVAILABLE &&
          status.error_code() != grpc::StatusCode::CANCELLED) {
        ADD_FAILURE() << status.error_message();
      }
    }
  }

  // Follows the log through one catalog and then another until `*target` is reached. Sometimes
  // forgets the last batch, as a reader does that dies before it has stored it.
  void Read(unsigned seed, const std::atomic<bool>& done, const std::string& kinds,
            Reader* reader) {
    std::mt19937 random(seed);
    reader->position = start_;
    while (reader->fault.empty()) {
      const auto server = catalogs_->Get(random() % 2);
      const auto stubs = StubsOf(*server);
      grpc::ClientContext context;
      v1::StreamChangesRequest request;
      request.set_position(reader->position);
      if (kinds == "topics") request.add_kinds(v1::RESOURCE_KIND_TOPIC);
      const auto stream = stubs.changes().StreamChanges(&context, request);
      v1::StreamChangesResponse batch;
      const int batches = 1 + random() % 12;
      bool finished = false;
      for (int i = 0; i < batches && !finished && stream->Read(&batch); ++i) {
        if (i > 0 && random() % 16 == 0) break;
        reader->Take(batch);
        finished = done.load() && Reached(batch.position());
      }
      context.TryCancel();
      const grpc::Status status = stream->Finish();
      if (finished) return;
      if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED &&
          status.error_code() != grpc::StatusCode::UNAVAILABLE) {
        reader->Fail(status.error_message());
      }
    }
  }

  bool Reached(const std::string& position) {
    const auto decoded = DecodePosition(position, "position");
    return decoded.ok() && decoded->xid() >= last_xid_.load();
  }

  std::vector<Row> Truth() {
    std::vector<Row> rows;
    const auto start = DecodePosition(start_, "position");
    const auto status = pg::RunTransaction(
        *pool_, RequestContext::Background("test"), {}, [&](pqxx::transaction_base& transaction) {
          for (const pqxx::row& row : transaction.exec_params(
                   "SELECT xid::text::bigint, seq, kind, key, version FROM catalog.changes "
                   "WHERE (xid, seq) > ($1::xid8, $2::bigint) ORDER BY xid, seq",
                   std::to_string(start->xid()), start->seq())) {
            rows.emplace_back(row[0].as<uint64_t>(), row[1].as<uint64_t>(), row[2].as<int>(),
                              row[3].as<int64_t>(), row[4].as<int64_t>());
          }
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    return rows;
  }

  void Round(unsigned seed) {
    Prepare();
    std::atomic<bool> done{false};
    Reader readers[kReaders];
    std::vector<std::thread> reading, writing;
    for (int i = 0; i < kReaders; ++i) {
      reading.emplace_back([this, &done, &readers, i, seed] {
        Read(seed + 1000 + i, done, i % 4 == 3 ? "topics" : "", &readers[i]);
      });
    }
    for (int i = 0; i < kSqlWriters; ++i) writing.emplace_back([=, this] { WriteSql(seed + i); });
    for (int i = 0; i < kUpserters; ++i) {
      writing.emplace_back([=, this] { WriteArticles(i, seed + 500 + i); });
    }
    catalogs_->Restart(static_cast<int>(seed % 2));
    for (std::thread& thread : writing) thread.join();
    const std::vector<Row> truth = Truth();
    ASSERT_GT(truth.size(), 100u);
    last_xid_ = std::get<0>(truth.back());
    done = true;
    for (std::thread& thread : reading) thread.join();
    Check(truth, readers);
  }

  void Check(const std::vector<Row>& truth, const Reader* readers) {
    std::vector<Row> topics;
    std::map<std::pair<int, int64_t>, int64_t> newest;
    for (const Row& row : truth) {
      if (std::get<2>(row) == v1::RESOURCE_KIND_TOPIC) topics.push_back(row);
      // Not in the order of the log: a transaction that began earlier may have waited for a later
      // one.
      int64_t& version = newest[{std::get<2>(row), std::get<3>(row)}];
      version = std::max(version, std::get<4>(row));
    }
    for (int i = 0; i < kReaders; ++i) {
      SCOPED_TRACE(absl::StrCat("reader ", i));
      EXPECT_EQ(readers[i].fault, "");
      EXPECT_TRUE(readers[i].rows == (i % 4 == 3 ? topics : truth))
          << readers[i].rows.size() << " rows seen, " << truth.size() << " written";
      for (const auto& [resource, version] : readers[i].held) {
        EXPECT_EQ(version, newest[resource]) << resource.first << "/" << resource.second;
      }
    }
  }

  unsigned seed_ = 0;
  std::string database_;
  std::string start_;
  std::atomic<uint64_t> last_xid_{0};
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<TwoCatalogs> catalogs_;
};

TEST_F(StreamTest, EveryRowIsSeenOnceInOneOrderWhateverWritersAndReadersDo) {
  const int rounds = FromEnvironment("DATELINE_ROUNDS", 2);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    Round(seed_ + static_cast<unsigned>(round) * 10'007);
    catalogs_.reset();
    pool_.reset();
  }
}

}  // namespace
}  // namespace dateline::catalog
