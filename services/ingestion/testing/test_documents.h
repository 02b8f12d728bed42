#ifndef DATELINE_SERVICES_INGESTION_TESTING_TEST_DOCUMENTS_H_
#define DATELINE_SERVICES_INGESTION_TESTING_TEST_DOCUMENTS_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

// Documents for tests: small ones made up here, and the shared ones that stand outside of the
// repository.
namespace dateline::ingestion::testing {

// The bytes of a file; empty if there is none.
inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// An RSS 2.0 feed of https://news.example.org with these channel elements and items.
inline std::string Rss(absl::string_view items, absl::string_view channel = "") {
  return absl::StrCat(
      "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'"
      " xmlns:content='http://purl.org/rss/1.0/modules/content/'"
      " xmlns:dc='http://purl.org/dc/elements/1.1/'"
      " xmlns:media='http://search.yahoo.com/mrss/'><channel><title>News</title>"
      "<link>https://news.example.org/</link>",
      channel, items, "</channel></rss>");
}

// An item of such a feed: guid and link made of `id`, and whatever else.
inline std::string RssItem(absl::string_view id, absl::string_view title,
                           absl::string_view rest = "") {
  return absl::StrCat("<item><guid>https://news.example.org/", id, "</guid><link>",
                      "https://news.example.org/", id, "</link><title>", title, "</title>", rest,
                      "</item>");
}

// Skips the test, loudly, if a shared file is not there; fails where everything must be there (CI).
#define DATELINE_REQUIRE_SHARED(path)                               \
  if (!std::filesystem::exists(path)) {                             \
    if (std::getenv("CI") != nullptr) FAIL() << "no file " << path; \
    GTEST_SKIP() << "no file " << path;                             \
  }

}  // namespace dateline::ingestion::testing

#endif  // DATELINE_SERVICES_INGESTION_TESTING_TEST_DOCUMENTS_H_
