#ifndef DATELINE_SERVICES_QUERY_SERVICE_READ_OPTIONS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_READ_OPTIONS_H_

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "common/api/stable_bytes.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "services/query/replica/read/fold.h"
#include "services/query/service/view.h"

// The options and answers that all reads share: as_of, read_mask, etag and max_age (design.md,
// section 3).
namespace dateline::query::service {

// For how long an answer may be kept if nothing that it shows ends before.
inline constexpr absl::Duration kMaxAge = absl::Minutes(1);

// Opens a view at the instant that a request asks for in `as_of`, or at the present one. Previewers
// and up only (PERMISSION_DENIED), never in the past (INVALID_FIELD); the errors of View::Open.
template <typename Request>
absl::StatusOr<View> OpenView(replica::Replica& replica, const Request& request,
                              const RequestContext& call) {
  std::optional<absl::Time> as_of;
  if (request.has_as_of()) as_of = TimeFromProto(request.as_of());
  return View::OpenAt(replica, as_of, call.identity());
}

// The fields of an article that are asked for (AIP-157). A value.
class ReadMask {
 public:
  // The fields of an unset mask: all. INVALID_FIELD names what is no field of an article.
  static absl::StatusOr<ReadMask> Of(const google::protobuf::FieldMask& mask);

  // Whether something is to be left out.
  bool any() const { return mask_.paths_size() > 0; }
  // Leaves out of an article, encoded or not, what was not asked for.
  void Trim(content::v1::Article* article) const;
  absl::StatusOr<std::string> Trimmed(absl::string_view encoded) const;

 private:
  google::protobuf::FieldMask mask_;
};

// The etag of an answer with these bytes: a strong validator in quotes (RFC 9110, section 8.8.3).
// `head` and `rest` are hashed one behind the other.
std::string EtagOf(absl::string_view head, absl::string_view rest);

// The instant until which articles stay as they are, as far as a reader can see: the first
// expire_time of those that were shown. What is hidden from him shortens nothing.
class FreshUntil {
 public:
  void Add(const content::v1::Article& shown) {
    if (shown.has_expire_time()) until_ = std::min(until_, TimeFromProto(shown.expire_time()));
  }
  void Add(const FreshUntil& other) { until_ = std::min(until_, other.until_); }
  absl::Time until() const { return until_; }

 private:
  absl::Time until_ = absl::InfiniteFuture();
};

// The max_age at `now` of an answer that stays as it is until `fresh_until`.
absl::Duration MaxAgeOf(absl::Time fresh_until, absl::Time now);
// The same of a view's answer: nothing for a preview, which is of no use to others.
absl::Duration MaxAgeOf(const View& view, const FreshUntil& fresh);

// Whether nobody waits for the answer any more. `call` must outlive it.
std::function<bool()> StopOf(const RequestContext& call);

// Which of articles that belong together a request shows.
template <typename Request>
replica::FoldOptions FoldsOf(const Request& request) {
  return {request.fold_clusters(), {request.languages().begin(), request.languages().end()}};
}

// Fills what every answer says of itself: etag, max_age, position and read_time. An answer whose
// etag is the one that the request has already is emptied first. `response` is otherwise whole.
template <typename Request, typename Response>
void FinishAnswer(const View& view, const Request& request, const FreshUntil& fresh,
                  Response* response) {
  std::string etag = EtagOf("", api::StableBytes(*response));
  if (request.if_none_match() == etag) response->Clear();
  response->set_etag(std::move(etag));
  *response->mutable_max_age() = DurationToProto(MaxAgeOf(view, fresh));
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
}

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_READ_OPTIONS_H_
