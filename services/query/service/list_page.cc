#include "services/query/service/list_page.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/query/service/teasers.h"
#include "services/query/service/wire.h"

namespace dateline::query::service {
namespace {

// Bodies that are read for one page of teasers: they cost time although they are not answered.
constexpr size_t kMaxWorkBytes = size_t{16} << 20;

// Takes articles one after the other, while there is room.
class PageWriter {
 public:
  PageWriter(const View& view, const Page& page, std::string* response)
      : view_(view),
        page_(page),
        teasers_(view, page.teaser_words),
        budget_(page.budget),
        response_(response) {}

  // False if there is no room.
  bool Take(const replica::ListEntry& entry, const replica::Visibility& visibility) {
    if (page_.left_out != nullptr && page_.left_out->count(entry.article) > 0) return true;
    if (count_ == page_.size || work_ == 0) return false;
    const absl::StatusOr<absl::string_view> encoded = Encoded(entry);
    if (!encoded.ok()) {
      failed_ = encoded.status();
      return false;
    }
    size_t along = 0;
    if (page_.included != nullptr || visibility.until != absl::InfiniteFuture()) {
      content::v1::Article card;
      if (ParseCard(entry, &card)) {
        if (page_.included != nullptr) along = page_.included->Prepare(card);
        fresh_.Add(card);
      }
    }
    // The first article always fits: a body has at most 2 MiB. What rides along may not.
    if (count_ > 0 && encoded->size() + along > budget_) return false;
    budget_ -= std::min(budget_, encoded->size());
    if (page_.included != nullptr) page_.included->Keep(budget_);
    budget_ -= std::min(budget_, along);
    if (page_.query.backwards) {
      backwards_.emplace_back(*encoded);
    } else {
      AppendField(page_.articles_field, *encoded, response_);
    }
    ++count_;
    return true;
  }

  // What was taken backwards stands in the list's order.
  void Finish() {
    for (auto encoded = backwards_.rbegin(); encoded != backwards_.rend(); ++encoded) {
      AppendField(page_.articles_field, *encoded, response_);
    }
  }

  const absl::Status& failed() const { return failed_; }
  const FreshUntil& fresh() const { return fresh_; }

 private:
  bool ParseCard(const replica::ListEntry& entry, content::v1::Article* card) const {
    const absl::string_view stored = view_.Card(entry.article, entry.slot);
    return card->ParseFromArray(stored.data(), static_cast<int>(stored.size()));
  }

  // Valid until the next one. What is answered as it is stored is not copied here.
  absl::StatusOr<absl::string_view> Encoded(const replica::ListEntry& entry) {
    const bool cut = page_.teaser_words > 0;
    if (!page_.full && !cut && !page_.mask.any()) return view_.Card(entry.article, entry.slot);
    encoded_ = view_.EncodedArticle(entry.article, entry.slot, page_.full || cut);
    if (cut) {
      work_ -= std::min(work_, view_.BodyBytes(entry.article, entry.slot));
      DATELINE_ASSIGN_OR_RETURN(encoded_, teasers_.Cut(encoded_, page_.full));
    }
    if (page_.mask.any()) {
      DATELINE_ASSIGN_OR_RETURN(encoded_, page_.mask.Trimmed(encoded_));
    }
    return absl::string_view(encoded_);
  }

  const View& view_;
  const Page& page_;
  Teasers teasers_;
  int count_ = 0;
  size_t budget_;
  size_t work_ = kMaxWorkBytes;
  std::string* const response_;
  std::string encoded_;
  std::vector<std::string> backwards_;
  FreshUntil fresh_;
  absl::Status failed_;
};

// The places before and behind a page. `first` is that of its first entry in the order of the walk,
// empty for a page without any.
PageEnd EndOf(const replica::ListQuery& query, const std::string& first,
              const replica::ListEnd& end) {
  PageEnd places;
  if (query.backwards) {
    if (end.more) places.previous = end.last;
    // The page that this one leads back from begins at its place.
    places.next = first.empty() ? replica::PlaceBefore(query.after, query.order) : first;
    return places;
  }
  if (end.more) places.next = end.last;
  if (query.after.empty()) return places;
  places.previous = first.empty() ? replica::PlaceBehind(query.after, query.order) : first;
  return places;
}

}  // namespace

absl::StatusOr<PageEnd> AppendPage(const View& view, const Page& page, std::string* response) {
  PageWriter writer(view, page, response);
  std::string first;
  const replica::ListEnd end = replica::WalkList(
      view.transaction(), page.query,
      [&](const replica::ListEntry& entry, const replica::Visibility& visibility) {
        if (!writer.Take(entry, visibility)) return false;
        if (first.empty()) first = replica::ListSuffix(entry);
        return true;
      });
  DATELINE_RETURN_IF_ERROR(writer.failed());
  writer.Finish();
  PageEnd places = EndOf(page.query, first, end);
  places.fresh = writer.fresh();
  return places;
}

}  // namespace dateline::query::service
