#ifndef DATELINE_SERVICES_INGESTION_PARSE_MONTH_NAMES_H_
#define DATELINE_SERVICES_INGESTION_PARSE_MONTH_NAMES_H_

#include "absl/strings/string_view.h"

namespace dateline::ingestion::parse {

// The month (1–12) of a name or abbreviation in English, German, French, Spanish, Italian,
// Portuguese, Dutch, Greek, Hungarian, Polish, Russian or Ukrainian, in any case; 0 if it is none.
int MonthOfName(absl::string_view name);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_MONTH_NAMES_H_
