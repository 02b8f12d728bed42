#ifndef DATELINE_SERVICES_INGESTION_PARSE_ELEMENT_H_
#define DATELINE_SERVICES_INGESTION_PARSE_ELEMENT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace dateline::ingestion::parse {

class FeedBuilder;
struct Element;

// What an element means when it closes.
using Action = void (*)(FeedBuilder& b, Element& e);
using ActionTable = absl::flat_hash_map<absl::string_view, Action>;

// What an element is to those that stand in it.
enum class ElementRole {
  kPlain,
  kPerson,    // author, contributor, itunes:owner: its children are fields of a person
  kSource,    // the feed that an entry was taken from
  kImage,     // RSS's image, with url, title and link
  kSkipList,  // skipHours, skipDays
  kIgnored,   // what stands in it is not the feed's or entry's: textInput, comments of WordPress
};

// What is known of all elements of one name.
struct ElementKind {
  // As ElementNamer gives it: "item", "dc:creator".
  std::string name;
  // Whether the feed's own vocabulary has it, so that it counts only directly below an entry or a
  // container of the feed.
  bool bare = false;
  // Whether it holds text that may carry inline markup: elements within it are its text.
  bool captures = false;
  // Whether it is an entry where it stands as one: item, entry, a sitemap's url.
  bool names_entry = false;
  ElementRole role = ElementRole::kPlain;
  // Meaning within an entry and outside, null if there is none.
  Action in_entry = nullptr;
  Action in_feed = nullptr;
};

// One attribute; its prefix is the usual one of its namespace ("xml", "rdf"), or empty.
struct AttributeView {
  absl::string_view prefix;
  absl::string_view local;
  absl::string_view value;
};

// One open element.
struct Element {
  // The attribute of this name ("href", "rdf:about"), or empty.
  absl::string_view Get(absl::string_view name) const;
  const std::string& name() const { return kind->name; }

  const ElementKind* kind = nullptr;
  // Name ("href", "rdf:about") and value.
  std::vector<std::pair<std::string, std::string>> attributes;
  // Character data; HTML once there is inner markup.
  std::string text;
  bool has_markup = false;
  bool is_entry = false;
  // An entry that is not the feed's, as one in an element of another vocabulary, or what stands in
  // such a one.
  bool is_foreign = false;
  // Of FeedBuilder's lists of xml:base and xml:lang.
  size_t base = 0;
  size_t language = 0;
};

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_ELEMENT_H_
