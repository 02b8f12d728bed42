#ifndef DATELINE_COMMON_HTML_CLEAN_TEST_UTIL_H_
#define DATELINE_COMMON_HTML_CLEAN_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <string>

#include "common/html/check_clean.h"
#include "common/html/clean.h"
#include "common/text/white_space.h"

namespace dateline::html {

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

// Expects that what was cleaned is accepted as such, that cleaning it changes nothing and tells the
// same words, images and links.
inline void ExpectSettled(const CleanResult& once, const CleanOptions& options) {
  EXPECT_TRUE(CheckClean(once.html, options).ok()) << CheckClean(once.html, options);
  const CleanResult twice = CleanHtml(once.html, options);
  EXPECT_EQ(twice.html, once.html);
  EXPECT_EQ(text::CollapseWhiteSpace(twice.text), text::CollapseWhiteSpace(once.text));
  EXPECT_EQ(twice.word_count, once.word_count);
  EXPECT_EQ(twice.links, once.links);
  ASSERT_EQ(twice.images.size(), once.images.size());
  for (size_t i = 0; i < once.images.size(); ++i) {
    EXPECT_EQ(twice.images[i].url, once.images[i].url);
    EXPECT_EQ(twice.images[i].alt, once.images[i].alt);
  }
}

// Expects each row's result, and that it is settled.
template <size_t kRows>
void ExpectCleans(const CleanCase (&cases)[kRows], const CleanOptions& options = TestOptions()) {
  for (const CleanCase& c : cases) {
    SCOPED_TRACE(c.input);
    const CleanResult once = CleanHtml(c.input, options);
    EXPECT_EQ(once.html, c.expected);
    ExpectSettled(once, options);
  }
}

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_CLEAN_TEST_UTIL_H_
