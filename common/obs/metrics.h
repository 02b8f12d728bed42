#ifndef DATELINE_COMMON_OBS_METRICS_H_
#define DATELINE_COMMON_OBS_METRICS_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
class Collectable;
class Exposer;
}  // namespace prometheus

namespace dateline::obs {

using Labels = std::map<std::string, std::string>;

// The metrics of one process. Metrics live as long as the registry; asking again for the same name
// and labels gives the same one. Names begin with `dateline_`. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  prometheus::Counter& Counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});
  // A histogram of seconds, from 10 µs to 30 s.
  prometheus::Histogram& Latency(const std::string& name, const std::string& help,
                                 const Labels& labels = {});

  std::shared_ptr<prometheus::Registry> registry() const { return registry_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

// `dateline_caught_exceptions_total`: what RunGuarded has caught in this process, read when it is
// collected. Anything but 0 is a fault of the program.
std::shared_ptr<prometheus::Collectable> CaughtExceptionsMetric();

// Serves /metrics over HTTP for as long as it lives: what `metrics` has, and
// CaughtExceptionsMetric.
class MetricsServer {
 public:
  // `address` is host:port; port 0 takes a free one. UNAVAILABLE if the port cannot be bound.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const std::string& address,
                                                              const Metrics& metrics);
  ~MetricsServer();

 private:
  explicit MetricsServer(std::unique_ptr<prometheus::Exposer> exposer);
  const std::shared_ptr<prometheus::Collectable> caught_exceptions_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace dateline::obs

#endif  // DATELINE_COMMON_OBS_METRICS_H_
