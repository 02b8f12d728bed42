#include "services/query/watch/sync_handlers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/api/stable_bytes.h"
#include "common/base/fnv.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/read/list.h"
#include "services/query/service/filter.h"
#include "services/query/watch/changes.h"

namespace dateline::query::watch {
namespace {

constexpr char kFingerprint[] = "sync";
constexpr char kField[] = "sync_token";
constexpr char kBeginAnew[] =
    "what has changed since, such as a merge of topics, cannot be told one by one; begin a new "
    "copy";
// The bound of the contract.
constexpr size_t kMaxTokenBytes = 2'048;
// Entries of the journal that one call looks through.
constexpr int kMaxEntries = 20'000;

// Where a device is.
struct Place {
  std::string after;  // the first copy: behind this place of the list; empty: that is whole
  bool listing = true;
  std::string copy_id;
  uint64_t number = 0;                // of that copy: entries up to it are told
  content::v1::LogPosition position;  // all up to it is told, on any copy
  uint64_t print = 0;                 // of what the filter stood for
  // What the first call asked for: filter, fold_clusters and languages.
  v1::SyncArticlesRequest asked;
};

void AppendText(absl::string_view text, std::string* out) {
  replica::AppendNumber(out, text.size());
  out->append(text.data(), text.size());
}

// nullopt if there is not as much as it says.
std::optional<absl::string_view> TakeText(absl::string_view* bytes) {
  if (bytes->size() < 8) return std::nullopt;
  const uint64_t size = replica::ReadNumber(*bytes);
  bytes->remove_prefix(8);
  if (size > bytes->size()) return std::nullopt;
  const absl::string_view text = absl::ClippedSubstr(*bytes, 0, size);
  bytes->remove_prefix(size);
  return text;
}

std::string EncodePlace(const Place& place) {
  std::string bytes(1, place.listing ? 'l' : 'd');
  replica::AppendNumber(&bytes, place.number);
  replica::AppendNumber(&bytes, place.print);
  AppendText(place.after, &bytes);
  AppendText(place.copy_id, &bytes);
  AppendText(place.position.SerializeAsString(), &bytes);
  AppendText(api::StableBytes(place.asked), &bytes);
  return bytes;
}

absl::StatusOr<Place> ParsePlace(absl::string_view bytes) {
  if (bytes.size() < 17) return error::InvalidPageToken(kField);
  Place place;
  place.listing = bytes[0] == 'l';
  place.number = replica::ReadNumber(bytes, 1);
  place.print = replica::ReadNumber(bytes, 9);
  bytes.remove_prefix(17);
  const auto after = TakeText(&bytes);
  const auto copy_id = TakeText(&bytes);
  const auto position = TakeText(&bytes);
  const auto filter = TakeText(&bytes);
  if (!filter.has_value() || !place.position.ParseFromString(std::string(*position)) ||
      !place.asked.ParseFromString(std::string(*filter))) {
    return error::InvalidPageToken(kField);
  }
  place.after = std::string(*after);
  place.copy_id = std::string(*copy_id);
  return place;
}

// One call.
class Sync {
 public:
  Sync(const service::View& view, const Telling& telling, const replica::Plan& plan, int size,
       const RequestContext& call, v1::SyncArticlesResponse* response)
      : view_(view),
        plan_(plan),
        size_(size),
        call_(call),
        response_(response),
        teller_(view, plan, telling),
        folds_(telling.folds),
        full_(telling.full) {}

  // The next page of the first copy.
  absl::Status List(Place* place) {
    replica::ListQuery query;
    query.plan = plan_;
    query.now = view_.now();
    query.after = place->after;
    query.fold = folds_;
    query.stop = [this] { return call_.cancelled(); };
    absl::Status failed;
    const replica::ListEnd end =
        replica::WalkList(view_.transaction(), query,
                          [&](const replica::ListEntry& entry, const replica::Visibility&) {
                            if (response_->articles_size() == size_) return false;
                            auto article = teller_.ArticleAt(entry.article, entry.slot);
                            failed = article.status();
                            if (!failed.ok()) return false;
                            // The first always has room.
                            const bool fits = article->ByteSizeLong() <= budget_;
                            if (!fits && response_->articles_size() > 0) return false;
                            Add(*std::move(article));
                            return true;
                          });
    DATELINE_RETURN_IF_ERROR(failed);
    place->listing = end.more;
    place->after = end.more ? end.last : "";
    return absl::OkStatus();
  }

  // What has changed since. POSITION_EXPIRED.
  absl::Status Changes(Place* place) {
    ChangeCollector collector(plan_);
    int left = kMaxEntries;
    size_t bytes = 0;  // of the bodies that the page may have to hold
    uint64_t number = place->number;
    replica::ReadJournal(view_.transaction(), number, [&](const replica::JournalEntry& entry) {
      if (--left < 0 || collector.size() >= static_cast<size_t>(size_) || bytes > budget_ ||
          call_.cancelled()) {
        return false;
      }
      if (full_) bytes += view_.BodyBytes(entry.article, replica::Slot::kLive);
      collector.Add(entry);
      number = entry.number;
      return true;
    });
    bool is_first = true;
    for (const ListChange& change : collector.Take()) {
      // With folds, others come with a change; what is left is told by the next page.
      if (budget_ == 0 && !is_first) {
        number = change.number - 1;
        break;
      }
      is_first = false;
      DATELINE_ASSIGN_OR_RETURN(auto events, teller_.Tell(change));
      for (v1::WatchEvent& event : events) {
        if (event.kind() == v1::WATCH_EVENT_KIND_RESYNC) return error::PositionExpired(kBeginAnew);
        if (event.kind() == v1::WATCH_EVENT_KIND_LEFT) {
          v1::RemovedArticle& removed = *response_->add_removed();
          removed.set_name(event.name());
          removed.set_reason(event.reason());
        } else {
          Add(std::move(*event.mutable_article()));
        }
      }
    }
    place->number = number;
    return absl::OkStatus();
  }

  void Finish() { teller_.MoveIncludedTo(response_); }

 private:
  void Add(content::v1::Article article) {
    budget_ -= std::min(budget_, article.ByteSizeLong());
    *response_->add_articles() = std::move(article);
  }

  const service::View& view_;
  const replica::Plan& plan_;
  const int size_;
  const RequestContext& call_;
  v1::SyncArticlesResponse* const response_;
  Teller teller_;
  const replica::FoldOptions& folds_;
  const bool full_;  // bodies are answered
  size_t budget_ = limits::kPageByteBudget;
};

// What a copy is of.
v1::SyncArticlesRequest AskedBy(const v1::SyncArticlesRequest& request) {
  v1::SyncArticlesRequest asked;
  *asked.mutable_filter() = request.filter();
  asked.set_fold_clusters(request.fold_clusters());
  *asked.mutable_languages() = request.languages();
  return asked;
}

// Later calls may leave it out, or say the same.
absl::Status CheckRepeated(const v1::SyncArticlesRequest& request,
                           const v1::SyncArticlesRequest& asked) {
  const v1::SyncArticlesRequest repeated = AskedBy(request);
  if (repeated.filter().ByteSizeLong() > 0 &&
      api::StableBytes(repeated.filter()) != api::StableBytes(asked.filter())) {
    return error::InvalidField("filter", "belongs to the first call only");
  }
  if (repeated.fold_clusters() && !asked.fold_clusters()) {
    return error::InvalidField("fold_clusters", "belongs to the first call only");
  }
  if (repeated.languages_size() > 0 &&
      !std::equal(repeated.languages().begin(), repeated.languages().end(),
                  asked.languages().begin(), asked.languages().end())) {
    return error::InvalidField("languages", "belongs to the first call only");
  }
  return absl::OkStatus();
}

// Where the device goes on in the copy of the view. POSITION_EXPIRED.
absl::Status Locate(const service::View& view, Place* place) {
  const std::string copy_id = replica::CopyId(view.transaction());
  const bool kept = place->number >= replica::JournalBegin(view.transaction());
  if (place->copy_id == copy_id && kept) return absl::OkStatus();
  const auto number = replica::JournalNumberAt(view.transaction(), place->position);
  if (!number.has_value()) {
    return error::PositionExpired("the journal does not reach back to it; begin a new copy");
  }
  place->number = *number;
  place->copy_id = copy_id;
  return absl::OkStatus();
}

// What every answer says of where the device and the replica are.
absl::Status FinishSync(const service::View& view, const Place& place,
                        const tokens::PageTokenCodec& tokens, v1::SyncArticlesResponse* response) {
  response->set_sync_token(tokens.Encode(EncodePlace(place), kFingerprint));
  if (response->sync_token().size() > kMaxTokenBytes) {
    return error::InvalidField("filter", "is too long for a token");
  }
  response->set_position(view.position().token);
  *response->mutable_read_time() = TimeToProto(view.now());
  return absl::OkStatus();
}

}  // namespace

absl::Status SyncHandlers::SyncArticles(const v1::SyncArticlesRequest& request,
                                        const RequestContext& call,
                                        v1::SyncArticlesResponse* response) const {
  Place place;
  if (!request.sync_token().empty()) {
    DATELINE_ASSIGN_OR_RETURN(const std::string payload,
                              tokens_.Decode(request.sync_token(), kFingerprint, kField));
    DATELINE_ASSIGN_OR_RETURN(place, ParsePlace(payload));
    DATELINE_RETURN_IF_ERROR(CheckRepeated(request, place.asked));
  } else {
    place.asked = AskedBy(request);
  }
  DATELINE_ASSIGN_OR_RETURN(const service::Conditions asked,
                            service::ConditionsOf(place.asked.filter()));
  Telling telling;
  DATELINE_ASSIGN_OR_RETURN(telling.mask, service::ReadMask::Of(request.read_mask()));
  telling.full = request.view() != content::v1::ARTICLE_VIEW_BASIC;
  telling.include = request.include();
  telling.folds = service::FoldsOf(place.asked);
  DATELINE_ASSIGN_OR_RETURN(const service::View view, service::View::Open(replica_));
  DATELINE_ASSIGN_OR_RETURN(const replica::Plan plan, service::PlanOf(view, asked));
  if (request.sync_token().empty()) {
    place.position = view.position().position;
    place.copy_id = replica::CopyId(view.transaction());
    place.number = replica::JournalEnd(view.transaction());
    place.print = Fnv64(PrintOf(plan));
  } else {
    // A replica that is behind the device has nothing to tell, and may not know of a merge yet.
    if (SameLog(view.position().position, place.position) &&
        ComparePositions(view.position().position, place.position) < 0) {
      response->set_complete(!place.listing);
      return FinishSync(view, place, tokens_, response);
    }
    DATELINE_RETURN_IF_ERROR(Locate(view, &place));
    if (place.print != Fnv64(PrintOf(plan))) return error::PositionExpired(kBeginAnew);
  }
  Sync sync(view, telling, plan, api::PageSizeOf(request.page_size()), call, response);
  DATELINE_RETURN_IF_ERROR(place.listing ? sync.List(&place) : sync.Changes(&place));
  sync.Finish();
  response->set_complete(!place.listing && place.number >= replica::JournalEnd(view.transaction()));
  if (response->complete()) place.position = view.position().position;
  return FinishSync(view, place, tokens_, response);
}

}  // namespace dateline::query::watch
