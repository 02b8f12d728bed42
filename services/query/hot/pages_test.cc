#include "services/query/hot/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace dateline::query::hot {
namespace {

std::shared_ptr<const Page> PageOf(size_t bytes) {
  auto page = std::make_shared<Page>();
  page->body = std::string(bytes, 'x');
  page->etag = absl::StrCat(bytes);
  return page;
}

TEST(PagesTest, FindsWhatWasPutLast) {
  Pages pages(size_t{1} << 20);
  EXPECT_EQ(pages.Find("a"), nullptr);
  pages.Put("a", PageOf(1'000));
  pages.Put("b", PageOf(2'000));
  pages.Put("a", PageOf(3'000));
  ASSERT_NE(pages.Find("a"), nullptr);
  EXPECT_EQ(pages.Find("a")->etag, "3000");
  EXPECT_EQ(pages.Find("b")->etag, "2000");
  EXPECT_EQ(pages.Find("c"), nullptr);
}

TEST(PagesTest, KeepsWithinItsBytesWhatIsAskedFor) {
  constexpr size_t kBytes = size_t{1} << 20;
  Pages pages(kBytes);
  pages.Put("asked for", PageOf(1'000));
  const std::shared_ptr<const Page> held = pages.Find("asked for");
  for (int i = 0; i < 5'000; ++i) {
    pages.Put(absl::StrCat("other ", i), PageOf(1'000));
    ASSERT_EQ(pages.Find("asked for"), held) << i;
    ASSERT_LE(pages.bytes(), kBytes);
  }
  EXPECT_EQ(pages.Find("other 0"), nullptr);
  EXPECT_NE(pages.Find("other 4999"), nullptr);
}

TEST(PagesTest, DropsAPageThatGrewTooLarge) {
  Pages pages(size_t{1} << 20);
  pages.Put("a", PageOf(1'000));
  pages.Put("a", PageOf(size_t{1} << 20));
  EXPECT_EQ(pages.Find("a"), nullptr);
  EXPECT_EQ(pages.bytes(), 0u);
}

TEST(PagesTest, LeavesAPageToWhoHoldsIt) {
  Pages pages(size_t{64} << 10);
  pages.Put("a", PageOf(1'000));
  const std::shared_ptr<const Page> held = pages.Find("a");
  for (int i = 0; i < 1'000; ++i) pages.Put(absl::StrCat(i), PageOf(1'000));
  EXPECT_EQ(pages.Find("a"), nullptr);
  EXPECT_EQ(held->body, std::string(1'000, 'x'));
}

}  // namespace
}  // namespace dateline::query::hot
