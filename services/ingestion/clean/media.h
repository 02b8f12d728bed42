#ifndef DATELINE_SERVICES_INGESTION_CLEAN_MEDIA_H_
#define DATELINE_SERVICES_INGESTION_CLEAN_MEDIA_H_

#include <gumbo.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/ingestion/clean/clean.h"
#include "services/ingestion/clean/policy.h"
#include "services/ingestion/clean/writer.h"

namespace dateline::ingestion {

// The value of the attribute `name`, null if it is absent.
const std::string* FindAttribute(const Attributes& attributes, absl::string_view name);

// A link stays if it has an address; `rel` goes on those that lead to another document.
ElementAction FinishLink(absl::string_view rel, Attributes* attributes);

// An iframe stays if its address is https at one of `hosts`; it is sandboxed and loaded lazily.
ElementAction FinishIframe(const std::vector<std::string>& hosts, Attributes* attributes);

// A source stays if it has an address.
ElementAction FinishSource(Attributes* attributes);

// An image stays if it has an address, taken from the attributes of lazy loaders if `src` has none.
ElementAction FinishImage(const GumboElement& element, absl::string_view base_url,
                          Attributes* attributes);

// True for an image that is not to be seen (at most 1 by 1, or hidden) or counts readers.
bool IsTracker(const GumboElement& element, const Attributes& attributes);

// The image that the attributes describe.
CleanImage ImageOf(const Attributes& attributes);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_CLEAN_MEDIA_H_
