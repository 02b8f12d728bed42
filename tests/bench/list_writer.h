#ifndef DATELINE_TESTS_BENCH_LIST_WRITER_H_
#define DATELINE_TESTS_BENCH_LIST_WRITER_H_

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::bench {

// Applies a recorded stream to a replica, one article in each batch, at a steady rate. From its end
// it begins again with higher versions.
class Writer {
 public:
  // `replica` must outlive it.
  Writer(query::replica::Replica& replica, std::vector<catalog::v1::ResourceState> stream,
         int per_second);
  ~Writer();

  // Articles that were applied, and the processor time of it.
  int64_t applied() const { return applied_; }
  absl::Duration cpu() const { return absl::Nanoseconds(cpu_nanos_.load()); }

 private:
  void Run();

  query::replica::Replica& replica_;
  std::vector<catalog::v1::ResourceState> stream_;
  const absl::Duration interval_;
  std::atomic<bool> stopped_{false};
  std::atomic<int64_t> applied_{0};
  std::atomic<int64_t> cpu_nanos_{0};
  std::thread thread_;
};

}  // namespace dateline::bench

#endif  // DATELINE_TESTS_BENCH_LIST_WRITER_H_
