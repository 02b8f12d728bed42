#include "services/ingestion/decode/html_entity_table.h"

#include <algorithm>
#include <iterator>

namespace dateline::ingestion::decode {
namespace {

// Written by html_entity_table.py at build time, sorted by name.
constexpr HtmlEntity kEntities[] = {
#include "html_entity_table.inc"
};

}  // namespace

const HtmlEntity* FindEntity(absl::string_view name) {
  const HtmlEntity* const found =
      std::lower_bound(std::begin(kEntities), std::end(kEntities), name,
                       [](const HtmlEntity& e, absl::string_view n) { return e.name < n; });
  return found != std::end(kEntities) && found->name == name ? found : nullptr;
}

}  // namespace dateline::ingestion::decode
