#ifndef DATELINE_SERVICES_CATALOG_STORE_LOG_CHANGE_LOG_H_
#define DATELINE_SERVICES_CATALOG_STORE_LOG_CHANGE_LOG_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/position.pb.h"

namespace dateline::catalog::store {

// The end of the log as of one statement.
struct LogHead {
  content::v1::LogPosition position;  // Just below the oldest transaction that still runs.
  absl::Time at;                      // The primary's clock.
};

// Of which kinds of resources changes are read.
using Kinds = std::set<v1::ResourceKind>;

// Every kind that there is.
Kinds AllKinds();

// One change and where it stands in the log.
struct LoggedChange {
  content::v1::LogPosition position;
  v1::Change change;  // Its `position` is the encoded form of the one above.
};

// Changes behind a position. Rows of one transaction stay together unless they alone are over the
// budget.
struct LogPage {
  std::vector<LoggedChange> changes;  // In the order (xid, seq).
  content::v1::LogPosition end;       // All up to here has been read.
  LogHead head;
};

// Where an export stands: behind the resource `key` of `kind`.
struct ExportCursor {
  v1::ResourceKind kind = v1::RESOURCE_KIND_PUBLICATION;
  int64_t key = 0;
};

// A page of an export; `next` is empty at the end.
struct ExportPage {
  std::vector<v1::ResourceState> states;
  std::optional<ExportCursor> next;
  absl::Time at;
};

// What a reader's filter names, as states and rows have it.
struct FilterKeys {
  std::set<int64_t> publications;
  std::set<int64_t> topics;  // With those that were merged into them.
};

// Figures for health and metrics; cheap.
struct LogStatus {
  LogHead head;
  absl::Duration oldest_writer_age;  // Zero if no writing transaction is open.
};

// How many there are: exact up to 10,000, above that the database's own estimate.
struct ResourceCounts {
  int64_t articles = 0;
  int64_t topics = 0;
};

// The change log and the states that its readers are given. Thread-safe. Every call may also fail
// with DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED; so while the server is no
// primary.
class ChangeLog {
 public:
  virtual ~ChangeLog() = default;

  virtual absl::StatusOr<LogHead> ReadHead(const RequestContext& context) = 0;

  // The changes of `kinds` behind `after`, about `byte_budget` bytes of states at most, but always
  // something if there is something; of no kinds only how far the log has come. Of a resource that
  // changed more than once only the last change of the page carries the state, the others are
  // `superseded`; a takedown never is. POSITION_EXPIRED if `after` is of another log or timeline,
  // or below the log's floor.
  virtual absl::StatusOr<LogPage> ReadChanges(const RequestContext& context,
                                              const content::v1::LogPosition& after,
                                              size_t byte_budget, const Kinds& kinds) = 0;

  // Up to `limit` resources behind `cursor`, of about `byte_budget` bytes, one transaction.
  virtual absl::StatusOr<ExportPage> ReadExportPage(const RequestContext& context,
                                                    const ExportCursor& cursor, v1::ExportView view,
                                                    int limit, size_t byte_budget) = 0;

  // The states of articles by id, in the order of their keys; a tombstone for what readers may not
  // see; nothing for ids that do not exist.
  virtual absl::StatusOr<std::vector<v1::ResourceState>> ReadArticleStates(
      const RequestContext& context, const std::vector<std::string>& ids, v1::ExportView view) = 0;

  // The keys of publications and topics by name, as they are now. RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<FilterKeys> FindFilterKeys(const RequestContext& context,
                                                    const std::vector<std::string>& publications,
                                                    const std::vector<std::string>& topics) = 0;

  // Those of the articles, given by key with a version, that have left one of `topics` by that
  // version or a later one.
  virtual absl::StatusOr<std::set<int64_t>> FindLeavers(const RequestContext& context,
                                                        const std::map<int64_t, int64_t>& articles,
                                                        const std::set<int64_t>& topics) = 0;

  virtual absl::StatusOr<LogStatus> ReadStatus(const RequestContext& context) = 0;

  virtual absl::StatusOr<ResourceCounts> CountResources(const RequestContext& context) = 0;

  // Makes the partitions of the days to come and drops what is older than `retention`. One process
  // at a time does the work; the others return at once.
  virtual absl::Status MaintainPartitions(const RequestContext& context,
                                          absl::Duration retention) = 0;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_LOG_CHANGE_LOG_H_
