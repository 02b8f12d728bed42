#ifndef DATELINE_SERVICES_INGESTION_PARSE_ELEMENTS_H_
#define DATELINE_SERVICES_INGESTION_PARSE_ELEMENTS_H_

#include "absl/strings/string_view.h"
#include "services/ingestion/parse/builder.h"

namespace dateline::ingestion::parse {

// Whether an element of this name holds text that may carry inline markup.
bool CapturesMarkup(absl::string_view name);

// What each element means when it closes.
struct ElementActions {
  static void Close(FeedBuilder& b, Element& e);

 private:
  using Action = void (*)(FeedBuilder& b, Element& e);
  static Action FindEntryAction(absl::string_view name);
  static Action FindFeedAction(absl::string_view name);
  static void EntryLink(FeedBuilder& b, Element& e);
  static void EntryMedia(FeedBuilder& b, Element& e);
  static void MediaText(FeedBuilder& b, Element& e);
  static void FeedLink(FeedBuilder& b, Element& e);
  static bool ClosePerson(FeedBuilder& b, Element& e);
  static bool CloseSource(FeedBuilder& b, Element& e);
  static Category MakeCategory(const Element& e);
};

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_ELEMENTS_H_
