#include "services/ingestion/parse/elements.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

Action Find(const ActionTable& table, string_view name) {
  const auto it = table.find(name);
  return it == table.end() ? nullptr : it->second;
}

bool CapturesMarkup(string_view name) {
  static const auto* const kNames = new absl::flat_hash_set<string_view>{
      "title",          "description",       "summary",         "content",
      "subtitle",       "tagline",           "rights",          "copyright",
      "info",           "content:encoded",   "xhtml:body",      "xhtml:div",
      "body",           "fulltext",          "fullitem",        "googleplay:description",
      "itunes:summary", "itunes:subtitle",   "itunes:title",    "dc:title",
      "dc:description", "dc:rights",         "dcterms:title",   "dcterms:abstract",
      "media:title",    "media:description", "excerpt:encoded", "atom:title",
      "atom:summary",   "atom:content",      "atom:subtitle",   "atom:rights",
      "atom:tagline",   "atom:copyright",    "atom:info",       "content:value",
      "dcterms:rights", "x:content",
  };
  return kNames->contains(name);
}

ElementRole RoleOf(string_view name) {
  static const auto* const kRoles = new absl::flat_hash_map<string_view, ElementRole>{
      {"author", ElementRole::kPerson},       {"contributor", ElementRole::kPerson},
      {"atom:author", ElementRole::kPerson},  {"atom:contributor", ElementRole::kPerson},
      {"itunes:owner", ElementRole::kPerson}, {"googleplay:owner", ElementRole::kPerson},
      {"wp:author", ElementRole::kPerson},    {"source", ElementRole::kSource},
      {"atom:source", ElementRole::kSource},  {"image", ElementRole::kImage},
      {"skiphours", ElementRole::kSkipList},  {"skipdays", ElementRole::kSkipList},
      {"textinput", ElementRole::kIgnored},   {"cloud", ElementRole::kIgnored},
      {"wp:comment", ElementRole::kIgnored},  {"wp:postmeta", ElementRole::kIgnored},
      {"wp:category", ElementRole::kIgnored}, {"wp:tag", ElementRole::kIgnored},
      {"wp:term", ElementRole::kIgnored},
  };
  const auto it = kRoles->find(name);
  return it == kRoles->end() ? ElementRole::kPlain : it->second;
}

}  // namespace

ElementKind KindOf(string_view name) {
  static const auto* const kEntry = [] {
    auto* table = new ActionTable(EntryActions());
    for (const auto& [key, action] : EntryMediaActions()) table->emplace(key, action);
    return table;
  }();
  static const auto* const kFeed = new ActionTable(FeedActions());
  ElementKind kind;
  kind.name = std::string(name);
  kind.bare = !absl::StrContains(name, ':');
  kind.names_entry = name == "item" || name == "entry" || name == "atom:entry" || name == "url";
  kind.captures = CapturesMarkup(name);
  kind.role = RoleOf(name);
  kind.in_entry = Find(*kEntry, name);
  kind.in_feed = Find(*kFeed, name);
  return kind;
}

}  // namespace dateline::ingestion::parse
