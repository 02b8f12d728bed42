#include "services/query/search/state.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dateline::query::search {
namespace {

constexpr char kCopy[] = "copy";
constexpr char kApplied[] = "applied";
constexpr char kPosition[] = "position";
constexpr char kUnclean[] = "unclean";

}  // namespace

IndexState ReadState(const Xapian::Database& database) {
  IndexState state;
  state.copy = database.get_metadata(kCopy);
  state.position = database.get_metadata(kPosition);
  state.unclean = !database.get_metadata(kUnclean).empty();
  if (!absl::SimpleAtoi(database.get_metadata(kApplied), &state.applied)) state.applied = 0;
  return state;
}

void WriteState(const IndexState& state, Xapian::WritableDatabase* database) {
  database->set_metadata(kCopy, state.copy);
  database->set_metadata(kPosition, state.position);
  database->set_metadata(kUnclean, state.unclean ? "1" : "");
  database->set_metadata(kApplied, absl::StrCat(state.applied));
}

}  // namespace dateline::query::search
