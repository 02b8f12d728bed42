#include "services/query/service/teasers.h"

#include <utility>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/errors/errors.h"
#include "common/text/teaser.h"
#include "services/query/replica/apply/card.h"

namespace dateline::query::service {

const std::string& Teasers::EllipsisOf(const std::string& publication) {
  const auto [entry, is_new] = ellipses_.emplace(publication, "...");
  if (!is_new) return entry->second;
  const auto key = view_.KeyOf(publication, catalog::v1::RESOURCE_KIND_PUBLICATION);
  if (!key.has_value()) return entry->second;
  const auto state = view_.StateOf(catalog::v1::RESOURCE_KIND_PUBLICATION, *key);
  if (state.has_value() && !state->publication().teaser_rule().ellipsis().empty()) {
    entry->second = state->publication().teaser_rule().ellipsis();
  }
  return entry->second;
}

absl::StatusOr<std::string> Teasers::Cut(const std::string& encoded, bool full) {
  content::v1::Article article;
  if (!article.ParseFromString(encoded)) {
    return error::Internal("a stored article cannot be read");
  }
  content::v1::Teaser& teaser = *article.mutable_teaser();
  const std::string& ellipsis = EllipsisOf(article.publication());
  if (teaser.source() == content::v1::TEASER_SOURCE_BODY) {
    text::Teaser cut = text::CutTeaser(article.body_text(), words_, ellipsis);
    teaser.set_text(std::move(cut.text));
    teaser.set_truncated(cut.truncated);
  } else if (teaser.source() == content::v1::TEASER_SOURCE_FEED) {
    absl::string_view text = teaser.text();
    if (teaser.truncated()) text = absl::StripSuffix(text, ellipsis);
    text::Teaser cut = text::CutTeaser(text, words_, ellipsis);
    if (cut.truncated) {
      teaser.set_text(std::move(cut.text));
      teaser.set_truncated(true);
    }
  }
  return full ? article.SerializeAsString() : replica::SplitArticle(std::move(article)).card;
}

}  // namespace dateline::query::service
