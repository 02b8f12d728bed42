#include "services/ingestion/poll/secret.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temporary_folder.h"

namespace dateline::ingestion::poll {
namespace {

namespace fs = std::filesystem;
using dateline::testing::HasReason;
using dateline::testing::IsOk;

v1::SourceCredentials File(const std::string& file) {
  v1::SourceCredentials credentials;
  credentials.set_file(file);
  return credentials;
}

v1::SourceCredentials Variable(const std::string& name) {
  v1::SourceCredentials credentials;
  credentials.set_environment(name);
  return credentials;
}

// A folder with secrets beside one that is nobody's business.
class SecretTest : public ::testing::Test {
 protected:
  SecretTest() {
    fs::create_directories(root_ / "allowed" / "deep");
    fs::create_directories(root_ / "allowed-not");
    Write("allowed/token", "hush\n");
    Write("allowed/deep/token", "deep");
    Write("outside", "private");
    Write("allowed-not/token", "private");
    fs::create_symlink(root_ / "outside", root_ / "allowed" / "escape");
    fs::create_directory_symlink(root_ / "allowed-not", root_ / "allowed" / "away");
    // As Kubernetes mounts secrets.
    fs::create_directory_symlink("deep", root_ / "allowed" / "..data");
    places_.folder = (root_ / "allowed").string();
  }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(root_ / name) << content;
  }
  void ExpectRefused(const v1::SourceCredentials& credentials, const std::string& field) {
    for (const absl::Status& status :
         {CheckPlace(places_, credentials), ReadSecret(places_, credentials).status()}) {
      EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD))
          << credentials.DebugString();
      EXPECT_NE(status.message().find(field), std::string::npos) << status;
    }
  }

  const dateline::testing::TemporaryFolder folder_;
  const fs::path root_ = folder_.path();
  SecretPlaces places_;
};

TEST_F(SecretTest, ReadsFilesOfTheFolder) {
  for (const std::string& folder : {places_.folder, places_.folder + "/"}) {
    places_.folder = folder;
    EXPECT_EQ(ReadSecret(places_, File("token")).value(), "hush");
    EXPECT_EQ(ReadSecret(places_, File((root_ / "allowed/token").string())).value(), "hush");
    EXPECT_EQ(ReadSecret(places_, File("deep/token")).value(), "deep");
    EXPECT_EQ(ReadSecret(places_, File("..data/token")).value(), "deep");
    EXPECT_THAT(CheckPlace(places_, File("to-come")), IsOk());
    EXPECT_THAT(ReadSecret(places_, File("to-come")),
                HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
    EXPECT_THAT(ReadSecret(places_, File("deep")),
                HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  }
}

TEST_F(SecretTest, RefusesWhatLiesElsewhere) {
  for (const std::string& file :
       {std::string("../outside"), std::string("deep/../../outside"), std::string("/etc/passwd"),
        (root_ / "allowed-not/token").string(), places_.folder, std::string("."),
        places_.folder + "/../outside", std::string("/proc/self/environ")}) {
    ExpectRefused(File(file), "source.credentials.file");
  }
  // By its words it is in the folder.
  for (const char* file : {"escape", "away/token"}) {
    EXPECT_THAT(ReadSecret(places_, File(file)), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  }
  places_.folder.clear();
  ExpectRefused(File((root_ / "allowed/token").string()), "source.credentials.file");
}

TEST_F(SecretTest, TakesVariablesWithThePrefixOnly) {
  ::setenv("DATELINE_CREDENTIAL_WIRE", "hush", 1);
  EXPECT_EQ(ReadSecret(places_, Variable("DATELINE_CREDENTIAL_WIRE")).value(), "hush");
  EXPECT_THAT(CheckPlace(places_, Variable("DATELINE_CREDENTIAL_TO_COME")), IsOk());
  EXPECT_THAT(ReadSecret(places_, Variable("DATELINE_CREDENTIAL_TO_COME")),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  ExpectRefused(Variable("PATH"), "source.credentials.environment");
  ExpectRefused(Variable("DATELINE_DATABASE"), "source.credentials.environment");
  places_.environment_prefix.clear();
  ExpectRefused(Variable("DATELINE_CREDENTIAL_WIRE"), "source.credentials.environment");
}

}  // namespace
}  // namespace dateline::ingestion::poll
