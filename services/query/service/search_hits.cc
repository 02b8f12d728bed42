#include "services/query/service/search_hits.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/utf8.h"
#include "services/query/replica/read/budget.h"
#include "services/query/replica/read/fold.h"
#include "services/query/replica/read/journal.h"
#include "services/query/search/source.h"

namespace dateline::query::service {
namespace {

constexpr int64_t kStepsOfOnePlace = 1'000;
constexpr size_t kMaxChanged = 10'000;

void AddHighlights(absl::string_view text, const std::vector<search::Stretch>& matches,
                   v1::HighlightField field, v1::SearchHit* hit) {
  size_t read = 0;
  int64_t points = 0;
  for (const search::Stretch& match : matches) {
    points += text::CountCodePoints(absl::ClippedSubstr(text, read, match.begin - read));
    const int64_t length =
        text::CountCodePoints(absl::ClippedSubstr(text, match.begin, match.end - match.begin));
    v1::Highlight* highlight = hit->add_highlights();
    highlight->set_start(static_cast<int32_t>(points));
    highlight->set_length(static_cast<int32_t>(length));
    highlight->set_field(field);
    points += length;
    read = match.end;
  }
}

}  // namespace

bool IsRightPlace(const View& view, const replica::Plan& plan, absl::string_view place) {
  const auto visibility =
      view.transaction().Get(replica::Table::kPostings,
                             absl::StrCat(replica::ListPrefix(replica::Dimension::kAll, 0), place));
  if (!visibility.has_value() || !replica::ParseVisibility(*visibility).At(view.now())) {
    return false;
  }
  replica::Budget budget(kStepsOfOnePlace);
  return replica::Holds(view.transaction(), plan, place, &budget).value_or(false);
}

absl::StatusOr<std::set<uint64_t>> ChangedSince(const View& view, const search::IndexState& state) {
  if (state.copy.empty() || state.copy != search::IndexedCopy(view.transaction()) ||
      state.applied < replica::JournalBegin(view.transaction())) {
    return error::NotReady();
  }
  std::set<uint64_t> changed;
  replica::ReadJournal(view.transaction(), state.applied, [&](const replica::JournalEntry& entry) {
    changed.insert(entry.article);
    return changed.size() < kMaxChanged;
  });
  return changed;
}

search::SearchOptions OptionsOf(const View& view, const RequestContext& call, replica::Plan plan) {
  search::SearchOptions options;
  options.plan = std::move(plan);
  options.now = view.now();
  options.stop = [&call] { return !call.Check().ok(); };
  options.changed = [&view](const search::IndexState& state) { return ChangedSince(view, state); };
  options.is_right = [&view, held = options.plan](absl::string_view place) {
    return IsRightPlace(view, held, place);
  };
  return options;
}

absl::Status SearchFailed(const absl::Status& status, const RequestContext& call) {
  DATELINE_RETURN_IF_ERROR(call.Check());
  if (error::ReasonOf(status) != errors::v1::ERROR_REASON_UNSPECIFIED) return status;
  if (absl::IsInternal(status)) return error::Internal("the search failed");
  return error::NotReady();
}

absl::StatusOr<bool> HitReader::Read(absl::string_view place, content::v1::Article* article) {
  const replica::ListEntry entry = replica::ParseListSuffix(place);
  std::string encoded = view_.EncodedArticle(entry.article, entry.slot, full_ || cuts_);
  if (cuts_) {
    const size_t read = view_.BodyBytes(entry.article, entry.slot);
    if (any_ && read > work_) return false;
    work_ -= std::min(work_, read);
    DATELINE_ASSIGN_OR_RETURN(encoded, teasers_.Cut(encoded, full_));
  }
  if (!article->ParseFromString(encoded)) return error::Internal("a stored article cannot be read");
  const size_t along = included_ == nullptr ? 0 : included_->Prepare(*article);
  mask_.Trim(article);
  const size_t size = article->ByteSizeLong();
  // The first article always fits. What rides along may not.
  if (any_ && size + along > budget_) return false;
  any_ = true;
  budget_ -= std::min(budget_, size);
  if (included_ != nullptr) included_->Keep(budget_);
  budget_ -= std::min(budget_, along);
  return true;
}

void HitReader::Highlight(absl::string_view place, const search::Highlighter& highlighter,
                          v1::SearchHit* hit) {
  const std::string& title = hit->article().title();
  AddHighlights(title, highlighter.MatchesIn(title), v1::HIGHLIGHT_FIELD_TITLE, hit);
  const replica::ListEntry entry = replica::ParseListSuffix(place);
  const size_t read = view_.BodyBytes(entry.article, entry.slot);
  if (read > work_) return;
  work_ -= read;
  content::v1::Article whole;
  if (!whole.ParseFromString(view_.EncodedArticle(entry.article, entry.slot, true))) return;
  search::Snippet snippet = highlighter.SnippetOf(whole.body_text());
  AddHighlights(snippet.text, snippet.matches, v1::HIGHLIGHT_FIELD_SNIPPET, hit);
  hit->set_snippet(std::move(snippet.text));
}

}  // namespace dateline::query::service
