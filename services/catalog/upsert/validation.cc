#include "services/catalog/upsert/validation.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/text/utf8.h"
#include "services/catalog/upsert/known_values.h"
#include "services/catalog/upsert/names.h"
#include "services/catalog/upsert/times.h"

namespace dateline::catalog::upsert {
namespace {

using content::v1::Article;
using error::FieldViolations;

// BCP 47 advises room for 35 characters (RFC 5646, section 4.4.1).
constexpr size_t kMaxLanguageBytes = 35;
// Keys and hashes longer than SHA-512 are hashed by their sender.
constexpr size_t kMaxKeyBytes = 64;
// An entry has an id, some addresses and a hash of its content.
constexpr int kMaxKeys = 64;
// Beyond that it is a directory, not prose.
constexpr int kMaxCitedLinks = 10'000;

bool HasControlCharacter(absl::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

void CheckCodePoints(absl::string_view field, absl::string_view text, int64_t limit,
                     FieldViolations* out) {
  if (text::CountCodePoints(text) > limit) {
    out->Add(field, absl::StrCat("must be at most ", limit, " code points"));
  }
}

void CheckBytes(absl::string_view field, absl::string_view text, size_t limit,
                FieldViolations* out) {
  if (text.size() > limit) out->Add(field, absl::StrCat("must be at most ", limit, " bytes"));
}

// False, and named in `*out`, if there are too many to look at each.
bool CheckCount(absl::string_view field, int count, int limit, FieldViolations* out) {
  if (count <= limit) return true;
  out->Add(field, absl::StrCat("must be at most ", limit));
  return false;
}

void CheckScheme(absl::string_view field, absl::string_view url, FieldViolations* out) {
  if (!absl::StartsWithIgnoreCase(url, "http://") && !absl::StartsWithIgnoreCase(url, "https://")) {
    out->Add(field, "must be absolute http or https");
  } else if (HasControlCharacter(url)) {
    out->Add(field, "must hold no control characters");
  }
}

void CheckUrl(absl::string_view field, absl::string_view url, FieldViolations* out) {
  if (url.empty()) return;
  CheckScheme(field, url, out);
  CheckBytes(field, url, limits::kMaxUrlBytes, out);
}

template <typename Message>
void CheckTime(absl::string_view field, const Message& time, FieldViolations* out) {
  if (!IsValidTime(time)) out->Add(field, "must be a time of the years 1 to 9999");
}

void CheckReferences(const Article& article, FieldViolations* out) {
  const bool few_topics =
      CheckCount("article.topics", article.topics_size(), limits::kMaxTopicsPerArticle, out);
  for (int i = 0; few_topics && i < article.topics_size(); ++i) {
    if (IdInName(kTopics, article.topics(i).topic()).empty()) {
      out->Add(absl::StrCat("article.topics[", i, "].topic"), "must be topics/{id}");
    }
  }
  const bool few_bylines =
      CheckCount("article.bylines", article.bylines_size(), limits::kMaxAuthorsPerArticle, out);
  for (int i = 0; few_bylines && i < article.bylines_size(); ++i) {
    const std::string& author = article.bylines(i).author();
    if (!author.empty() && IdInName(kAuthors, author).empty()) {
      out->Add(absl::StrCat("article.bylines[", i, "].author"), "must be authors/{id} or empty");
    }
  }
  const bool few_images =
      CheckCount("article.images", article.images_size(), limits::kMaxImagesPerArticle, out);
  for (int i = 0; few_images && i < article.images_size(); ++i) {
    CheckUrl(absl::StrCat("article.images[", i, "].url"), article.images(i).url(), out);
  }
  const bool few_media =
      CheckCount("article.media", article.media_size(), limits::kMaxImagesPerArticle, out);
  for (int i = 0; few_media && i < article.media_size(); ++i) {
    CheckUrl(absl::StrCat("article.media[", i, "].url"), article.media(i).url(), out);
  }
}

void CheckLinks(const Article& article, FieldViolations* out) {
  CheckUrl("article.canonical_url", article.canonical_url(), out);
  CheckUrl("article.external_url", article.external_url(), out);
  CheckUrl("article.sponsor.url", article.sponsor().url(), out);
  const bool few =
      CheckCount("article.cited_links", article.cited_links_size(), kMaxCitedLinks, out);
  for (int i = 0; few && i < article.cited_links_size(); ++i) {
    // However long: the text holds them anyway.
    CheckScheme(absl::StrCat("article.cited_links[", i, "]"), article.cited_links(i), out);
  }
}

void CheckArticle(const Article& article, FieldViolations* out) {
  if (article.title().empty()) out->Add("article.title", "must not be empty");
  CheckCodePoints("article.title", article.title(), limits::kMaxTitleCodePoints, out);
  CheckCodePoints("article.subtitle", article.subtitle(), limits::kMaxTitleCodePoints, out);
  CheckBytes("article.body_html", article.body_html(), limits::kMaxBodyBytes, out);
  CheckBytes("article.body_text", article.body_text(), limits::kMaxBodyBytes, out);
  CheckLinks(article, out);
  if (!article.path().empty() &&
      (article.path()[0] != '/' || HasControlCharacter(article.path()))) {
    out->Add("article.path", "must begin with / and hold no control characters");
  }
  CheckBytes("article.path", article.path(), limits::kMaxPathBytes, out);
  if (article.language().size() > kMaxLanguageBytes || HasControlCharacter(article.language())) {
    out->Add("article.language", "must be a BCP 47 tag");
  }
  CheckTime("article.publish_time", article.publish_time(), out);
  CheckTime("article.embargo_time", article.embargo_time(), out);
  CheckTime("article.expire_time", article.expire_time(), out);
  CheckReferences(article, out);
}

void CheckKeys(const v1::UpsertItem& item, FieldViolations* out) {
  if (!CheckCount("keys", item.keys_size(), kMaxKeys, out)) return;
  bool has_entry_key = false;
  for (int i = 0; i < item.keys_size(); ++i) {
    const v1::IdentityKey& key = item.keys(i);
    const std::string field = absl::StrCat("keys[", i, "]");
    if (key.kind() < v1::IDENTITY_KIND_ENTRY || key.kind() > v1::IDENTITY_KIND_CONTENT) {
      out->Add(absl::StrCat(field, ".kind"), "must be ENTRY, URL or CONTENT");
    }
    if (key.key().empty() || key.key().size() > kMaxKeyBytes) {
      out->Add(absl::StrCat(field, ".key"), absl::StrCat("must be 1 to ", kMaxKeyBytes, " bytes"));
    }
    has_entry_key |= key.kind() == v1::IDENTITY_KIND_ENTRY;
  }
  if (!has_entry_key) out->Add("keys", "must hold a key of kind ENTRY");
}

}  // namespace

absl::Status ValidateItem(const v1::UpsertItem& item) {
  FieldViolations violations;
  if (!item.has_article()) violations.Add("article", "is required");
  if (!item.has_origin()) violations.Add("origin", "is required");
  if (item.has_article()) CheckArticle(item.article(), &violations);
  const content::v1::Origin& origin = item.origin();
  if (origin.entry_id().empty() || origin.entry_id().size() > limits::kMaxUrlBytes ||
      origin.entry_id().find('\0') != std::string::npos) {
    violations.Add("origin.entry_id", absl::StrCat("must be 1 to ", limits::kMaxUrlBytes,
                                                   " bytes without a zero byte"));
  }
  if (origin.content_hash().empty() || origin.content_hash().size() > kMaxKeyBytes) {
    violations.Add("origin.content_hash", absl::StrCat("must be 1 to ", kMaxKeyBytes, " bytes"));
  }
  CheckTime("observe_time", item.observe_time(), &violations);
  CheckKeys(item, &violations);
  if (const std::string unknown = FirstUnknownEnum(item); !unknown.empty()) {
    violations.Add(unknown, "must be a value that the contract has");
  }
  return violations.ToStatus();
}

}  // namespace dateline::catalog::upsert
