#ifndef DATELINE_SERVICES_CATALOG_TESTING_UPSERT_BUILDER_H_
#define DATELINE_SERVICES_CATALOG_TESTING_UPSERT_BUILDER_H_

#include <algorithm>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "dateline/catalog/v1/intake.pb.h"

// Deliveries for tests.
namespace dateline::catalog::testing {

// A delivery of `sources/{source}` to `publications/daily`, to which items are added one by one.
class UpsertBuilder {
 public:
  explicit UpsertBuilder(const std::string& source = "wire") {
    request_.set_source(absl::StrCat("sources/", source));
    request_.set_publication("publications/daily");
  }

  // An entry with a title, a body made of `text`, and the key of its id.
  UpsertBuilder& Item(const std::string& entry_id, const std::string& title,
                      const std::string& text = "some words") {
    v1::UpsertItem* item = request_.add_items();
    item->mutable_article()->set_title(title);
    item->mutable_derived()->set_body_text(text);
    item->mutable_derived()->set_word_count(
        static_cast<int>(std::count(text.begin(), text.end(), ' ')) + 1);
    item->mutable_article()->set_body_html(absl::StrCat("<p>", text, "</p>"));
    item->set_entry_id(entry_id);
    item->set_content_hash(absl::StrCat(std::hash<std::string>()(absl::StrCat(title, "\n", text))));
    Published(absl::FromUnixSeconds(1'600'000'000));
    return Key(v1::IDENTITY_KIND_ENTRY, absl::StrCat(request_.source(), "|", entry_id));
  }

  // These change the item that was added last.
  UpsertBuilder& Key(v1::IdentityKind kind, const std::string& key) {
    v1::IdentityKey* added = last()->add_keys();
    added->set_kind(kind);
    added->set_key(key);
    return *this;
  }
  UpsertBuilder& Topic(const std::string& name) {
    last()->mutable_article()->add_topics()->set_topic(name);
    return *this;
  }
  UpsertBuilder& Published(absl::Time time) {
    *last()->mutable_article()->mutable_publish_time() = TimeToProto(time);
    return *this;
  }
  UpsertBuilder& Observed(absl::Time time) {
    *last()->mutable_observe_time() = TimeToProto(time);
    return *this;
  }

  // These change the whole delivery.
  UpsertBuilder& Rank(int rank) {
    request_.set_source_rank(rank);
    return *this;
  }
  UpsertBuilder& Epoch(int64_t epoch) {
    request_.set_lease_epoch(epoch);
    return *this;
  }

  v1::UpsertItem* last() { return request_.mutable_items(request_.items_size() - 1); }
  v1::BatchUpsertArticlesRequest& request() { return request_; }
  const v1::BatchUpsertArticlesRequest& request() const { return request_; }

 private:
  v1::BatchUpsertArticlesRequest request_;
};

}  // namespace dateline::catalog::testing

#endif  // DATELINE_SERVICES_CATALOG_TESTING_UPSERT_BUILDER_H_
