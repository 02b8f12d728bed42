// Suggestions compared with a plain model under chance: topics named, renamed, merged, dismissed
// and brought back, articles that come and go, prefixes of what is there, and page sizes.
//
// DATELINE_OPERATIONS   how many suggestions are checked (default 3,000)
// DATELINE_SEED         the chance, as it was printed
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/testing/status_matchers.h"
#include "services/query/service/suggest_handlers.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::IsOk;
using replica::testing::StateOf;

constexpr int64_t kTopics = 30;
constexpr int64_t kArticles = 40;
// A word as it is written and as it is folded.
struct Word {
  const char* written;
  const char* folded;
};
// Few, so that names share beginnings.
const Word kWords[] = {{"Rain", "rain"}, {"ra", "ra"},     {"RÄIN", "rain"},
                       {"São", "sao"},   {"Sand", "sand"}, {"a", "a"}};
constexpr int64_t kWordCount = sizeof(kWords) / sizeof(kWords[0]);

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoll(value);
}

// What the catalog has of a topic, in plain memory.
struct ModelTopic {
  content::v1::TopicState state = content::v1::TOPIC_STATE_ACTIVE;
  int64_t merged_into = 0;
  std::vector<std::string> names;   // as written: the display name, then aliases
  std::vector<std::string> folded;  // the same
};

class SuggestPropertyTest : public ::testing::Test {
 protected:
  SuggestPropertyTest()
      : seed_(static_cast<uint64_t>(
            FromEnvironment("DATELINE_SEED", static_cast<int64_t>(std::random_device()())))),
        random_(seed_) {
    dateline_.Apply({replica::testing::PublicationState(1)});
  }

  // From 1 to `highest`.
  int64_t Upto(int64_t highest) {
    return std::uniform_int_distribution<int64_t>(1, highest)(random_);
  }

  const Word& AnyWord() { return kWords[Upto(kWordCount) - 1]; }

  void WriteTopic(int64_t key) {
    ModelTopic& topic = topics_[key];
    topic = {};
    for (int64_t names = Upto(3); names > 0; --names) {
      std::vector<std::string> written;
      std::vector<std::string> folded;
      for (int64_t words = Upto(3); words > 0; --words) {
        const Word& word = AnyWord();
        written.emplace_back(word.written);
        folded.emplace_back(word.folded);
      }
      topic.names.push_back(absl::StrJoin(written, " "));
      topic.folded.push_back(absl::StrJoin(folded, " "));
    }
    // Into one with a lower number, so that there is no cycle.
    if (key > 1 && Upto(4) == 1) {
      topic.state = content::v1::TOPIC_STATE_MERGED;
      topic.merged_into = Upto(key - 1);
    } else if (Upto(6) == 1) {
      topic.state =
          Upto(2) == 1 ? content::v1::TOPIC_STATE_PROPOSED : content::v1::TOPIC_STATE_DELETED;
    }
    auto state = replica::testing::TopicState(key, ++versions_[key], {}, topic.merged_into);
    state.mutable_topic()->set_state(topic.state);
    state.mutable_topic()->set_display_name(topic.names[0]);
    for (size_t i = 1; i < topic.names.size(); ++i) {
      state.mutable_topic()->add_aliases(topic.names[i]);
    }
    dateline_.Apply({state});
  }

  // An article of one topic, or of one that is not there yet.
  void WriteArticle() {
    const int64_t key = Upto(kArticles);
    articles_[key] = Upto(kTopics);
    dateline_.Apply(
        {StateOf({.key = key, .version = ++article_versions_[key], .topics = {articles_[key]}})});
  }

  // The topic that stands for one; one that is not there stands for itself.
  int64_t Resolved(int64_t key) const {
    for (auto found = topics_.find(key);
         found != topics_.end() && found->second.state == content::v1::TOPIC_STATE_MERGED &&
         topics_.contains(found->second.merged_into);
         found = topics_.find(key)) {
      key = found->second.merged_into;
    }
    return key;
  }

  // How many articles stand under a topic.
  int64_t Uses(int64_t key) const {
    return std::count_if(articles_.begin(), articles_.end(),
                         [&](const auto& article) { return Resolved(article.second) == key; });
  }

  // The topics that a folded prefix finds, with whether one of their names is the prefix itself.
  std::map<int64_t, bool> Matches(const std::string& prefix) const {
    std::map<int64_t, bool> matches;
    for (const auto& [key, topic] : topics_) {
      if (topic.state != content::v1::TOPIC_STATE_ACTIVE &&
          topic.state != content::v1::TOPIC_STATE_MERGED) {
        continue;
      }
      const auto target = topics_.find(Resolved(key));
      if (target->second.state != content::v1::TOPIC_STATE_ACTIVE) continue;
      for (const std::string& name : topic.folded) {
        if (absl::StrContains(absl::StrCat(" ", name), absl::StrCat(" ", prefix))) {
          matches[target->first] |= name == prefix;
        }
      }
    }
    return matches;
  }

  void Check() {
    const Word& word = AnyWord();
    const Word& next = AnyWord();
    v1::SuggestTopicsRequest request;
    request.set_prefix(Upto(2) == 1 ? word.written : absl::StrCat(word.written, " ", next.written));
    const std::string folded = request.prefix() == word.written
                                   ? word.folded
                                   : absl::StrCat(word.folded, " ", next.folded);
    request.set_page_size(static_cast<int32_t>(Upto(7)));
    const std::map<int64_t, bool> expected = Matches(folded);
    std::set<int64_t> found;
    std::pair<bool, int64_t> last = {true, kArticles};
    do {
      v1::SuggestTopicsResponse page;
      ASSERT_THAT(suggest_.SuggestTopics(request, dateline_.Call(), &page), IsOk());
      ASSERT_LE(page.topics_size(), request.page_size());
      for (const auto& topic : page.topics()) {
        const int64_t key = std::atoll(topic.name().c_str() + sizeof("topics/t") - 1);
        ASSERT_TRUE(found.insert(key).second) << topic.name() << " twice";
        ASSERT_EQ(expected.count(key), 1U) << request.prefix() << " found " << topic.name();
        const std::pair<bool, int64_t> rank = {expected.at(key), Uses(key)};
        ASSERT_LE(rank, last) << topic.name() << " stands too low";
        last = rank;
      }
      request.set_page_token(page.next_page_token());
      ++operations_;
    } while (!request.page_token().empty());
    ASSERT_EQ(found.size(), expected.size()) << request.prefix();
  }

  const uint64_t seed_;
  std::mt19937_64 random_;
  query::testing::HandlersFixture dateline_;
  const tokens::PageTokenCodec codec_{"a key for tests"};
  const SuggestHandlers suggest_{dateline_.replica(), codec_};
  std::map<int64_t, ModelTopic> topics_;
  std::map<int64_t, int64_t> versions_;
  std::map<int64_t, int64_t> articles_;  // the topic of each
  std::map<int64_t, int64_t> article_versions_;
  int64_t operations_ = 0;
};

TEST_F(SuggestPropertyTest, EqualsThePlainModel) {
  const int64_t wanted = FromEnvironment("DATELINE_OPERATIONS", 3'000);
  std::printf("seed %llu, %lld operations\n", static_cast<unsigned long long>(seed_),
              static_cast<long long>(wanted));
  while (operations_ < wanted && !HasFatalFailure()) {
    for (int64_t i = Upto(3); i > 0; --i) {
      if (Upto(2) == 1) {
        WriteTopic(Upto(kTopics));
      } else {
        WriteArticle();
      }
    }
    for (int64_t i = Upto(4); i > 0 && !HasFatalFailure(); --i) Check();
  }
}

}  // namespace
}  // namespace dateline::query::service
