#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "services/ingestion/store/postgres_reject_purge.h"
#include "services/ingestion/store/postgres_store_test_base.h"

namespace dateline::ingestion::store {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;

class RejectsTest : public PostgresStoreTest {
 protected:
  void SetUp() override {
    PostgresStoreTest::SetUp();
    Make("a");
    Make("b");
  }
  int64_t KeyOf(const std::string& id) {
    const auto stored = store_->Get(call_, "sources/" + id);
    EXPECT_THAT(stored, IsOk());
    return stored->key;
  }
  static NewReject Entry(int position, const std::string& content) {
    return {error::EmptyEntry(), position, "title", content};
  }
  std::vector<v1::Reject> List(const std::string& parent, int64_t before = 0, int limit = 100) {
    const auto rejects = store_->ListRejects(call_, parent, before, limit);
    EXPECT_THAT(rejects, IsOk());
    return rejects.value_or(std::vector<v1::Reject>());
  }
  int64_t Dropped(const std::string& parent) {
    return store_->CountDroppedRejects(call_, parent).value_or(-1);
  }
  std::string BytesOff() {
    return Sql(
        "SELECT coalesce(sum(abs(t.bytes - coalesce((SELECT sum(octet_length(content)) FROM "
        "ingestion.rejects r WHERE r.source_key = t.source_key), 0))), 0) "
        "FROM ingestion.reject_totals t");
  }
};

TEST_F(RejectsTest, KeepsBytesReasonAndPosition) {
  const std::string bytes("\0\x01<feed>\xff", 9);
  ASSERT_THAT(store_->AddRejects(call_, KeyOf("a"),
                                 {{error::UnknownFormat("HTML"), -1, "", bytes}, Entry(7, "x")}),
              IsOk());
  const auto rejects = List("sources/a");
  ASSERT_EQ(rejects.size(), 2U);
  EXPECT_EQ(rejects[0].entry_position(), 7);
  EXPECT_EQ(rejects[1].content(), bytes);
  EXPECT_EQ(rejects[1].content_bytes(), 9);
  EXPECT_EQ(rejects[1].entry_position(), -1);
  EXPECT_TRUE(List("sources/b").empty());
  EXPECT_EQ(List("sources/-").size(), 2U);
}

TEST_F(RejectsTest, TheSameOneIsKeptOnce) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(store_->AddRejects(call_, KeyOf("a"), {Entry(1, "x"), Entry(1, "x")}), IsOk());
  }
  EXPECT_EQ(List("sources/a").size(), 1U);
  EXPECT_EQ(BytesOff(), "0");
}

TEST_F(RejectsTest, TheOldestGoAboveTheBoundAndAreCounted) {
  // 26 of 10 MiB, of which 25 fit; they compress to nothing.
  const std::string large(10 << 20, 'x');
  for (int i = 0; i < 26; ++i) {
    ASSERT_THAT(store_->AddRejects(call_, KeyOf("a"), {Entry(i, large + absl::StrCat(i))}), IsOk());
  }
  ASSERT_THAT(store_->AddRejects(call_, KeyOf("b"), {Entry(0, "small")}), IsOk());
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.rejects"), "26");
  EXPECT_EQ(
      Sql("SELECT min(entry_position) FROM ingestion.rejects WHERE octet_length(content) > 9"),
      "1");
  EXPECT_EQ(Dropped("sources/a"), 1);
  EXPECT_EQ(Dropped("sources/b"), 0);
  EXPECT_EQ(Dropped("sources/-"), 1);
  EXPECT_EQ(BytesOff(), "0");
  const auto counts = store_->Count(call_);
  ASSERT_THAT(counts, IsOk());
  EXPECT_EQ(counts->rejects, 26);
  EXPECT_EQ(counts->dropped_rejects, 1);
}

TEST_F(RejectsTest, AListShowsBeginningsAndStopsAtAPage) {
  const std::string large(2 << 20, 'x');
  for (int i = 0; i < 8; ++i) {
    ASSERT_THAT(store_->AddRejects(call_, KeyOf("a"), {Entry(i, large + absl::StrCat(i))}), IsOk());
  }
  const auto page = List("sources/a");
  ASSERT_EQ(page.size(), 5U);
  EXPECT_EQ(page[0].content().size(), size_t{1} << 20);
  EXPECT_EQ(page[0].content_bytes(), (2 << 20) + 1);
  // For a retry it is whole.
  const auto whole = store_->GetReject(call_, page[0].name());
  ASSERT_THAT(whole, IsOk());
  EXPECT_EQ(whole->content(), large + "7");
}

TEST_F(RejectsTest, GoAfterThirtyDaysWhicheverSourceTheyAreOf) {
  ASSERT_THAT(store_->AddRejects(call_, KeyOf("a"), {Entry(1, "x"), Entry(2, "y")}), IsOk());
  const std::string name = List("sources/a")[0].name();
  Sql("UPDATE ingestion.rejects SET create_time = now() - interval '29 days'");
  EXPECT_EQ(List("sources/a").size(), 2U);
  Sql("UPDATE ingestion.rejects SET create_time = now() - interval '31 days'");
  EXPECT_TRUE(List("sources/a").empty());
  EXPECT_THAT(store_->GetReject(call_, name),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  ASSERT_THAT(store_->AddRejects(call_, KeyOf("b"), {Entry(1, "z")}), IsOk());
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.rejects"), "1");
  EXPECT_EQ(Dropped("sources/a"), 2);
  EXPECT_EQ(BytesOff(), "0");
}

TEST_F(RejectsTest, AForgottenOneIsNotCountedAsGivenUp) {
  ASSERT_THAT(store_->AddRejects(call_, KeyOf("a"), {Entry(1, "x")}), IsOk());
  ASSERT_THAT(store_->DeleteReject(call_, List("sources/a")[0].name()), IsOk());
  EXPECT_TRUE(List("sources/a").empty());
  EXPECT_EQ(Dropped("sources/a"), 0);
  EXPECT_EQ(BytesOff(), "0");
}

TEST_F(RejectsTest, APurgeTakesAnEntryAndAllDocumentsOfItsSource) {
  const auto item = [](int position, const std::string& entry_id, const std::string& title) {
    catalog::v1::UpsertItem kept;
    kept.set_entry_id(entry_id);
    if (!title.empty()) kept.mutable_article()->set_title(title);
    return NewReject{error::EmptyEntry(), position, "", kept.SerializeAsString()};
  };
  std::vector<NewReject> rejects = {{error::UnknownFormat("HTML"), -1, "", "a document"}};
  // More than are looked at together; they have the id somewhere.
  for (int i = 0; i < 30; ++i) rejects.push_back(item(i, absl::StrCat("id-", i), "about id-7"));
  // As it is kept when the article had been taken down.
  rejects.push_back(item(30, "id-7", ""));
  ASSERT_THAT(store_->AddRejects(call_, KeyOf("a"), rejects), IsOk());
  ASSERT_THAT(store_->AddRejects(call_, KeyOf("b"), {item(1, "id-7", "of another source")}),
              IsOk());
  PostgresRejectPurge purge(*pool_);
  for (const char* source : {"sources/a", "sources/nobody"}) {
    ASSERT_THAT(purge.Purge(call_, source, "id-7"), IsOk());
  }
  EXPECT_EQ(List("sources/a").size(), 30U);
  for (const v1::Reject& reject : List("sources/a")) EXPECT_NE(reject.entry_position(), 7);
  EXPECT_EQ(List("sources/b").size(), 1U);
  EXPECT_EQ(BytesOff(), "0");
}

}  // namespace
}  // namespace dateline::ingestion::store
