#ifndef DATELINE_SERVICES_INGESTION_PARSE_BUILDER_H_
#define DATELINE_SERVICES_INGESTION_PARSE_BUILDER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/ingestion/parse/feed.h"
#include "services/ingestion/parse/parser.h"

namespace dateline::ingestion::parse {

// One open XML element. `name` is the lower-case prefix that the namespace is best known by, a
// colon and the local name ("dc:creator"); RSS and Atom themselves have none ("item").
struct Element {
  struct Attribute {
    std::string name;
    std::string value;
  };

  // The attribute of this name ("href", "xml:base"), or empty.
  absl::string_view Get(absl::string_view attribute) const;

  std::string name;
  std::vector<Attribute> attributes;
  std::string base;
  std::string language;
  // Character data, and the same with inner markup once there is some.
  std::string text;
  std::string markup;
  bool has_markup = false;
  // Whether inner elements are markup of the text and no elements of the feed.
  bool captures = false;
  bool is_entry = false;
};

// Collects a feed from the elements of an XML document. Not thread-safe.
class FeedBuilder {
 public:
  FeedBuilder(Feed& feed, const ParseOptions& options) : feed_(feed), options_(options) {}

  // Events in document order; `End` closes the innermost open element.
  void Start(Element element);
  void End();
  void Characters(absl::string_view text);

  // Whether a root of a known format was seen.
  bool recognised() const { return recognised_; }
  bool too_many_entries() const { return too_many_entries_; }
  // Name of the root element.
  const std::string& root() const { return root_; }

 private:
  friend struct ElementActions;

  void DetectFormat(const Element& root);
  void BeginEntry();
  void FinishEntry();
  void Dispatch(Element& e);
  // Name of the n-th element above the one that closes, 0 being its parent.
  absl::string_view Parent(size_t n = 0) const;
  // Whether an element of this name is open.
  bool Within(absl::string_view name) const;
  std::string Resolve(const Element& e, absl::string_view reference) const;
  Text MakeText(const Element& e) const;
  std::string PlainText(const Element& e) const;
  Date MakeDate(absl::string_view raw) const;

  Feed& feed_;
  const ParseOptions& options_;
  std::vector<Element> open_;
  std::optional<Entry> entry_;
  Person person_;
  Media pending_media_;
  std::string root_;
  std::string orig_link_;
  bool atom_ = false;
  bool recognised_ = false;
  bool too_many_entries_ = false;
};

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_BUILDER_H_
