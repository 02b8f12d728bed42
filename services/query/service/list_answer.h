#ifndef DATELINE_SERVICES_QUERY_SERVICE_LIST_ANSWER_H_
#define DATELINE_SERVICES_QUERY_SERVICE_LIST_ANSWER_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "services/query/hot/pages.h"

namespace dateline::query::service {

// An encoded ListArticlesResponse in two parts, one behind the other.
struct ListAnswer {
  std::shared_ptr<const hot::Page> page;
  // Whether the caller has the page's articles already: then only its etag is answered.
  bool unchanged = false;
  std::string tail;

  absl::string_view body() const { return unchanged ? absl::string_view() : page->body; }
};

// What every answer of ListArticles and GetTopicPage has of its own.
struct AnswerTail {
  absl::string_view position;  // its token
  absl::Time now;
  absl::Duration max_age;
  absl::string_view etag;  // empty if it stands in the answer already
};

// Appends it to an encoded answer.
template <typename Response>
void AppendTail(const AnswerTail& tail, std::string* encoded) {
  Response rest;
  rest.set_position(tail.position.data(), tail.position.size());
  *rest.mutable_read_time() = TimeToProto(tail.now);
  *rest.mutable_max_age() = DurationToProto(tail.max_age);
  rest.set_etag(tail.etag.data(), tail.etag.size());
  rest.AppendToString(encoded);
}

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_LIST_ANSWER_H_
