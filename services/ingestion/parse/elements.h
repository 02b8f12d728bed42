#ifndef DATELINE_SERVICES_INGESTION_PARSE_ELEMENTS_H_
#define DATELINE_SERVICES_INGESTION_PARSE_ELEMENTS_H_

#include "absl/strings/string_view.h"
#include "services/ingestion/parse/element.h"

// What the elements of all vocabularies mean. All functions are thread-safe.
namespace dateline::ingestion::parse {

// The kind of elements of a name; one without meaning has the name alone.
ElementKind KindOf(absl::string_view name);

// The tables that KindOf looks into, by subject: elements of entries and of feeds.
ActionTable EntryActions();
ActionTable EntryMediaActions();
ActionTable FeedActions();

// To be called when an element begins: what it opens a new scope for (a person, a group of media),
// and categories, which stand in one another.
void BeginNested(FeedBuilder& b, const Element& e);

// Elements whose meaning depends on what they stand in (persons, source, image, skipHours): whether
// `e` is one of them, and so dealt with.
bool CloseNested(FeedBuilder& b, Element& e);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_ELEMENTS_H_
