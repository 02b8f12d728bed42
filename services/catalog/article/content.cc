#include "services/catalog/article/content.h"

#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/html/clean.h"
#include "common/text/teaser.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;
using content::v1::Publication;

// Takes from `*article` what the catalog decides, and puts in what the sender derived from the
// body.
void SetOutputFields(const v1::DerivedText& derived, Article* article) {
  article->clear_name();
  article->clear_state();
  article->clear_revision();
  article->clear_cluster();
  article->clear_first_publish_time();
  article->set_body_text(derived.body_text());
  article->set_word_count(derived.word_count());
  *article->mutable_cited_links() = derived.cited_links();
}

void CutTeaser(const Publication& publication, const v1::DerivedText& derived, Article* article) {
  if (derived.teaser_source() == content::v1::TEASER_SOURCE_EDITOR &&
      !article->teaser().text().empty()) {
    article->mutable_teaser()->set_truncated(false);
    article->mutable_teaser()->set_source(content::v1::TEASER_SOURCE_EDITOR);
    return;
  }
  const int words = publication.teaser_rule().words() > 0 ? publication.teaser_rule().words()
                                                          : limits::kDefaultTeaserWords;
  const std::string& ellipsis = publication.teaser_rule().ellipsis().empty()
                                    ? std::string("...")
                                    : publication.teaser_rule().ellipsis();
  text::Teaser cut = text::CutTeaser(derived.body_text(), words, ellipsis);
  const bool from_body = !cut.text.empty();
  if (!from_body) {
    cut = text::CutTeaser(article->teaser().text(), words, ellipsis);
    cut.truncated |= derived.teaser_truncated();
  }
  article->clear_teaser();
  if (cut.text.empty()) return;
  content::v1::Teaser* teaser = article->mutable_teaser();
  teaser->set_text(std::move(cut.text));
  teaser->set_truncated(cut.truncated);
  teaser->set_source(from_body ? content::v1::TEASER_SOURCE_BODY : content::v1::TEASER_SOURCE_FEED);
}

void FillDefaults(const Publication& publication, Article* article) {
  article->set_publication(publication.name());
  if (article->type() == content::v1::ARTICLE_TYPE_UNSPECIFIED) {
    article->set_type(content::v1::ARTICLE_TYPE_ARTICLE);
  }
  if (article->access() == content::v1::ACCESS_UNSPECIFIED) {
    article->set_access(content::v1::ACCESS_FREE);
  }
  if (article->language().empty()) article->set_language(publication.default_language());
}

// Cleans an editor's body and tells what follows from it.
absl::StatusOr<v1::DerivedText> CleanBody(const Publication& publication, Article* article) {
  html::CleanOptions options;
  options.base_url = publication.home_page();
  options.embed_hosts = html::DefaultEmbedHosts();
  html::CleanResult clean = html::CleanHtml(article->body_html(), options);
  if (clean.truncated) {
    return error::InvalidField("article.body_html",
                               absl::StrCat("takes more than ", limits::kMaxBodyBytes,
                                            " bytes once it is cleaned, or is nested too deeply"));
  }
  article->set_body_html(std::move(clean.html));
  v1::DerivedText derived;
  derived.set_body_text(std::move(clean.text));
  derived.set_word_count(static_cast<int32_t>(clean.word_count));
  for (std::string& link : clean.links) derived.add_cited_links(std::move(link));
  return derived;
}

void CheckEdited(const Article& article, error::FieldViolations* out) {
  if (article.title().empty()) out->Add("article.title", "must not be empty");
  if (article.type() == content::v1::ARTICLE_TYPE_LINK && article.external_url().empty()) {
    out->Add("article.external_url", "must not be empty for an article of type LINK");
  }
  const auto ends_before = [&](const google::protobuf::Timestamp& start) {
    return TimeFromProto(article.expire_time()) <= TimeFromProto(start);
  };
  if (article.has_expire_time() &&
      ((article.has_publish_time() && ends_before(article.publish_time())) ||
       (article.has_embargo_time() && ends_before(article.embargo_time())))) {
    out->Add("article.expire_time", "must be later than publish_time and embargo_time");
  }
}

void SetTopicOrigins(const Article& before, Article* article, error::FieldViolations* out) {
  std::map<std::string, content::v1::TopicOrigin> origins;
  for (const auto& topic : before.topics()) origins.emplace(topic.topic(), topic.origin());
  std::map<std::string, int> first;
  for (int i = 0; i < article->topics_size(); ++i) {
    content::v1::ArticleTopic& topic = *article->mutable_topics(i);
    const std::string field = absl::StrCat("article.topics[", i, "].topic");
    if (topic.topic().empty()) out->Add(field, "must be topics/{id}");
    if (!first.emplace(topic.topic(), i).second) out->Add(field, "must not stand twice");
    const auto known = origins.find(topic.topic());
    topic.set_origin(known == origins.end() ? content::v1::TOPIC_ORIGIN_EDITOR : known->second);
  }
}

}  // namespace

Article PrepareContent(const v1::UpsertItem& item, const Publication& publication, absl::Time now) {
  Article article = item.article();
  SetOutputFields(item.derived(), &article);
  FillDefaults(publication, &article);
  for (content::v1::ArticleTopic& topic : *article.mutable_topics()) {
    if (topic.origin() == content::v1::TOPIC_ORIGIN_UNSPECIFIED) {
      topic.set_origin(content::v1::TOPIC_ORIGIN_FEED);
    }
  }
  if (!article.has_publish_time() || TimeFromProto(article.publish_time()) > now) {
    *article.mutable_publish_time() = TimeToProto(now);
  }
  *article.mutable_modify_time() = TimeToProto(now);
  CutTeaser(publication, item.derived(), &article);
  return article;
}

void NameTargets(const absl::flat_hash_map<std::string, std::string>& merged,
                 content::v1::Article* content) {
  if (merged.empty()) return;
  for (content::v1::Byline& byline : *content->mutable_bylines()) {
    const auto target = merged.find(byline.author());
    if (target != merged.end()) byline.set_author(target->second);
  }
  absl::flat_hash_set<std::string> seen;
  google::protobuf::RepeatedPtrField<content::v1::ArticleTopic> topics;
  topics.Swap(content->mutable_topics());
  for (content::v1::ArticleTopic& topic : topics) {
    const auto target = merged.find(topic.topic());
    if (target != merged.end()) topic.set_topic(target->second);
    if (seen.insert(topic.topic()).second) *content->add_topics() = std::move(topic);
  }
}

absl::Status PrepareEdited(const Publication& publication, const Article& before, absl::Time now,
                           Article* content) {
  error::FieldViolations violations;
  CheckEdited(*content, &violations);
  SetTopicOrigins(before, content, &violations);
  DATELINE_RETURN_IF_ERROR(violations.ToStatus());
  // What was cut from the body before is cut anew; what differs from it is the editor's.
  const content::v1::Teaser& old = before.teaser();
  const bool is_cut =
      old.source() != content::v1::TEASER_SOURCE_EDITOR && content->teaser().text() == old.text();
  DATELINE_ASSIGN_OR_RETURN(v1::DerivedText derived, CleanBody(publication, content));
  derived.set_teaser_source(is_cut ? content::v1::TEASER_SOURCE_BODY
                                   : content::v1::TEASER_SOURCE_EDITOR);
  derived.set_teaser_truncated(is_cut && old.truncated());
  SetOutputFields(derived, content);
  FillDefaults(publication, content);
  *content->mutable_modify_time() = TimeToProto(now);
  CutTeaser(publication, derived, content);
  return absl::OkStatus();
}

}  // namespace dateline::catalog::article
