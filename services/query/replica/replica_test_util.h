#ifndef DATELINE_SERVICES_QUERY_REPLICA_REPLICA_TEST_UTIL_H_
#define DATELINE_SERVICES_QUERY_REPLICA_REPLICA_TEST_UTIL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/testing/temporary_folder.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/read/list.h"
#include "services/query/replica/store/store.h"

// What tests of the replica, its follower and its service share. Reachable from tests only.
namespace dateline::query::replica::testing {

using dateline::testing::TemporaryFolder;

// The instant that tests count from: 2026-09-21T13:46:40Z, as FakeClock does.
absl::Time Epoch();
// Epoch() plus seconds.
absl::Time At(int64_t seconds);

// An article by what decides where it stands. Times are seconds after Epoch().
struct ArticleSpec {
  int64_t key = 1;
  int64_t version = 1;
  int64_t publish = 0;
  std::optional<int64_t> embargo = std::nullopt;
  std::optional<int64_t> expire = std::nullopt;
  std::vector<int64_t> topics = {};  // keys
  std::vector<int64_t> authors = {};
  std::string title = "Title";
  std::string path = {};  // "/{key}" if empty
  std::string language = "en";
  std::vector<std::string> labels = {};
  content::v1::ArticleState state = content::v1::ARTICLE_STATE_PUBLISHED;
  catalog::v1::Withdrawal withdrawal = {};
  std::optional<int64_t> scheduled = std::nullopt;  // when the scheduled revision comes into force
  std::optional<int64_t> scheduled_publish =
      std::nullopt;                 // its publish time; that of the live one if unset
  std::string scheduled_path = {};  // the live one's if empty
  std::string body = "First second third fourth fifth sixth seventh eighth ninth tenth.";
  std::optional<int64_t> modify = std::nullopt;
  std::string cluster = {};          // `clusters/{id}`
  std::string translation_set = {};  // any word
};

// The states as the catalog would send them. Names are `articles/a{key}`, `topics/t{key}`,
// `authors/p{key}`, `publications/m{key}`; articles belong to publication 1.
catalog::v1::ResourceState StateOf(const ArticleSpec& spec);
catalog::v1::ResourceState TopicState(int64_t key, int64_t version,
                                      const std::vector<int64_t>& parents = {},
                                      int64_t merged_into = 0);
catalog::v1::ResourceState AuthorState(int64_t key, int64_t version = 1, int64_t merged_into = 0);
catalog::v1::ResourceState PublicationState(int64_t key, int64_t version = 1);
catalog::v1::ResourceState RememberedPath(int64_t key, const std::string& path, int64_t article);
catalog::v1::ResourceState Tombstone(catalog::v1::ResourceKind kind, int64_t key, int64_t version,
                                     const std::string& name);

// The articles, by key, that are pinned to a topic.
catalog::v1::ResourceState PinsState(int64_t topic, int64_t version,
                                     const std::vector<int64_t>& articles);

// The position (xid, 1) of the log "log", timeline 1 unless told otherwise.
content::v1::LogPosition PositionAt(uint64_t xid, uint32_t timeline = 1);

// A batch that ends at (xid, 1), read at Epoch() + `at` seconds.
Batch BatchOf(std::vector<catalog::v1::ResourceState> states, uint64_t xid = 1, int64_t at = 0);

// How many files in a folder and below have any of some strings.
int FilesWith(const std::string& folder, const std::vector<std::string>& strings);

// The keys of the articles of one list, in order, all pages put together.
std::vector<uint64_t> Listed(const Store& store, const std::string& list, absl::Time now,
                             bool oldest_first = false, size_t page_size = 1'000);

}  // namespace dateline::query::replica::testing

#endif  // DATELINE_SERVICES_QUERY_REPLICA_REPLICA_TEST_UTIL_H_
