// Lists compared with a plain model under chance: articles, schedules, topic trees, merges,
// filters, orders, folds and page sizes; pages forwards and back, with and without writes between
// them.
//
// DATELINE_OPERATIONS   how many entries of pages are checked (default 20,000)
// DATELINE_SEED         the chance, as it was printed
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/api/proto_time.h"
#include "common/testing/status_matchers.h"
#include "services/query/service/explain_handlers.h"
#include "services/query/service/property_test_world.h"

namespace dateline::query::service {
namespace {

using dateline::testing::IsOk;
using testing::PropertyWorld;

class ListPropertyTest : public ::testing::Test, protected PropertyWorld {
 protected:
  static std::vector<int64_t> KeysOf(const v1::ListArticlesResponse& page) {
    std::vector<int64_t> keys;
    for (const auto& article : page.articles()) {
      keys.push_back(testing::KeyOf(article.name()));
    }
    return keys;
  }

  // All pages from the first to the last, then back to the first. `between` runs between two pages.
  template <typename Between>
  void Walk(v1::ListArticlesRequest request, Between between, std::vector<int64_t>* forwards,
            std::vector<int64_t>* backwards) {
    for (std::vector<int64_t>* keys : {forwards, backwards}) {
      std::string token;
      do {
        const auto page = dateline().List(request);
        ASSERT_THAT(page, IsOk());
        const std::vector<int64_t> found = KeysOf(*page);
        ASSERT_LE(found.size(), static_cast<size_t>(request.page_size()));
        operations_ += 1 + static_cast<int64_t>(found.size());
        if (keys == forwards) {
          keys->insert(keys->end(), found.begin(), found.end());
          token = page->next_page_token();
          last_page_ = found;
        } else {
          keys->insert(keys->begin(), found.begin(), found.end());
          token = page->previous_page_token();
        }
        if (!token.empty()) request.set_page_token(token);
        if (token.empty() && keys == forwards) {
          // The way back begins at the last page, whose own articles it does not repeat.
          *backwards = last_page_;
          if (page->previous_page_token().empty()) return;
          request.set_page_token(page->previous_page_token());
        }
        between();
      } while (!token.empty());
    }
  }

  void CheckWithoutWrites(const v1::ListArticlesRequest& request) {
    const std::vector<int64_t> expected = model().List(request, now());
    std::vector<int64_t> forwards;
    std::vector<int64_t> backwards;
    Walk(
        request, [] {}, &forwards, &backwards);
    ASSERT_EQ(forwards, expected) << request.ShortDebugString();
    ASSERT_EQ(backwards, expected) << request.ShortDebugString();
    const auto page = dateline().List(request);
    ASSERT_THAT(page, IsOk());
    ASSERT_EQ(page->total().size(), model().Count(request, now())) << request.ShortDebugString();
    const bool folded = request.fold_clusters() || request.languages_size() > 0;
    ASSERT_EQ(page->total().exactness(), folded ? v1::EXACTNESS_ESTIMATED : v1::EXACTNESS_EXACT);
  }

  // Of what nobody touched, pages neither repeat nor skip anything, whatever is written meanwhile.
  void CheckWithWrites(v1::ListArticlesRequest request) {
    request.clear_fold_clusters();
    request.clear_languages();
    const std::vector<int64_t> before = model().List(request, now());
    changed().clear();
    std::vector<int64_t> forwards;
    std::vector<int64_t> backwards;
    Walk(
        request,
        [&] {
          if (Chance(2)) WriteArticle(Upto(kArticles));
        },
        &forwards, &backwards);
    const auto untouched = [&](std::vector<int64_t> keys) {
      keys.erase(std::remove_if(keys.begin(), keys.end(),
                                [&](int64_t key) { return changed().contains(key); }),
                 keys.end());
      return keys;
    };
    ASSERT_EQ(untouched(forwards), untouched(before)) << request.ShortDebugString();
    ASSERT_EQ(untouched(backwards), untouched(before)) << request.ShortDebugString();
  }

  // ExplainListing says of every article whether the list holds it, now or at a time to come; a
  // part of the filter may be asked for by an expression.
  void CheckExplained(v1::ListArticlesRequest request) {
    request.clear_fold_clusters();
    request.clear_languages();
    const absl::Time at = now() + absl::Seconds(Chance(2) ? Upto(20) : 0);
    const std::vector<int64_t> listed = model().List(request, at);
    v1::ExplainListingRequest question;
    if (at > now()) *question.mutable_as_of() = TimeToProto(at);
    *question.mutable_filter() = request.filter();
    if (request.filter().labels_size() > 0 && Chance(2)) {
      question.mutable_filter()->clear_labels();
      question.mutable_filter()->set_expression(
          absl::StrCat("publish_time >= 1970-01-01 AND (label = ",
                       absl::StrJoin(request.filter().labels(), " OR label = "), ")"));
    }
    for (const auto& [key, spec] : model().articles) {
      question.set_article(absl::StrCat("articles/a", key));
      v1::ExplainListingResponse explained;
      ASSERT_THAT(explain_.ExplainListing(question, dateline().Call(options::v1::ROLE_PREVIEWER),
                                          &explained),
                  IsOk());
      const bool expected = std::find(listed.begin(), listed.end(), key) != listed.end();
      ASSERT_EQ(explained.listed(), expected) << question.ShortDebugString() << "\n"
                                              << explained.ShortDebugString();
      ++operations_;
    }
  }

  const ExplainHandlers explain_{dateline().replica()};
  std::vector<int64_t> last_page_;
  int64_t operations_ = 0;
};

TEST_F(ListPropertyTest, EqualsThePlainModel) {
  const int64_t wanted = testing::FromEnvironment("DATELINE_OPERATIONS", 20'000);
  while (operations_ < wanted && !HasFatalFailure()) {
    for (int64_t i = Upto(4); i > 0; --i) Write();
    if (Chance(6)) ChangeTopic();
    if (Chance(8)) {
      CheckExplained(AnyRequest());
    } else if (Chance(4)) {
      CheckWithWrites(AnyRequest());
    } else {
      CheckWithoutWrites(AnyRequest());
    }
  }
}

}  // namespace
}  // namespace dateline::query::service
