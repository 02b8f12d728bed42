#include "common/testing/postgres_cluster.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "common/pg/migrate.h"

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4 loses the result of a statement during which the connection broke: it asks for the
// connection's encoding, which throws then, before the result is anybody's.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult"; }
#endif

namespace dateline::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kBin[] = "/usr/lib/postgresql/15/bin/";
constexpr char kTemplate[] = "dateline_template";

// The account that PostgreSQL runs as when the tests run as root.
const passwd* ServerAccount() {
  if (geteuid() != 0) return nullptr;
  const passwd* account = getpwnam("postgres");
  return account != nullptr ? account : getpwnam("nobody");
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

// Starts a program as the server's account, its output appended to `log`.
pid_t Spawn(const std::vector<std::string>& command, const std::string& folder,
            const std::string& log) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const passwd* const account = ServerAccount();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  if (chdir(folder.c_str()) != 0) _exit(126);
  if (account != nullptr && (setgroups(0, nullptr) != 0 || setgid(account->pw_gid) != 0 ||
                             setuid(account->pw_uid) != 0)) {
    _exit(126);
  }
  // SIGQUIT is PostgreSQL's immediate shutdown. Set after setuid, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent) _exit(0);
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

std::string PostgresCluster::LogTail() const {
  std::ifstream in(folder_ + "/log");
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return text.size() > 2'000 ? text.substr(text.size() - 2'000) : text;
}

absl::Status PostgresCluster::RunTool(const std::vector<std::string>& command) const {
  const pid_t pid = Spawn(command, folder_, folder_ + "/log");
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
    return absl::UnavailableError(absl::StrCat(command[0], " failed: ", LogTail()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<PostgresCluster>> PostgresCluster::Start(
    const std::vector<std::string>& settings) {
  std::unique_ptr<PostgresCluster> cluster(new PostgresCluster);
  DATELINE_RETURN_IF_ERROR(cluster->Initialise(settings));
  DATELINE_RETURN_IF_ERROR(cluster->Launch());
  return cluster;
}

namespace {

// A short path: a Unix socket's ends at 107 bytes.
absl::StatusOr<std::string> MakeFolder() {
  char name[] = "/tmp/dateline-pg-XXXXXX";
  if (mkdtemp(name) == nullptr) return absl::UnavailableError("cannot make a folder in /tmp");
  if (const passwd* account = ServerAccount()) {
    if (chown(name, account->pw_uid, account->pw_gid) != 0) {
      return absl::UnavailableError("cannot give the folder to the server's account");
    }
  }
  return std::string(name);
}

}  // namespace

absl::Status PostgresCluster::Initialise(const std::vector<std::string>& settings) {
  DATELINE_ASSIGN_OR_RETURN(folder_, MakeFolder());
  DATELINE_RETURN_IF_ERROR(
      RunTool({absl::StrCat(kBin, "initdb"), "--pgdata=data", "--username=dateline", "--auth=trust",
               "--no-sync", "--encoding=UTF8", "--locale=C"}));
  port_ = FreePort();
  std::ofstream conf(folder_ + "/data/postgresql.conf", std::ios::app);
  conf << "listen_addresses='127.0.0.1'\nport=" << port_ << "\nunix_socket_directories='" << folder_
       << "'\nfsync=off\nfull_page_writes=off\nmax_connections=200\nshared_buffers=64MB\n"
       << "wal_level=replica\nmax_wal_senders=4\nhot_standby=on\nmax_prepared_transactions=0\n"
       << "shared_preload_libraries=pg_stat_statements\n";  // For tests that count statements.
  for (const std::string& line : settings) conf << line << "\n";
  return absl::OkStatus();
}

absl::Status PostgresCluster::Launch() {
  pid_ =
      Spawn({absl::StrCat(kBin, "postgres"), "-D", folder_ + "/data"}, folder_, folder_ + "/log");
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (absl::Now() < deadline) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) break;
    try {
      pqxx::connection probe(ConnInfo("postgres"));
      return absl::OkStatus();
    } catch (const std::exception&) {
      // Not yet; PostgreSQL tells nobody when it is ready, so it is asked again.
      absl::SleepFor(absl::Milliseconds(20));
    }
  }
  pid_ = -1;
  return absl::UnavailableError(absl::StrCat("PostgreSQL did not start: ", LogTail()));
}

PostgresCluster::~PostgresCluster() {
  Kill();
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

PostgresCluster& PostgresCluster::Shared() {
  static const std::unique_ptr<PostgresCluster> cluster = [] {
    auto started = Start();
    if (!started.ok()) {
      std::fprintf(stderr, "%s\n", started.status().ToString().c_str());
      std::abort();
    }
    return *std::move(started);
  }();
  return *cluster;
}

std::string PostgresCluster::ConnInfo(const std::string& database, const std::string& user) const {
  return absl::StrCat("host=", folder_, " port=", port_, " dbname=", database, " user=", user);
}

absl::Status PostgresCluster::CreateDatabase(const std::string& name) const {
  try {
    pqxx::connection connection(ConnInfo("postgres"));
    pqxx::nontransaction(connection).exec(absl::StrCat("CREATE DATABASE ", name));
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::UnavailableError(error.what());
  }
}

absl::Status PostgresCluster::CreateMigratedDatabase(const std::string& name) {
  if (!has_template_) {
    DATELINE_RETURN_IF_ERROR(CreateDatabase(kTemplate));
    DATELINE_ASSIGN_OR_RETURN(const auto migrations, pg::ReadMigrations(DATELINE_MIGRATIONS_DIR));
    DATELINE_RETURN_IF_ERROR(pg::Migrate(ConnInfo(kTemplate), migrations).status());
    has_template_ = true;
  }
  try {
    pqxx::connection connection(ConnInfo("postgres"));
    pqxx::nontransaction(connection)
        .exec(absl::StrCat("CREATE DATABASE ", name, " TEMPLATE ", kTemplate));
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::UnavailableError(error.what());
  }
}

std::string PostgresCluster::NewDatabase() {
  std::string name = absl::StrCat("test_", ++databases_);
  const absl::Status status = CreateMigratedDatabase(name);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::abort();
  }
  return name;
}

void PostgresCluster::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGQUIT);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
}

absl::Status PostgresCluster::Restart() {
  Kill();
  return Launch();
}

absl::StatusOr<std::unique_ptr<PostgresCluster>> PostgresCluster::MakeStandby() {
  std::unique_ptr<PostgresCluster> standby(new PostgresCluster);
  DATELINE_ASSIGN_OR_RETURN(standby->folder_, MakeFolder());
  DATELINE_RETURN_IF_ERROR(
      standby->RunTool({absl::StrCat(kBin, "pg_basebackup"), "-h", folder_, "-p",
                        absl::StrCat(port_), "-U", "dateline", "-D", standby->folder_ + "/data",
                        "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"}));
  standby->port_ = FreePort();
  std::ofstream conf(standby->folder_ + "/data/postgresql.conf", std::ios::app);
  conf << "port=" << standby->port_ << "\nunix_socket_directories='" << standby->folder_ << "'\n";
  conf.close();
  DATELINE_RETURN_IF_ERROR(standby->Launch());
  return standby;
}

absl::Status PostgresCluster::Promote() {
  return RunTool({absl::StrCat(kBin, "pg_ctl"), "promote", "-w", "-D", folder_ + "/data"});
}

}  // namespace dateline::testing
