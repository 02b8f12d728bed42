#include "services/query/replica/bulk/sorter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temporary_folder.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;

std::vector<std::pair<std::string, std::string>> Sorted(Sorter& sorter) {
  std::vector<std::pair<std::string, std::string>> entries;
  EXPECT_THAT(sorter.ForEach([&](absl::string_view key, absl::string_view value) {
    entries.emplace_back(std::string(key), std::string(value));
    return absl::OkStatus();
  }),
              IsOk());
  return entries;
}

size_t FilesIn(const std::string& folder) {
  size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder)) ++files;
  return files;
}

TEST(SorterTest, SortsAsAMapDoesInMemoryAndThroughFiles) {
  for (const size_t memory : {size_t{1} << 20, size_t{2'000}}) {
    const dateline::testing::TemporaryFolder folder;
    std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same at every run
    std::map<std::string, std::string> expected;
    {
      Sorter sorter(folder.path() + "/sort-", memory);
      for (int i = 0; i < 2'000; ++i) {
        // Keys that are short, that begin one another, that repeat, and with every byte.
        std::string key(1 + random() % 12, static_cast<char>(random() % 3));
        key.back() = static_cast<char>(random());
        const std::string value = absl::StrCat(i);
        ASSERT_THAT(sorter.Add(key, value), IsOk());
        expected[key] = value;
      }
      const auto sorted = Sorted(sorter);
      EXPECT_EQ(sorted, (std::vector<std::pair<std::string, std::string>>(expected.begin(),
                                                                          expected.end())));
      EXPECT_EQ(FilesIn(folder.path()) > 0, memory < 10'000);
    }
    EXPECT_EQ(FilesIn(folder.path()), 0u);
  }
}

TEST(SorterTest, SaysWhenAFileCannotBeWrittenOrRead) {
  const auto fill = [](Sorter& sorter) {
    absl::Status status;
    for (int i = 0; i < 100 && status.ok(); ++i) status = sorter.Add(absl::StrCat("k", i), "value");
    return status;
  };
  Sorter nowhere("/nonexistent/sort-", 500);
  EXPECT_THAT(fill(nowhere), StatusIs(absl::StatusCode::kUnavailable));
  const dateline::testing::TemporaryFolder folder;
  Sorter sorter(folder.path() + "/sort-", 500);
  ASSERT_THAT(fill(sorter), IsOk());
  std::filesystem::resize_file(folder.path() + "/sort-0", 21);
  EXPECT_THAT(sorter.ForEach([](auto, auto) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(SorterTest, EndsWithTheErrorOfWhoReads) {
  Sorter sorter("/nonexistent/sort-", 1'000'000);
  ASSERT_THAT(sorter.Add("a", ""), IsOk());
  EXPECT_THAT(sorter.ForEach([](auto, auto) { return absl::CancelledError("enough"); }),
              StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace dateline::query::replica
