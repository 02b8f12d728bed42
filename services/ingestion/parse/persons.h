#ifndef DATELINE_SERVICES_INGESTION_PARSE_PERSONS_H_
#define DATELINE_SERVICES_INGESTION_PARSE_PERSONS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "dateline/ingestion/v1/feed.pb.h"

namespace dateline::ingestion::parse {

// The persons of a text, at least one: each in one of the forms "mail (Name)", "Name <mail>", "Name
// (mail)", "Name mail", a mail, a name or an address of the web. Several stand between commas or
// semicolons and have a mail each; a list of names alone is one name, since names have commas, too.
// Thread-safe.
std::vector<v1::FeedPerson> ParsePersons(absl::string_view text);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_PERSONS_H_
