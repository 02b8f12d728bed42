#ifndef DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_ASSIGNER_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_ASSIGNER_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/ingestion/v1/source.pb.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/store/proposal_store.h"
#include "services/ingestion/tag/categories.h"

namespace dateline::ingestion::deliver {

// Gives the entries of one document their topics:
//  - by the source's own rules, which name a category's term or its label; a rule for a topic that
//    is not there drops the category;
//  - by names and aliases of topics (tag/categories.h), of the label first, then of the term. A
//    merged topic stands for where it went, a deleted one for nothing;
//  - a category that names no topic becomes a PROPOSED or an ACTIVE one, or is ignored, as the
//    source's policy says; at most kMaxNewTopics in a document, the others are only counted;
//  - by what title and text speak of, if the source wants that.
// What cannot be a topic never loses an article. Not thread-safe.
class TopicAssigner {
 public:
  // A feed with more new categories than that has something else in their place.
  static constexpr int kMaxNewTopics = 100;
  // Categories of one entry that are looked at.
  static constexpr int kMaxCategories = 256;

  // `directory` must outlive it. With `dry_run` nothing is created nor counted.
  TopicAssigner(TopicDirectory& directory, const v1::Source& source, bool dry_run);

  // Makes the topics that these categories want and that nobody has yet, all by one call, as Assign
  // would one by one. What cannot be made so is left to Assign.
  absl::Status Prepare(const RequestContext& context, const std::vector<v1::FeedCategory>& wanted);

  // Adds the topics of entry number `entry` to its article: in the feed's order, each once, then
  // those of the text; at most limits::kMaxTopicsPerArticle. Errors of the catalog but those about
  // one topic.
  absl::Status Assign(const RequestContext& context, size_t entry,
                      const std::vector<v1::FeedCategory>& categories,
                      catalog::v1::UpsertItem* item);

  // How many topics the last article of Assign had no room for.
  size_t left_out() const { return left_out_; }

  // Takes away the topics that the catalog does not have any more: deleted since they were looked
  // up.
  absl::Status DropLost(const RequestContext& context, content::v1::Article* article);

  // Entry number `entry` became an article: what it carried of categories without a topic counts.
  void BecameArticle(size_t entry, const std::string& article);

  // Adds what was counted to the proposals, as far as they can be reached.
  void Record(const RequestContext& context);

 private:
  // A category that names no topic.
  struct Unnamed {
    std::string key;
    std::string term;
    std::string topic;
  };

  absl::StatusOr<std::string> TopicOf(const RequestContext& context, size_t entry,
                                      const v1::FeedCategory& category);
  absl::Status Learn(const RequestContext& context, const content::v1::Topic& topic);
  absl::StatusOr<TopicIndex::Found> ByRule(const RequestContext& context, const std::string& topic);
  absl::StatusOr<TopicIndex::Found> Make(const RequestContext& context, const std::string& name);
  bool may_make() const;
  content::v1::TopicState NewState() const;
  // The name that a topic would be made of for a category that nothing is known of; else empty.
  std::string UnknownName(const v1::FeedCategory& category);

  TopicDirectory& directory_;
  const v1::Source source_;
  const bool dry_run_;
  const CategoryRules rules_;
  size_t left_out_ = 0;
  int tried_ = 0;                                      // New topics.
  std::map<std::string, TopicIndex::Found> resolved_;  // Names for which the catalog was asked.
  std::map<size_t, std::vector<Unnamed>> unnamed_;     // By entry.
  std::map<std::string, store::SeenProposal> seen_;    // By key.
};

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_ASSIGNER_H_
