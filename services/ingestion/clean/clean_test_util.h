#ifndef DATELINE_SERVICES_INGESTION_CLEAN_CLEAN_TEST_UTIL_H_
#define DATELINE_SERVICES_INGESTION_CLEAN_CLEAN_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <string>

#include "services/ingestion/clean/clean.h"

namespace dateline::ingestion {

// A row of a table of cleaning cases.
struct CleanCase {
  const char* input;
  const char* expected;
};

// Options of most cases: a base, default embed hosts, and no rel so that the rows stay short.
inline CleanOptions TestOptions() {
  CleanOptions options;
  options.base_url = "https://a.example/d/p";
  options.link_rel = "";
  options.embed_hosts = DefaultEmbedHosts();
  return options;
}

// Expects each row's result, and that cleaning the result changes nothing.
template <size_t kRows>
void ExpectCleans(const CleanCase (&cases)[kRows], const CleanOptions& options = TestOptions()) {
  for (const CleanCase& c : cases) {
    const std::string once = CleanHtml(c.input, options).html;
    EXPECT_EQ(once, c.expected) << "input: " << c.input;
    EXPECT_EQ(CleanHtml(once, options).html, once) << "input: " << c.input;
  }
}

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_CLEAN_CLEAN_TEST_UTIL_H_
