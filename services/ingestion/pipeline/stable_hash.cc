#include "services/ingestion/pipeline/stable_hash.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/text/white_space.h"
#include "services/ingestion/identify/content_hash.h"

namespace dateline::ingestion::pipeline {
namespace {

// `address` up to its query or fragment.
absl::string_view WithoutQuery(absl::string_view address) {
  return address.substr(0, address.find_first_of("?#"));
}

// Whether what is written behind `html` is the value of an attribute that names a picture or a
// recording.
bool EndsWithSource(absl::string_view html) {
  return absl::EndsWith(html, " src=\"") || absl::EndsWith(html, " srcset=\"") ||
         absl::EndsWith(html, " poster=\"");
}

// Cleaned HTML without the queries of the pictures' addresses. The cleaner writes every value in
// double quotes, and those within it as references.
std::string WithoutQueries(absl::string_view html) {
  std::string out;
  out.reserve(html.size());
  while (!html.empty()) {
    const size_t value = std::min(html.find("=\""), html.size());
    const size_t end = std::min(value + 2, html.size());
    out.append(html.data(), end);
    html.remove_prefix(end);
    if (!EndsWithSource(out)) continue;
    absl::string_view addresses = html.substr(0, html.find('"'));
    html.remove_prefix(addresses.size());
    while (!addresses.empty()) {
      // One address, or in srcset one with its width.
      const absl::string_view address = addresses.substr(0, addresses.find_first_of(" ,"));
      const absl::string_view kept = WithoutQuery(address);
      out.append(kept.data(), kept.size());
      addresses.remove_prefix(address.size());
      const size_t next = std::min(addresses.find_first_not_of(" ,"), addresses.size());
      out.append(addresses.data(), next);
      addresses.remove_prefix(next);
    }
  }
  return out;
}

}  // namespace

std::string StableHash(content::v1::Article* article, std::vector<std::string> categories,
                       std::optional<absl::Time> published) {
  // The bodies are too big to be copied with the rest.
  std::string html = std::move(*article->mutable_body_html());
  std::string text = std::move(*article->mutable_body_text());
  article->clear_body_html();
  article->clear_body_text();
  content::v1::Article stable = *article;
  stable.clear_publish_time();
  for (content::v1::Image& image : *stable.mutable_images()) {
    image.set_url(std::string(WithoutQuery(image.url())));
  }
  for (content::v1::Media& media : *stable.mutable_media()) {
    media.set_url(std::string(WithoutQuery(media.url())));
    media.clear_length();
  }
  std::sort(categories.begin(), categories.end());
  std::string all = stable.SerializeAsString();
  for (const std::string& category : categories) absl::StrAppend(&all, "\n", category);
  if (published) absl::StrAppend(&all, "\n", absl::ToUnixMicros(*published));
  absl::StrAppend(&all, "\n", Sha256Hex(text::CollapseWhiteSpace(text)), "\n",
                  Sha256Hex(text::CollapseWhiteSpace(
                      absl::StrContains(html, '?') ? WithoutQueries(html) : html)));
  article->set_body_html(std::move(html));
  article->set_body_text(std::move(text));
  return Sha256Hex(all);
}

}  // namespace dateline::ingestion::pipeline
