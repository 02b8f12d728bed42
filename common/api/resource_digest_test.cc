#include "common/api/resource_digest.h"

#include <gtest/gtest.h>

#include <functional>

#include "common/api/stable_bytes.h"

namespace dateline::api {
namespace {

using catalog::v1::ResourceState;

content::v1::Article Revision() {
  content::v1::Article article;
  article.set_name("articles/a");
  article.set_title("Title");
  article.set_body_text("Text");
  return article;
}

ResourceState Exported(const content::v1::Article& live, const content::v1::Article& scheduled) {
  ResourceState state;
  state.set_kind(catalog::v1::RESOURCE_KIND_ARTICLE);
  state.set_key(1);
  state.set_name("articles/a");
  state.set_version(3);
  state.set_digest(17);
  state.mutable_article()->set_live(live.SerializeAsString());
  state.mutable_article()->set_scheduled(scheduled.SerializeAsString());
  state.mutable_article()->set_cluster("clusters/c");
  return state;
}

TEST(ResourceDigestTest, PartsThatAreStoredApartGiveTheSame) {
  const ResourceState exported = Exported(Revision(), Revision());
  ResourceState stored = exported;
  stored.mutable_article()->clear_live();
  stored.mutable_article()->clear_scheduled();
  content::v1::Article served = Revision();
  served.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  served.set_cluster("clusters/c");
  EXPECT_EQ(DigestOf(exported).state, DigestOfState(stored));
  EXPECT_EQ(DigestOf(exported).live, DigestOfRevision(served));
  EXPECT_EQ(DigestOf(exported).scheduled, DigestOfRevision(served));
}

TEST(ResourceDigestTest, EachPartTellsItsOwnChanges) {
  const ResourceDigest before = DigestOf(Exported(Revision(), Revision()));
  content::v1::Article other = Revision();
  other.set_body_text("Other text");
  const ResourceDigest live = DigestOf(Exported(other, Revision()));
  EXPECT_NE(live.live, before.live);
  EXPECT_EQ(live.scheduled, before.scheduled);
  EXPECT_EQ(live.state, before.state);
  const ResourceDigest scheduled = DigestOf(Exported(Revision(), other));
  EXPECT_EQ(scheduled.live, before.live);
  EXPECT_NE(scheduled.scheduled, before.scheduled);
  EXPECT_EQ(scheduled.state, before.state);
}

TEST(ResourceDigestTest, OfTheRestEveryFieldCounts) {
  using Change = std::function<void(ResourceState&)>;
  const std::vector<Change> changes = {
      [](ResourceState& state) { state.set_version(4); },
      [](ResourceState& state) { state.set_name("articles/b"); },
      [](ResourceState& state) { state.mutable_article()->add_topic_keys(1); },
      [](ResourceState& state) { state.mutable_article()->add_author_keys(1); },
      [](ResourceState& state) { state.mutable_article()->set_publication_key(1); },
      [](ResourceState& state) { state.mutable_article()->mutable_schedule_time(); },
      [](ResourceState& state) { state.mutable_article()->set_cluster("clusters/d"); },
      [](ResourceState& state) {
        state.mutable_article()->set_state(content::v1::ARTICLE_STATE_WITHDRAWN);
      },
  };
  const ResourceState state = Exported(Revision(), Revision());
  for (size_t i = 0; i < changes.size(); ++i) {
    ResourceState changed = state;
    changes[i](changed);
    EXPECT_NE(DigestOf(changed).state, DigestOf(state).state) << i;
  }
  ResourceState other = state;
  other.set_digest(18);  // compared by itself
  EXPECT_EQ(DigestOf(other).state, DigestOf(state).state);
}

TEST(ResourceDigestTest, WhatIsNotThereIsZeroAndWhatCannotBeReadIsNot) {
  ResourceState state;
  state.mutable_topic()->set_name("topics/t");
  EXPECT_EQ(DigestOf(state).live, 0u);
  EXPECT_EQ(DigestOf(state).scheduled, 0u);
  state.mutable_article()->set_live("\xff");
  EXPECT_NE(DigestOf(state).live, 0u);
}

TEST(StableBytesTest, TheOrderOfAMapDoesNotCount) {
  content::v1::Topic one;
  content::v1::Topic two;
  for (int i = 0; i < 50; ++i) {
    (*one.mutable_display_names())[std::string(1, static_cast<char>('A' + i))] = "name";
    (*two.mutable_display_names())[std::string(1, static_cast<char>('A' + 49 - i))] = "name";
  }
  EXPECT_EQ(StableBytes(one), StableBytes(two));
}

}  // namespace
}  // namespace dateline::api
