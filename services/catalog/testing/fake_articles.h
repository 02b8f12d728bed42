#ifndef DATELINE_SERVICES_CATALOG_TESTING_FAKE_ARTICLES_H_
#define DATELINE_SERVICES_CATALOG_TESTING_FAKE_ARTICLES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "services/catalog/article/decision.h"
#include "services/catalog/article/identity.h"

namespace dateline::catalog::testing {

// The articles of a catalog without a database. They are decided by the rules of
// services/catalog/article, as PostgreSQL's are; only what SQL does there is done on maps here.
// Authors are not known, near-duplicates are not looked for. Copyable; not thread-safe.
class FakeArticles {
 public:
  // The publication of a delivery.
  struct Publication {
    int64_t key = 0;
    content::v1::Publication message;
  };
  // The keys of topics that exist, by name.
  using TopicKeys = std::map<std::string, int64_t>;

  // Decides a delivery and fills in its results. LEASE_LOST. Items whose title has `refused` in it,
  // unless that is empty, are rejected.
  absl::Status Upsert(const v1::BatchUpsertArticlesRequest& request, const Publication& publication,
                      const TopicKeys& topics, const std::string& refused, absl::Time now,
                      v1::BatchUpsertArticlesResponse* response);

  // Decides additions of topics and fills in their results. `resolve` gives the topic that stands
  // for the one of a name, empty for none.
  void AddTopics(const v1::BatchAddArticleTopicsRequest& request,
                 const std::function<std::string(const std::string&)>& resolve,
                 v1::BatchAddArticleTopicsResponse* response);

  // Takes an article as it is, as one that an editor has published; returns its name.
  std::string Put(content::v1::Article article, const Publication& publication);

  // Takes an article down, once.
  void TakeDown(const std::string& name);

  // The next versions of what was written since the last call, for the log.
  std::vector<v1::ResourceState> TakeWritten(const TopicKeys& topics);

  // The content in force of all articles, by name.
  std::map<std::string, content::v1::Article> contents() const;

 private:
  using Identity = std::pair<int64_t, article::IdentityKeyId>;  // Of a publication.

  absl::Status Prepare(const v1::UpsertItem& item, const Publication& publication,
                       const TopicKeys& topics, const std::string& refused, absl::Time now,
                       content::v1::Article* content) const;
  article::Recogniser::Holders HoldersOf(const v1::BatchUpsertArticlesRequest& request,
                                         const Publication& publication) const;
  void Apply(const article::Delivery& delivery, const v1::UpsertItem& item,
             content::v1::Article content, const Publication& publication, int64_t key,
             v1::UpsertResult* result);
  std::string FreePath(const Publication& publication, const content::v1::Article& article,
                       const std::string& id) const;
  article::WorkingArticle* Find(const std::string& name);

  std::map<int64_t, article::WorkingArticle> articles_;  // By key.
  std::map<Identity, int64_t> identities_;
  std::set<std::pair<int64_t, std::string>> paths_;  // Of a publication.
  std::map<std::string, int64_t> leases_;            // The newest epoch by source.
  int64_t last_key_ = 0;
};

}  // namespace dateline::catalog::testing

#endif  // DATELINE_SERVICES_CATALOG_TESTING_FAKE_ARTICLES_H_
