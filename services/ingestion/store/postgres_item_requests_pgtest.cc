#include <thread>

#include "services/ingestion/store/postgres_store_test_base.h"

namespace dateline::ingestion::store {
namespace {

using dateline::testing::IsOk;

class ItemRequestsTest : public PostgresStoreTest {
 protected:
  // What is known of an item when it is claimed: "new", "reused", or its answer.
  std::string Claim(const std::string& id, const std::string& fingerprint) {
    const auto known = store_->ClaimItems(call_, {{id, fingerprint}});
    EXPECT_THAT(known, IsOk());
    if (!known.ok()) return "";
    if ((*known)[0].reused) return "reused";
    return (*known)[0].answer.value_or("new");
  }
  std::string Keep(const std::string& id, const std::string& answer) {
    std::vector<std::string> answers = {answer};
    EXPECT_THAT(store_->KeepAnswers(call_, {{id, ""}}, &answers), IsOk());
    return answers[0];
  }
};

TEST_F(ItemRequestsTest, TheFirstAnswerIsKept) {
  EXPECT_EQ(Claim("a", "f"), "new");
  // Not answered yet, as after a crash: it is delivered again.
  EXPECT_EQ(Claim("a", "f"), "new");
  EXPECT_EQ(Keep("a", std::string("first\0\xff", 7)), std::string("first\0\xff", 7));
  EXPECT_EQ(Keep("a", "second"), std::string("first\0\xff", 7));
  EXPECT_EQ(Claim("a", "f"), std::string("first\0\xff", 7));
  EXPECT_EQ(Claim("a", "g"), "reused");
  EXPECT_EQ(Claim("b", "g"), "new");
}

TEST_F(ItemRequestsTest, CallersHaveTheirOwn) {
  EXPECT_EQ(Claim("a", "f"), "new");
  const auto other =
      store_->ClaimItems(RequestContext::Background("another"), {{"a", "another item"}});
  ASSERT_THAT(other, IsOk());
  EXPECT_FALSE((*other)[0].reused);
}

TEST_F(ItemRequestsTest, TheSameIdTwiceInOneBatch) {
  const auto known = store_->ClaimItems(call_, {{"a", "f"}, {"b", "f"}, {"a", "f"}, {"a", "g"}});
  ASSERT_THAT(known, IsOk());
  EXPECT_FALSE((*known)[0].reused);
  EXPECT_FALSE((*known)[2].reused);
  EXPECT_TRUE((*known)[3].reused);
  std::vector<std::string> answers = {"created", "b", "unchanged"};
  ASSERT_THAT(store_->KeepAnswers(call_, {{"a", ""}, {"b", ""}, {"a", ""}}, &answers), IsOk());
  EXPECT_EQ(answers, (std::vector<std::string>{"created", "b", "created"}));
}

TEST_F(ItemRequestsTest, AreForgottenAfterADay) {
  EXPECT_EQ(Claim("a", "f"), "new");
  EXPECT_EQ(Keep("a", "answer"), "answer");
  Sql("UPDATE ingestion.item_requests SET create_time = now() - interval '23 hours'");
  EXPECT_EQ(Claim("a", "g"), "reused");
  Sql("UPDATE ingestion.item_requests SET create_time = now() - interval '25 hours'");
  EXPECT_EQ(Claim("b", "x"), "new");
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.item_requests"), "1");
  EXPECT_EQ(Claim("a", "g"), "new");
}

TEST_F(ItemRequestsTest, OfTwoAtOnceBothGetOneAnswer) {
  EXPECT_EQ(Claim("a", "f"), "new");
  EXPECT_EQ(Claim("a", "f"), "new");
  std::string one, two;
  std::thread first([&] { one = Keep("a", "one"); });
  std::thread second([&] { two = Keep("a", "two"); });
  first.join();
  second.join();
  EXPECT_EQ(one, two);
}

}  // namespace
}  // namespace dateline::ingestion::store
