#include "services/query/search/match.h"

#include <algorithm>
#include <utility>

#include "services/query/replica/store/keys.h"
#include "services/query/search/document.h"

namespace dateline::query::search {
namespace {

// What an article of this moment has above one of long ago: about the weight of a rare word. Half
// of it is left after kHalfAgeMinutes.
constexpr double kRecencyWeight = 2.0;
constexpr double kHalfAgeMinutes = 30 * 24 * 60;

constexpr int kStepsBetweenQuestions = 1'024;

}  // namespace

RecencySource::RecencySource(absl::Time now, std::function<bool()> stop)
    : Xapian::ValuePostingSource(kMinuteSlot),
      now_(MinuteFrom(MinuteOf(now))),
      stop_(std::move(stop)) {}

void RecencySource::init(const Xapian::Database& database) {
  Xapian::ValuePostingSource::init(database);
  set_maxweight(kRecencyWeight);
}

double RecencySource::get_weight() const {
  const double age = std::max(now_ - MinuteFrom(get_value()), 0.0);
  return kRecencyWeight / (1 + age / kHalfAgeMinutes);
}

void RecencySource::Step() {
  if (stop_ != nullptr && steps_++ % kStepsBetweenQuestions == 0 && stop_()) throw Stopped();
}
void RecencySource::next(double min_weight) {
  Step();
  Xapian::ValuePostingSource::next(min_weight);
}
void RecencySource::skip_to(Xapian::docid document, double min_weight) {
  Step();
  Xapian::ValuePostingSource::skip_to(document, min_weight);
}
bool RecencySource::check(Xapian::docid document, double min_weight) {
  Step();
  return Xapian::ValuePostingSource::check(document, min_weight);
}

void CountingSpy::operator()(const Xapian::Document& document, double /*weight*/) {
  const std::string lists = document.get_value(kCountedSlot);
  for (size_t at = 0; at + replica::kListPrefixBytes <= lists.size();
       at += replica::kListPrefixBytes) {
    ++counts_[std::string(absl::ClippedSubstr(lists, at, replica::kListPrefixBytes))];
  }
}

bool ChangedDecider::operator()(const Xapian::Document& document) const {
  const std::string place = document.get_value(kPlaceSlot);
  return !changed_.contains(replica::ParseListSuffix(place).article) || is_right_(place);
}

}  // namespace dateline::query::search
