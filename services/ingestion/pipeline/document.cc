#include "services/ingestion/pipeline/document.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/simhash.h"
#include "common/text/teaser.h"
#include "google/protobuf/unknown_field_set.h"
#include "services/ingestion/identify/content_hash.h"
#include "services/ingestion/pipeline/addresses.h"
#include "services/ingestion/pipeline/article.h"
#include "services/ingestion/pipeline/clean.h"
#include "services/ingestion/pipeline/fit.h"
#include "services/ingestion/pipeline/parse.h"
#include "services/ingestion/pipeline/stable_hash.h"

namespace dateline::ingestion::pipeline {
namespace {

// The catalog takes keys of 64 bytes at most: a hash in hexadecimal fits exactly.
constexpr size_t kMaxKeyBytes = 64;
// The number of a field that is no part of UpsertItem, in what is kept.
constexpr int kBroughtField = 100'000;
// Words of a text without a title by which it is told from others.
constexpr int kWordsForTitle = 50;

// Only published posts of a WordPress export are articles; a post to come is not to be shown early.
std::string SkipReason(const v1::FeedEntry& entry, const parse::EntryExtras& extras) {
  if (!entry.post_type().empty() && entry.post_type() != "post") {
    return absl::StrCat("a WordPress ", entry.post_type(), ", not a post");
  }
  if (!entry.status().empty() && entry.status() != "publish") {
    return absl::StrCat("its status is ", entry.status());
  }
  return extras.is_protected ? "it is protected by a password" : "";
}

std::optional<absl::Time> PublishTimeOf(const v1::FeedEntry& entry) {
  if (!entry.has_publish_time()) return std::nullopt;
  return TimeFromProto(entry.publish_time());
}

catalog::v1::IdentityKind KindToProto(IdentityKind kind) {
  switch (kind) {
    case IdentityKind::kEntry:
      return catalog::v1::IDENTITY_KIND_ENTRY;
    case IdentityKind::kCanonicalUrl:
      return catalog::v1::IDENTITY_KIND_URL;
    case IdentityKind::kContent:
      return catalog::v1::IDENTITY_KIND_CONTENT;
  }
  return catalog::v1::IDENTITY_KIND_UNSPECIFIED;
}

void AddKey(const IdentityKey& key, catalog::v1::UpsertItem* item) {
  catalog::v1::IdentityKey& out = *item->add_keys();
  out.set_kind(KindToProto(key.kind));
  out.set_key(key.key.size() <= kMaxKeyBytes ? key.key : Sha256Hex(key.key));
}

// What the feed files an entry under, each name once.
std::vector<std::string> CategoryNames(const std::vector<v1::FeedCategory>& of) {
  std::vector<std::string> categories;
  for (const v1::FeedCategory& category : of) {
    const std::string& name = category.label().empty() ? category.term() : category.label();
    if (!name.empty() &&
        std::find(categories.begin(), categories.end(), name) == categories.end()) {
      categories.push_back(name);
    }
  }
  return categories;
}

void FillItem(const DocumentInput& input, const v1::FeedEntry& entry, content::v1::Article article,
              DocumentEntry* out) {
  catalog::v1::UpsertItem& item = out->item;
  for (const IdentityKey& key :
       IdentityKeys(input.source.name(), out->entry_id, article.canonical_url(), article.title(),
                    article.body_text())) {
    AddKey(key, &item);
  }
  item.set_entry_id(out->entry_id.size() <= limits::kMaxUrlBytes ? out->entry_id
                                                                 : Sha256Hex(out->entry_id));
  item.set_content_hash(StableHash(&article, CategoryNames(out->categories), PublishTimeOf(entry)));
  item.set_has_publish_time(entry.has_publish_time());
  *item.mutable_observe_time() = TimeToProto(input.observed_at);
  item.set_simhash(text::SimHash(article.body_text()));
  *item.mutable_derived() = TakeDerived(&article);
  *item.mutable_article() = std::move(article);
}

// What tells the entries apart; the text's first words stand in for a title.
std::vector<EntryFacts> FactsOf(const v1::Feed& feed, const std::vector<std::string>& addresses,
                                const std::vector<CleanedEntry>& cleaned) {
  std::vector<EntryFacts> facts;
  for (size_t i = 0; i < cleaned.size(); ++i) {
    const v1::FeedEntry& entry = feed.entries(static_cast<int>(i));
    std::string title = entry.title();
    if (title.empty()) {
      const std::string& text =
          cleaned[i].content.text.empty() ? cleaned[i].summary.text : cleaned[i].content.text;
      title = text::CutTeaser(text, kWordsForTitle, "").text;
    }
    facts.push_back(
        {entry.id(), OwnLink(entry.link(), addresses[i]), std::move(title), PublishTimeOf(entry)});
  }
  return facts;
}

// Rejects what the catalog would.
void Check(DocumentEntry* entry) {
  entry->rejection = CheckItem(entry->item);
  if (entry->rejection.ok() && entry->entry_id.empty()) entry->rejection = error::EmptyEntry();
  if (!entry->rejection.ok()) entry->fate = EntryFate::kReject;
}

// What is known of an entry beside its message when its article is made.
struct KnownOfEntry {
  std::string key;
  std::string address;     // canonical
  bool is_shared = false;  // with another entry
  std::string skip_reason;
  bool is_cut = false;  // by the end of the document
};

// An entry that is not whole is told, and changes nothing where it is known already: an older
// observation never does.
void MarkCut(DocumentEntry* entry) {
  entry->cuts.emplace_back("the document ends within the entry; what ends before is kept");
  *entry->item.mutable_observe_time() = TimeToProto(absl::UnixEpoch());
}

DocumentEntry ReadEntry(const DocumentInput& input, const v1::Feed& feed,
                        const v1::FeedEntry& entry, const CleanedEntry& cleaned, KnownOfEntry known,
                        const CompleteArticle& complete = nullptr) {
  DocumentEntry out;
  out.position = entry.position();
  out.entry_id = std::move(known.key);
  out.title = entry.title();
  out.skip_reason = std::move(known.skip_reason);
  if (!out.skip_reason.empty()) {
    out.fate = EntryFate::kSkip;
    return out;
  }
  const std::string& canonical = known.address;
  const bool may_claim = !known.is_shared && MayClaim(canonical, input.source);
  content::v1::Article article = MakeArticle(
      {feed, entry, cleaned, input.source, may_claim ? canonical : "", input.observed_at});
  if (complete) complete(&article);
  if (article.title().empty()) article.set_title(canonical);
  article.set_external_url(canonical == article.canonical_url() ? "" : canonical);
  if (!article.external_url().empty() && article.body_text().empty()) {
    article.set_type(content::v1::ARTICLE_TYPE_LINK);
  } else {
    article.clear_external_url();
  }
  out.cuts = FitToContract(&article);
  out.title = article.title();
  out.categories.assign(entry.categories().begin(), entry.categories().end());
  FillItem(input, entry, std::move(article), &out);
  if (known.is_cut) MarkCut(&out);
  Check(&out);
  return out;
}

// Entries that nothing tells apart would revise each other at every reading. The first one counts,
// as feeds put the newest first; another one with other content is rejected, one with the same is
// harmless.
void RejectRepeated(std::vector<DocumentEntry>* entries) {
  std::map<std::string, const DocumentEntry*> first;
  for (DocumentEntry& entry : *entries) {
    if (entry.fate != EntryFate::kDeliver) continue;
    const auto [known, is_new] = first.emplace(entry.entry_id, &entry);
    if (is_new || known->second->item.content_hash() == entry.item.content_hash()) {
      continue;
    }
    entry.fate = EntryFate::kReject;
    entry.rejection = error::InvalidField(
        "entry.id", absl::StrCat("cannot be told from that of entry ", known->second->position,
                                 " of the document, which counts"));
  }
}

}  // namespace

absl::StatusOr<Document> ReadDocument(const DocumentInput& input) {
  parse::ParseOptions options;
  options.content_type = input.content_type;
  options.base_url = input.base_url.empty() ? input.source.url() : input.base_url;
  options.fetched_at = input.observed_at;
  DATELINE_ASSIGN_OR_RETURN(parse::ParsedFeed parsed, Parse(input.bytes, options));
  v1::Feed& feed = parsed.feed;
  const size_t count = parsed.extras.size();
  std::vector<CleanedEntry> cleaned;
  cleaned.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    cleaned.push_back(CleanEntry(feed.entries(static_cast<int>(i)), parsed.extras[i]));
  }
  std::vector<std::string> addresses = AddressesOf(feed);
  const std::vector<EntryFacts> facts = FactsOf(feed, addresses, cleaned);
  GuidMemory memory = FormForGuidsThatChange(input.guid_memory, facts);
  const EntryKeys keys = ChooseEntryKeys(facts, input.key_form, memory.form);
  const std::set<std::string> shared_addresses = SharedAddresses(addresses, keys.keys);
  Document document;
  document.key_form = keys.form;
  document.guid_memory = std::move(memory.bytes);
  document.entries.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const v1::FeedEntry& entry = feed.entries(static_cast<int>(i));
    const bool is_shared = shared_addresses.count(addresses[i]) > 0;
    document.entries.push_back(
        ReadEntry(input, feed, entry, cleaned[i],
                  {keys.keys[i], std::move(addresses[i]), is_shared,
                   SkipReason(entry, parsed.extras[i]), parsed.extras[i].is_cut}));
    if (!keys.former[i].empty()) {
      AddKey(EntryIdentity(input.source.name(), keys.former[i]), &document.entries.back().item);
    }
    cleaned[i] = {};
  }
  RejectRepeated(&document.entries);
  feed.clear_entries();
  document.feed = std::move(feed);
  return document;
}

DocumentEntry ReadEntryAlone(const DocumentInput& input, v1::FeedEntry entry,
                             const parse::EntryExtras& extras, const CompleteArticle& complete) {
  const std::vector<CleanedEntry> cleaned = {CleanEntry(entry, extras)};
  v1::Feed feed;
  *feed.add_entries() = std::move(entry);
  // Its own id counts, whatever the source's documents have come to.
  const std::vector<std::string> addresses = AddressesOf(feed);
  const EntryKeys keys = ChooseEntryKeys(FactsOf(feed, addresses, cleaned));
  return ReadEntry(input, feed, feed.entries(0), cleaned[0],
                   {keys.keys[0], addresses[0], /*is_shared=*/false, "", /*is_cut=*/false},
                   complete);
}

std::string KeptForm(catalog::v1::UpsertItem item, const DocumentEntry& entry) {
  // What was found is found anew; what came with the entry stays.
  item.mutable_article()->clear_topics();
  v1::IngestArticlesRequest brought;
  for (const v1::FeedCategory& category : entry.categories) *brought.add_categories() = category;
  for (const std::string& topic : entry.topics) brought.mutable_article()->add_topics(topic);
  item.GetReflection()->MutableUnknownFields(&item)->AddLengthDelimited(
      kBroughtField, brought.SerializeAsString());
  return item.SerializeAsString();
}

absl::StatusOr<DocumentEntry> EntryOfKeptForm(absl::string_view bytes, int position) {
  DocumentEntry out;
  v1::IngestArticlesRequest brought;
  bool is_whole = out.item.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  const google::protobuf::UnknownFieldSet& fields =
      out.item.GetReflection()->GetUnknownFields(out.item);
  for (int i = 0; i < fields.field_count(); ++i) {
    if (fields.field(i).number() != kBroughtField) continue;
    is_whole &= fields.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED &&
                brought.ParseFromString(fields.field(i).length_delimited());
  }
  if (!is_whole) return error::Internal("a kept entry cannot be read");
  out.item.DiscardUnknownFields();
  out.position = position;
  out.entry_id = out.item.entry_id();
  out.title = out.item.article().title();
  out.categories.assign(brought.categories().begin(), brought.categories().end());
  out.topics.assign(brought.article().topics().begin(), brought.article().topics().end());
  Check(&out);
  return out;
}

}  // namespace dateline::ingestion::pipeline
