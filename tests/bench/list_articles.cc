#include "tests/bench/list_articles.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/clock.h"
#include "common/text/teaser.h"

namespace dateline::bench {
namespace {

using catalog::v1::ResourceState;

constexpr const char* kWords[] = {
    "the",    "minister", "said",   "that",   "pipeline", "talks",  "would",   "resume",
    "in",     "Astana",   "next",   "month",  "after",    "a",      "delay",   "caused",
    "by",     "weather",  "and",    "rising", "prices",   "of",     "grain",   "exports",
    "across", "the",      "region", "while",  "analysts", "remain", "cautious"};

std::string Words(int count, std::mt19937& random) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : " ", kWords[random() % std::size(kWords)]);
  }
  return text;
}

}  // namespace

Zipf::Zipf(int n, double s) {
  double sum = 0;
  for (int k = 1; k <= n; ++k) cumulative_.push_back(sum += 1 / std::pow(k, s));
  for (double& value : cumulative_) value /= sum;
}

int Zipf::operator()(std::mt19937& random) const {
  const double drawn = std::uniform_real_distribution<double>(0, 1)(random);
  const auto found = std::lower_bound(cumulative_.begin(), cumulative_.end(), drawn);
  return static_cast<int>(std::min<std::ptrdiff_t>(
      found - cumulative_.begin() + 1, static_cast<std::ptrdiff_t>(cumulative_.size())));
}

absl::Time RandomPast(std::mt19937& random) {
  constexpr int64_t kFiveYears = int64_t{5} * 365 * 86'400;
  return RealClock()->Now() -
         absl::Seconds(std::uniform_int_distribution<int64_t>(60, kFiveYears)(random));
}

ResourceState MakeArticle(int64_t key, const Zipf& zipf, int body_words, absl::Time published,
                          std::mt19937& random) {
  content::v1::Article article;
  article.set_name(absl::StrCat("articles/a", key, "xq7m2k4v9c3b8n5d1f6g"));
  article.set_publication("publications/bench");
  article.set_path(absl::StrCat("/2024/11/some-headline-in-words-", key));
  article.set_canonical_url(absl::StrCat("https://news.example", article.path()));
  article.set_type(content::v1::ARTICLE_TYPE_ARTICLE);
  article.set_title(Words(9, random));
  article.set_body_text(Words(body_words, random));
  article.set_body_html(absl::StrCat("<p>", article.body_text(), "</p>"));
  article.set_word_count(body_words);
  article.mutable_teaser()->set_text(text::CutTeaser(article.body_text()).text);
  article.mutable_teaser()->set_truncated(true);
  article.mutable_teaser()->set_source(content::v1::TEASER_SOURCE_BODY);
  article.add_bylines()->set_text(Words(2, random));
  article.set_language("en");
  article.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  *article.mutable_publish_time() = TimeToProto(published);
  *article.mutable_first_publish_time() = article.publish_time();
  *article.mutable_modify_time() = article.publish_time();

  ResourceState state;
  state.set_kind(catalog::v1::RESOURCE_KIND_ARTICLE);
  state.set_key(key);
  state.set_version(1);
  state.set_name(article.name());
  catalog::v1::ReplicatedArticle& held = *state.mutable_article();
  held.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  held.set_publication_key(1);
  for (int count = 1 + static_cast<int>(random() % 4); count > 0; --count) {
    const int topic = zipf(random);
    const auto& keys = held.topic_keys();
    if (std::find(keys.begin(), keys.end(), topic) != keys.end()) continue;
    held.add_topic_keys(topic);
    article.add_topics()->set_topic(absl::StrCat("topics/t", topic));
  }
  // Only where it is listed: its card is no larger for that.
  if (key % 10 == 0) held.add_topic_keys(kTenth);
  if (key % 10 == 1 || key % 1'000 == 0) held.add_topic_keys(kOtherTenth);
  held.add_topic_keys(key % 2 == 0 ? kEven : kOdd);
  held.set_live(article.SerializeAsString());
  return state;
}

ResourceState MakeTopic(int64_t key) {
  ResourceState state;
  state.set_kind(catalog::v1::RESOURCE_KIND_TOPIC);
  state.set_key(key);
  state.set_version(1);
  state.set_name(absl::StrCat("topics/t", key));
  state.mutable_topic()->set_name(state.name());
  state.mutable_topic()->set_display_name(absl::StrCat("Topic ", key));
  state.mutable_topic()->set_state(content::v1::TOPIC_STATE_ACTIVE);
  return state;
}

ResourceState MakePublication() {
  ResourceState state;
  state.set_kind(catalog::v1::RESOURCE_KIND_PUBLICATION);
  state.set_key(1);
  state.set_version(1);
  state.set_name("publications/bench");
  state.mutable_publication()->set_name(state.name());
  return state;
}

}  // namespace dateline::bench
