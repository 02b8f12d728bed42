#include "services/ingestion/identify/keys.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/text/slug.h"
#include "services/ingestion/identify/content_hash.h"

namespace dateline::ingestion {
namespace {

constexpr size_t kMaxEntryKeyBytes = 512;

// An address without http: or https:, which name the same document; anything else as it is.
absl::string_view WithoutScheme(absl::string_view address) {
  for (const absl::string_view scheme : {"http:", "https:"}) {
    const bool has = absl::StartsWithIgnoreCase(address, absl::StrCat(scheme, "//"));
    if (has) return absl::ClippedSubstr(address, scheme.size());
  }
  return address;
}

std::string DateText(const EntryFacts& entry) {
  if (!entry.date) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *entry.date, absl::UTCTimeZone());
}

// The entry's key of this form, empty if it lacks what the form needs.
std::string KeyOf(const EntryFacts& entry, EntryKeyForm form) {
  switch (form) {
    case EntryKeyForm::kGuid:
      return entry.guid.empty() ? "" : absl::StrCat("id:", WithoutScheme(entry.guid));
    case EntryKeyForm::kLink:
      return entry.link.empty() ? "" : absl::StrCat("link:", WithoutScheme(entry.link));
    case EntryKeyForm::kLinkDate:
      if (entry.link.empty() || !entry.date) return "";
      return absl::StrCat("link+date:", WithoutScheme(entry.link), " ", DateText(entry));
    case EntryKeyForm::kLinkDateTitle:
      if (entry.link.empty() && entry.title.empty() && !entry.date) return "";
      return absl::StrCat("link+date+title:", WithoutScheme(entry.link), " ", DateText(entry), " ",
                          text::Fold(entry.title));
  }
  return "";
}

bool AreDifferent(const EntryFacts& a, const EntryFacts& b) {
  return WithoutScheme(a.link) != WithoutScheme(b.link) || a.title != b.title;
}

// For each entry its key of this form; empty where it lacks one or a different entry has the same.
std::vector<std::string> OwnKeys(const std::vector<EntryFacts>& entries, EntryKeyForm form) {
  std::vector<std::string> keys;
  keys.reserve(entries.size());
  struct Use {
    const EntryFacts* first;
    bool shared;
  };
  absl::flat_hash_map<std::string, Use> uses;
  for (const EntryFacts& entry : entries) {
    keys.push_back(KeyOf(entry, form));
    const auto [use, inserted] = uses.try_emplace(keys.back(), Use{&entry, false});
    if (!inserted && AreDifferent(*use->second.first, entry)) use->second.shared = true;
  }
  // By the last form there is nothing left to tell them apart: equal keys mean one entry.
  if (form == EntryKeyForm::kLinkDateTitle) return keys;
  for (std::string& key : keys) {
    if (uses.at(key).shared) key.clear();
  }
  return keys;
}

}  // namespace

EntryKeys ChooseEntryKeys(const std::vector<EntryFacts>& entries, EntryKeyForm before,
                          EntryKeyForm at_least) {
  at_least = std::max(at_least, before);
  EntryKeys result{at_least, std::vector<std::string>(entries.size()),
                   std::vector<std::string>(entries.size())};
  const size_t tolerated = std::max<size_t>(1, entries.size() / 10);
  bool chosen = false;
  for (int i = static_cast<int>(at_least); i <= static_cast<int>(EntryKeyForm::kLinkDateTitle);
       ++i) {
    const auto form = static_cast<EntryKeyForm>(i);
    std::vector<std::string> keys = OwnKeys(entries, form);
    const auto without = static_cast<size_t>(std::count(keys.begin(), keys.end(), ""));
    if (!chosen && without > tolerated && form != EntryKeyForm::kLinkDateTitle) continue;
    if (!chosen) result.form = form;
    chosen = true;
    for (size_t n = 0; n < keys.size(); ++n) {
      if (result.keys[n].empty()) result.keys[n] = std::move(keys[n]);
    }
  }
  if (result.form != before) {
    result.former = OwnKeys(entries, before);
    for (size_t n = 0; n < entries.size(); ++n) {
      if (result.former[n] == result.keys[n]) result.former[n].clear();
    }
  }
  return result;
}

IdentityKey EntryIdentity(absl::string_view source_id, absl::string_view entry_key) {
  const std::string bounded = entry_key.size() > kMaxEntryKeyBytes
                                  ? absl::StrCat("sha256:", Sha256Hex(entry_key))
                                  : std::string(entry_key);
  return {IdentityKind::kEntry, absl::StrCat(source_id, " ", bounded)};
}

std::vector<IdentityKey> IdentityKeys(absl::string_view source_id, absl::string_view entry_key,
                                      absl::string_view link, absl::string_view title,
                                      absl::string_view text) {
  std::vector<IdentityKey> keys;
  if (!entry_key.empty()) {
    keys.push_back(EntryIdentity(source_id, entry_key));
  }
  if (!link.empty())
    keys.push_back({IdentityKind::kCanonicalUrl, std::string(WithoutScheme(link))});
  if (std::optional<std::string> content = TitleBodyKey(title, text)) {
    keys.push_back({IdentityKind::kContent, *std::move(content)});
  }
  return keys;
}

}  // namespace dateline::ingestion
