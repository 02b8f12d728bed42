#ifndef DATELINE_TESTS_BENCH_LIST_ARTICLES_H_
#define DATELINE_TESTS_BENCH_LIST_ARTICLES_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

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

inline constexpr int kTopics = 1'000;
inline constexpr double kZipfExponent = 1.07;

// A made-up article of the size of a real one (a card of some 650 bytes, a body of 3 kB), with one
// to four topics and a publish time within the last five years.
catalog::v1::ResourceState MakeArticle(int64_t key, const Zipf& zipf, std::mt19937& random);

catalog::v1::ResourceState MakeTopic(int64_t key);
catalog::v1::ResourceState MakePublication();

}  // namespace dateline::bench

#endif  // DATELINE_TESTS_BENCH_LIST_ARTICLES_H_
