#include "services/ingestion/purge/takedown_purger.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/obs/log.h"

namespace dateline::ingestion::purge {
namespace {

constexpr absl::Duration kFirstPause = absl::Seconds(1);

}  // namespace

TakedownPurger::TakedownPurger(TakedownPort& catalog, store::RejectPurge& rejects,
                               absl::Duration interval)
    : catalog_(catalog),
      rejects_(rejects),
      interval_(interval),
      worker_([this](Worker&) { return Step(); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "purging after takedowns threw", {{"error", what}});
              }) {}

absl::Duration TakedownPurger::Step() {
  const absl::Status status = Sweep(RequestContext::Background("takedowns"));
  if (status.ok()) {
    failures_ = 0;
    return interval_;
  }
  if (failures_ == 0) {
    obs::Log(obs::Level::kWarning, "cannot purge what was taken down",
             {{"error", status.message()}});
  }
  return BackOff(std::min(kFirstPause, interval_), failures_++, interval_);
}

absl::Status TakedownPurger::Sweep(const RequestContext& context) {
  DATELINE_RETURN_IF_ERROR(catalog_.Register(context));
  std::string page_token;
  do {
    DATELINE_ASSIGN_OR_RETURN(const catalog::v1::ListArticlesResponse page,
                              catalog_.ListTakenDown(context, page_token));
    for (const catalog::v1::ArticleRecord& record : page.records()) {
      if (done_.count(record.name()) > 0) continue;
      DATELINE_RETURN_IF_ERROR(Purge(context, record));
      done_.insert(record.name());
    }
    page_token = page.next_page_token();
  } while (!page_token.empty());
  return absl::OkStatus();
}

absl::Status TakedownPurger::Purge(const RequestContext& context,
                                   const catalog::v1::ArticleRecord& record) {
  for (const catalog::v1::Origin& origin : record.origins()) {
    DATELINE_RETURN_IF_ERROR(rejects_.Purge(context, origin.source(), origin.entry_id()));
  }
  return catalog_.Acknowledge(context, record.name());
}

}  // namespace dateline::ingestion::purge
