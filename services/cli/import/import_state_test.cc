#include "services/cli/import/import_state.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"

namespace dateline::cli {
namespace {

using dateline::testing::IsOk;
namespace fs = std::filesystem;

class ImportStateTest : public ::testing::Test {
 protected:
  ImportStateTest() {
    fs::create_directories(folder_);
    std::ofstream(file_) << "content";
  }
  ~ImportStateTest() override { fs::remove_all(folder_); }

  const std::string folder_ =
      (fs::temp_directory_path() / absl::StrCat("dateline-state-", getpid())).string();
  const std::string file_ = folder_ + "/stories.jsonl";
};

TEST_F(ImportStateTest, KeepsHowFarAnImportIs) {
  const ImportState state(folder_ + "/deep/below", file_, "options");
  EXPECT_FALSE(state.Load().has_value());
  ImportProgress progress;
  progress.lines = 12;
  progress.end = int64_t{1} << 40;
  progress.counts.set_created(10);
  progress.counts.set_rejected(2);
  ASSERT_THAT(state.Save(progress), IsOk());
  progress.lines = 13;
  ASSERT_THAT(state.Save(progress), IsOk());
  const auto loaded = ImportState(folder_ + "/deep/below", file_, "options").Load();
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->lines, 13);
  EXPECT_EQ(loaded->end, int64_t{1} << 40);
  EXPECT_EQ(loaded->counts.created(), 10);
  EXPECT_EQ(loaded->counts.rejected(), 2);
  state.Forget();
  EXPECT_FALSE(state.Load().has_value());
}

TEST_F(ImportStateTest, AnotherFileOrOtherOptionsAreAnotherImport) {
  const ImportState state(folder_, file_, "options");
  ASSERT_THAT(state.Save({}), IsOk());
  EXPECT_FALSE(ImportState(folder_, file_, "other").Load().has_value());
  std::ofstream(file_, std::ios::app) << "more";
  EXPECT_FALSE(ImportState(folder_, file_, "options").Load().has_value());
}

TEST_F(ImportStateTest, ADamagedRecordIsNone) {
  const ImportState state(folder_, file_, "options");
  ASSERT_THAT(state.Save({}), IsOk());
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() == ".json") std::ofstream(entry.path()) << "{\"lines\": 1";
  }
  EXPECT_FALSE(state.Load().has_value());
}

TEST(StateFolder, FollowsTheEnvironment) {
  EXPECT_EQ(StateFolder("/x", "/h/a"), "/x/dateline");
  EXPECT_EQ(StateFolder("", "/h/a"), "/h/a/.local/state/dateline");
  EXPECT_NE(StateFolder("", ""), "");
}

}  // namespace
}  // namespace dateline::cli
