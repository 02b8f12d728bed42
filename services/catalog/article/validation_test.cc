#include "services/catalog/article/validation.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "common/base/limits.h"
#include "common/errors/details.h"

namespace dateline::catalog::article {
namespace {

v1::UpsertItem Valid() {
  v1::UpsertItem item;
  item.mutable_article()->set_title("T");
  item.set_entry_id("1");
  item.set_content_hash("h");
  v1::IdentityKey* key = item.add_keys();
  key->set_kind(v1::IDENTITY_KIND_ENTRY);
  key->set_key("k");
  return item;
}

TEST(ValidationTest, TakesWhatIsWithinTheBounds) {
  v1::UpsertItem item = Valid();
  EXPECT_TRUE(ValidateItem(item).ok());
  // Code points are counted, not bytes (AIP-210).
  std::string title;
  for (int i = 0; i < limits::kMaxTitleCodePoints; ++i) title += "ш";
  item.mutable_article()->set_title(title);
  EXPECT_TRUE(ValidateItem(item).ok());
}

TEST(ValidationTest, NamesEveryFieldThatDoesNotFit) {
  struct Case {
    const char* field;
    std::function<void(v1::UpsertItem*)> spoil;
  };
  const Case cases[] = {
      {"article", [](auto* item) { item->clear_article(); }},
      {"article.title", [](auto* item) { item->mutable_article()->clear_title(); }},
      {"article.title",
       [](auto* item) { item->mutable_article()->set_title(std::string(1001, 'x')); }},
      {"article.body_html",
       [](auto* item) {
         item->mutable_article()->set_body_html(std::string(limits::kMaxBodyBytes + 1, 'x'));
       }},
      {"article.body_html",
       [](auto* item) { item->mutable_article()->set_body_html("<script>alert(1)</script>"); }},
      {"article.body_html",
       [](auto* item) { item->mutable_article()->set_body_html("<p onclick=\"alert(1)\">a</p>"); }},
      {"article.body_html",
       [](auto* item) {
         item->mutable_article()->set_body_html("<p><a href=\"javascript:alert(1)\">a</a></p>");
       }},
      {"article.body_html", [](auto* item) { item->mutable_article()->set_body_html("<p>a"); }},
      {"article.canonical_url",
       [](auto* item) { item->mutable_article()->set_canonical_url("ftp://x"); }},
      {"article.sponsor.url",
       [](auto* item) {
         item->mutable_article()->mutable_sponsor()->set_url("javascript:alert(1)");
       }},
      {"article.images[0].url",
       [](auto* item) { item->mutable_article()->add_images()->set_url("data:text/html,x"); }},
      {"article.media[0].url",
       [](auto* item) { item->mutable_article()->add_media()->set_url("file:///etc/passwd"); }},
      {"derived.cited_links[1]",
       [](auto* item) {
         item->mutable_derived()->add_cited_links("https://a.example/");
         item->mutable_derived()->add_cited_links(" javascript:alert(1)");
       }},
      {"article.external_url",
       [](auto* item) { item->mutable_article()->set_external_url("https://a\n.example/"); }},
      {"article.type",
       [](auto* item) {
         item->mutable_article()->set_type(static_cast<content::v1::ArticleType>(99999));
       }},
      {"article.topics[1].origin",
       [](auto* item) {
         item->mutable_article()->add_topics()->set_topic("topics/a");
         auto* topic = item->mutable_article()->add_topics();
         topic->set_topic("topics/b");
         topic->set_origin(static_cast<content::v1::TopicOrigin>(99999));
       }},
      {"article.path", [](auto* item) { item->mutable_article()->set_path("no-slash"); }},
      {"article.topics[0].topic",
       [](auto* item) { item->mutable_article()->add_topics()->set_topic("energy"); }},
      {"article.topics[0].topic", [](auto* item) { item->mutable_article()->add_topics(); }},
      {"article.topics",
       [](auto* item) {
         for (int i = 0; i < 65; ++i) item->mutable_article()->add_topics()->set_topic("topics/a");
       }},
      {"article.bylines[0].author",
       [](auto* item) { item->mutable_article()->add_bylines()->set_author("someone"); }},
      {"article.publish_time",
       [](auto* item) { item->mutable_article()->mutable_publish_time()->set_nanos(-1); }},
      {"article.language",
       [](auto* item) { item->mutable_article()->set_language(std::string(36, 'e')); }},
      {"entry_id", [](auto* item) { item->clear_entry_id(); }},
      {"entry_id", [](auto* item) { item->set_entry_id(std::string("a\0b", 3)); }},
      {"content_hash", [](auto* item) { item->clear_content_hash(); }},
      {"keys", [](auto* item) { item->clear_keys(); }},
      {"keys[1].kind", [](auto* item) { item->add_keys()->set_key("x"); }},
      {"keys[0].key", [](auto* item) { item->mutable_keys(0)->set_key(std::string(65, 'x')); }},
      {"observe_time",
       [](auto* item) { item->mutable_observe_time()->set_seconds(int64_t{1} << 50); }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.field);
    v1::UpsertItem item = Valid();
    c.spoil(&item);
    const absl::Status status = ValidateItem(item);
    EXPECT_EQ(error::ReasonOf(status), errors::v1::ERROR_REASON_INVALID_FIELD);
    bool named = false;
    const auto violations = error::FieldViolationsOf(status);
    for (const auto& violation : violations.field_violations()) {
      named |= violation.field() == c.field;
    }
    EXPECT_TRUE(named) << status;
  }
}

}  // namespace
}  // namespace dateline::catalog::article
