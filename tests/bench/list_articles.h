#ifndef DATELINE_TESTS_BENCH_LIST_ARTICLES_H_
#define DATELINE_TESTS_BENCH_LIST_ARTICLES_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "dateline/catalog/v1/changes.pb.h"

namespace dateline::bench {

// Numbers from 1 to n, of which k comes with a weight of 1 / k^s: how topics are spread over
// articles and over readers. pgbench's random_zipfian draws from the same distribution.
class Zipf {
 public:
  Zipf(int n, double s);
  int operator()(std::mt19937& random) const;

 private:
  std::vector<double> cumulative_;
};

inline constexpr int kTopics = 20'000;
// pgbench takes no exponent below this one.
inline constexpr double kZipfExponent = 1.001;

// Topics behind the others, in which articles stand by their numbers. Two of a tenth of all
// articles each, of which one in a hundred is in both; and two that halve all of them.
inline constexpr int kTenth = kTopics + 1;
inline constexpr int kOtherTenth = kTopics + 2;
inline constexpr int kEven = kTopics + 3;
inline constexpr int kOdd = kTopics + 4;
inline constexpr int kAllTopics = kTopics + 4;

// A made-up article with a card of some 650 bytes, a body of `body_words` (450 are 3 kB), one to
// four topics besides those by number, and a publish time.
catalog::v1::ResourceState MakeArticle(int64_t key, const Zipf& zipf, int body_words,
                                       absl::Time published, std::mt19937& random);
// Within the last five years.
absl::Time RandomPast(std::mt19937& random);

catalog::v1::ResourceState MakeTopic(int64_t key);
catalog::v1::ResourceState MakePublication();

}  // namespace dateline::bench

#endif  // DATELINE_TESTS_BENCH_LIST_ARTICLES_H_
