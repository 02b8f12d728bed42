#include "services/catalog/service/resource_checks.h"

#include <gtest/gtest.h>

#include <string>

#include "common/errors/details.h"

namespace dateline::catalog::service {
namespace {

using content::v1::Publication;
using content::v1::Topic;

Topic Named(const std::string& id) {
  Topic topic;
  topic.set_name("topics/" + id);
  topic.set_display_name(id);
  topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  return topic;
}

Publication InZone(const std::string& zone) {
  Publication publication;
  publication.set_title("Daily");
  publication.set_time_zone(zone);
  return publication;
}

TEST(CheckPublicationTest, TakesTimeZonesByTheirNamesOnly) {
  for (const char* zone : {"", "UTC", "Asia/Almaty", "America/Argentina/Buenos_Aires"}) {
    EXPECT_TRUE(CheckPublication(InZone(zone)).ok()) << zone;
  }
  for (const char* zone : {"../zoneinfo/UTC", "file:UTC", "file:/usr/share/zoneinfo/UTC",
                           "/usr/share/zoneinfo/UTC", "Asia/../UTC", "zone.tab", "localtime",
                           "libc:localtime", "Fixed/UTC+05:00:00", "nowhere", "Asia/Almaty "}) {
    const absl::Status status = CheckPublication(InZone(zone));
    EXPECT_EQ(error::ReasonOf(status), errors::v1::ERROR_REASON_INVALID_FIELD) << zone;
    EXPECT_NE(status.message().find("publication.time_zone"), absl::string_view::npos) << zone;
  }
}

TEST(CheckPublicationTest, APatternHoldsEachNameOfTheArticleOnce) {
  Publication publication = InZone("");
  std::string pattern = "/";
  for (int i = 0; i < 80; ++i) pattern += "{slug}";
  publication.set_path_pattern(pattern);
  EXPECT_FALSE(CheckPublication(publication).ok());
  publication.set_path_pattern("/{year}/{year}{month}/{id}-{slug}");
  EXPECT_TRUE(CheckPublication(publication).ok());
}

TEST(CheckTopicTest, AParentThatStandsTwiceIsNamedOnce) {
  Topic topic = Named("a");
  for (const char* parent : {"topics/x", "topics/y", "topics/x", "topics/x"}) {
    topic.add_parents(parent);
  }
  const absl::Status status = CheckTopic(topic);
  EXPECT_EQ(status.message(),
            "topic.parents[2]: must not stand twice; topic.parents[3]: must not stand twice");
}

TEST(ApplyTopicUpdateTest, AnUnknownPathIsNamed) {
  Topic stored = Named("a");
  google::protobuf::FieldMask mask;
  mask.add_paths("no_such_field");
  const absl::Status unknown = ApplyTopicUpdate(Named("b"), mask, &stored);
  EXPECT_EQ(error::ReasonOf(unknown), errors::v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_EQ(unknown.message(), "update_mask: topic has no field no_such_field");
  EXPECT_EQ(stored.display_name(), "a");
}

}  // namespace
}  // namespace dateline::catalog::service
