#include "tests/bench/list_writer.h"

#include <cstdio>
#include <ctime>
#include <utility>

#include "common/base/clock.h"

namespace dateline::bench {
namespace {

int64_t ThreadCpuNanos() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return absl::ToInt64Nanoseconds(absl::DurationFromTimespec(used));
}

}  // namespace

Writer::Writer(query::replica::Replica& replica, std::vector<catalog::v1::ResourceState> stream,
               int per_second)
    : replica_(replica),
      stream_(std::move(stream)),
      interval_(absl::Seconds(1) / per_second),
      thread_([this] { Run(); }) {}

Writer::~Writer() {
  stopped_ = true;
  thread_.join();
}

void Writer::Run() {
  absl::Time due = RealClock()->Now();
  query::replica::Batch batch;
  batch.position = replica_.position()->position;
  for (size_t next = 0; !stopped_; next = (next + 1) % stream_.size()) {
    absl::SleepFor(due - RealClock()->Now());
    due += interval_;
    batch.position.set_xid(batch.position.xid() + 1);
    batch.at = RealClock()->Now();
    batch.states.assign(1, stream_[next]);
    const absl::Status status = replica_.ApplyAndPublish(batch);
    if (!status.ok()) {
      std::fprintf(stderr, "writes end: %s\n", status.ToString().c_str());
      return;
    }
    stream_[next].set_version(stream_[next].version() + 1);
    ++applied_;
    cpu_nanos_ = ThreadCpuNanos();
  }
}

}  // namespace dateline::bench
