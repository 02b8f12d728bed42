#include "common/rpc/app/app.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace dateline::rpc {
namespace {

class FakeServer final : public Running {
 public:
  explicit FakeServer(bool* drained) : drained_(drained) {}
  int port() const override { return 1; }
  void Drain() override { *drained_ = true; }

 private:
  bool* const drained_;
};

// Runs a server's program; a signal waits for it from its start.
int RunWith(std::vector<std::string> words, bool* drained, ServerOptions* seen = nullptr) {
  App app({"test", "A server.", "1", 0, 0, /*has_peers=*/true});
  words.insert(words.begin(), "dateline-test");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return app.Run(static_cast<int>(argv.size()), argv.data(),
                 [&](obs::Metrics&) -> absl::StatusOr<std::unique_ptr<Running>> {
                   if (seen != nullptr) *seen = app.server();
                   if (app.server().address == "127.0.0.1:1") {
                     return absl::UnavailableError("the port is in use");
                   }
                   kill(getpid(), SIGTERM);
                   return std::make_unique<FakeServer>(drained);
                 });
}

TEST(AppTest, RunsUntilASignalAndDrains) {
  bool drained = false;
  ServerOptions seen;
  EXPECT_EQ(RunWith({"--local-roles=reader", "--drain-timeout=3s"}, &drained, &seen), 0);
  EXPECT_TRUE(drained);
  EXPECT_EQ(seen.drain_timeout, absl::Seconds(3));
}

TEST(AppTest, RefusesWrongSettings) {
  bool drained = false;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--local-roles=boss"},
           {"--log-level=loud"},
           {"--tls-key=k.pem"},
           {"--tls-certificate=c.pem", "--tls-key=k.pem"},
           {"--tls-certificate=c.pem", "--tls-key=k.pem", "--caller-roles=/nowhere"},
           {"--peer-key=k.pem"},
           {"--unknown"}}) {
    EXPECT_EQ(RunWith(words, &drained), 2) << words[0];
  }
  EXPECT_FALSE(drained);
}

TEST(AppTest, SaysThatItCannotStart) {
  bool drained = false;
  EXPECT_EQ(RunWith({"--listen=127.0.0.1:1"}, &drained), 1);
  EXPECT_EQ(RunWith({"--version"}, &drained), 0);
  EXPECT_FALSE(drained);
}

}  // namespace
}  // namespace dateline::rpc
