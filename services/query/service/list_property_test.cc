// Lists compared with a plain model under chance: articles, schedules, topic trees, merges,
// filters, orders, folds and page sizes; pages forwards and back, with and without writes between
// them.
//
// DATELINE_OPERATIONS   how many entries of pages are checked (default 20,000)
// DATELINE_SEED         the chance, as it was printed
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"
#include "common/testing/status_matchers.h"
#include "services/query/service/explain_handlers.h"
#include "services/query/service/list_property_test_model.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::IsOk;
using replica::testing::ArticleSpec;
using replica::testing::At;
using testing::Model;

constexpr int64_t kTopics = 8;
constexpr int64_t kArticles = 120;
constexpr int64_t kAuthors = 3;
const char* const kLanguages[] = {"en", "de", "fr", ""};

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoll(value);
}

// The number in `articles/a12`.
int64_t KeyOf(const std::string& name) {
  int64_t key = 0;
  EXPECT_TRUE(absl::SimpleAtoi(absl::StripPrefix(name, "articles/a"), &key)) << name;
  return key;
}

class ListPropertyTest : public ::testing::Test {
 protected:
  ListPropertyTest()
      : seed_(static_cast<uint64_t>(
            FromEnvironment("DATELINE_SEED", static_cast<int64_t>(std::random_device()())))),
        random_(seed_) {
    std::vector<catalog::v1::ResourceState> states = {replica::testing::PublicationState(1)};
    for (int64_t key = 1; key <= kAuthors; ++key) {
      states.push_back(replica::testing::AuthorState(key));
    }
    for (int64_t key = 1; key <= kTopics; ++key) {
      // Parents have lower numbers, so that there is no cycle.
      if (key > 1 && Chance(2)) model_.topics[key].parents = {Upto(key - 1)};
      if (key > 3 && Chance(4)) model_.topics[key].parents.push_back(Upto(key - 1));
      model_.topics[key].version = 1;
      states.push_back(TopicState(key));
    }
    dateline_.Apply(std::move(states));
    for (int i = 0; i < kArticles / 2; ++i) WriteArticle(Upto(kArticles));
  }

  // From 1 to `highest`.
  int64_t Upto(int64_t highest) {
    return std::uniform_int_distribution<int64_t>(1, highest)(random_);
  }
  bool Chance(int64_t in) { return Upto(in) == 1; }
  int64_t Seconds(int64_t from, int64_t to) {
    return now_ + std::uniform_int_distribution<int64_t>(from, to)(random_);
  }

  catalog::v1::ResourceState TopicState(int64_t key) {
    const Model::Topic& topic = model_.topics[key];
    return replica::testing::TopicState(key, topic.version, topic.parents, topic.merged_into);
  }

  void WriteArticle(int64_t key) {
    ArticleSpec spec;
    spec.key = key;
    spec.version = ++versions_[key];
    spec.publish = Seconds(-40, 15);
    if (Chance(6)) spec.embargo = Seconds(-5, 20);
    if (Chance(6)) spec.expire = Seconds(-5, 30);
    if (Chance(5)) spec.modify = Seconds(-40, 5);
    for (int64_t topic = 1; topic <= kTopics; ++topic) {
      if (Chance(4)) spec.topics.push_back(topic);
    }
    for (int64_t author = 1; author <= kAuthors; ++author) {
      if (Chance(3)) spec.authors.push_back(author);
    }
    if (Chance(2)) spec.labels.emplace_back("news");
    if (Chance(4)) spec.labels.emplace_back("opinion");
    spec.language = kLanguages[Upto(4) - 1];
    if (Chance(3)) spec.cluster = absl::StrCat("clusters/c", Upto(8));
    if (Chance(3)) spec.translation_set = absl::StrCat("set-", Upto(8));
    if (Chance(10)) spec.state = content::v1::ARTICLE_STATE_WITHDRAWN;
    if (Chance(6)) {
      spec.scheduled = Seconds(1, 20);
      spec.scheduled_publish = Seconds(-40, 15);
    }
    model_.articles[key] = spec;
    changed_.insert(key);
    dateline_.Apply({StateOf(spec)});
  }

  void DeleteArticle() {
    if (model_.articles.empty()) return;
    auto found = model_.articles.lower_bound(Upto(kArticles));
    if (found == model_.articles.end()) found = model_.articles.begin();
    const int64_t key = found->first;
    model_.articles.erase(found);
    changed_.insert(key);
    dateline_.Apply(
        {replica::testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, key, ++versions_[key],
                                     absl::StrCat("articles/a", key))});
  }

  void ChangeTopic() {
    const int64_t key = Upto(kTopics - 1) + 1;
    Model::Topic& topic = model_.topics[key];
    ++topic.version;
    if (topic.merged_into == 0 && Chance(6)) {
      topic.merged_into = model_.Resolved(Upto(key - 1));
      topic.parents.clear();
    } else if (topic.merged_into == 0) {
      topic.parents = {Upto(key - 1)};
    } else {
      topic.merged_into = 0;
    }
    dateline_.Apply({TopicState(key)});
  }

  void Write() {
    const int64_t what = Upto(10);
    if (what <= 7) {
      WriteArticle(Upto(kArticles));
    } else if (what <= 9) {
      DeleteArticle();
    } else {
      dateline_.clock().Advance(absl::Seconds(1));
      ++now_;
    }
  }

  v1::ListArticlesRequest AnyRequest() {
    v1::ListArticlesRequest request;
    auto& filter = *request.mutable_filter();
    if (Chance(2)) filter.add_any_topics(absl::StrCat("topics/t", Upto(kTopics)));
    request.set_order(static_cast<v1::ListOrder>(Upto(3)));
    if (filter.any_topics_size() > 0 && Chance(2)) filter.set_include_descendants(true);
    if (request.order() != v1::LIST_ORDER_MODIFIED) {
      if (Chance(4)) filter.add_any_topics(absl::StrCat("topics/t", Upto(kTopics)));
      if (Chance(4)) filter.add_no_topics(absl::StrCat("topics/t", Upto(kTopics)));
      if (Chance(4)) filter.add_labels("news");
      if (Chance(8)) filter.add_labels("opinion");
      if (Chance(4)) filter.add_authors(absl::StrCat("authors/p", Upto(kAuthors)));
      if (Chance(6)) filter.add_languages("en");
      if (Chance(5)) *filter.mutable_publish_time_from() = TimeToProto(At(Seconds(-30, 0)));
      if (Chance(5)) *filter.mutable_publish_time_to() = TimeToProto(At(Seconds(-20, 10)));
    }
    if (Chance(3)) request.set_fold_clusters(true);
    if (Chance(4)) request.add_languages("fr");
    if (request.languages_size() > 0 && Chance(2)) request.add_languages("de");
    request.set_page_size(static_cast<int32_t>(Upto(12)));
    request.set_total(v1::TOTAL_MODE_COUNT);
    return request;
  }

  static std::vector<int64_t> KeysOf(const v1::ListArticlesResponse& page) {
    std::vector<int64_t> keys;
    for (const auto& article : page.articles()) {
      keys.push_back(KeyOf(article.name()));
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
        const auto page = dateline_.List(request);
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
    const std::vector<int64_t> expected = model_.List(request, At(now_));
    std::vector<int64_t> forwards;
    std::vector<int64_t> backwards;
    Walk(
        request, [] {}, &forwards, &backwards);
    ASSERT_EQ(forwards, expected) << request.ShortDebugString();
    ASSERT_EQ(backwards, expected) << request.ShortDebugString();
    const auto page = dateline_.List(request);
    ASSERT_THAT(page, IsOk());
    ASSERT_EQ(page->total().size(), model_.Count(request, At(now_))) << request.ShortDebugString();
    const bool folded = request.fold_clusters() || request.languages_size() > 0;
    ASSERT_EQ(page->total().exactness(), folded ? v1::EXACTNESS_ESTIMATED : v1::EXACTNESS_EXACT);
  }

  // Of what nobody touched, pages neither repeat nor skip anything, whatever is written meanwhile.
  void CheckWithWrites(v1::ListArticlesRequest request) {
    request.clear_fold_clusters();
    request.clear_languages();
    const std::vector<int64_t> before = model_.List(request, At(now_));
    changed_.clear();
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
                                [&](int64_t key) { return changed_.contains(key); }),
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
    const int64_t at = now_ + (Chance(2) ? Upto(20) : 0);
    const std::vector<int64_t> listed = model_.List(request, At(at));
    v1::ExplainListingRequest question;
    if (at > now_) *question.mutable_as_of() = TimeToProto(At(at));
    *question.mutable_filter() = request.filter();
    if (request.filter().labels_size() > 0 && Chance(2)) {
      question.mutable_filter()->clear_labels();
      question.mutable_filter()->set_expression(
          absl::StrCat("publish_time >= 1970-01-01 AND (label = ",
                       absl::StrJoin(request.filter().labels(), " OR label = "), ")"));
    }
    for (const auto& [key, spec] : model_.articles) {
      question.set_article(absl::StrCat("articles/a", key));
      v1::ExplainListingResponse explained;
      ASSERT_THAT(explain_.ExplainListing(question, dateline_.Call(options::v1::ROLE_PREVIEWER),
                                          &explained),
                  IsOk());
      const bool expected = std::find(listed.begin(), listed.end(), key) != listed.end();
      ASSERT_EQ(explained.listed(), expected) << question.ShortDebugString() << "\n"
                                              << explained.ShortDebugString();
      ++operations_;
    }
  }

  const uint64_t seed_;
  std::mt19937_64 random_;
  testing::Model model_;
  query::testing::HandlersFixture dateline_;
  const ExplainHandlers explain_{dateline_.replica()};
  std::map<int64_t, int64_t> versions_;
  std::set<int64_t> changed_;
  std::vector<int64_t> last_page_;
  int64_t now_ = 0;  // seconds after Epoch()
  int64_t operations_ = 0;
};

TEST_F(ListPropertyTest, EqualsThePlainModel) {
  const int64_t wanted = FromEnvironment("DATELINE_OPERATIONS", 20'000);
  std::printf("seed %llu, %lld operations\n", static_cast<unsigned long long>(seed_),
              static_cast<long long>(wanted));
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
