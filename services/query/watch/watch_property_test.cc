// Watches and devices' copies compared with a plain model under chance: whoever applies the events
// that he is told, or the answers to his tokens, has what the list holds, whatever is written,
// moved, merged or turned by time, however slowly he reads and however often he begins anew.
//
// DATELINE_OPERATIONS   how many entries of lists and events are checked (default 20,000)
// DATELINE_SEED         the chance, as it was printed
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/query/service/property_test_world.h"
#include "services/query/watch/sync_handlers.h"
#include "services/query/watch/watch_test_util.h"
#include "services/query/watch/watcher.h"

namespace dateline::query::watch {
namespace {

using dateline::testing::IsOk;
using service::testing::KeyOf;
using service::testing::PropertyWorld;

// What a reader of a list keeps: titles, which tell the version, by the articles' keys.
using Held = std::map<int64_t, std::string>;

// A list, newest first as watches take it.
v1::ListArticlesRequest AnyList(PropertyWorld& world) {
  v1::ListArticlesRequest request = world.AnyRequest();
  request.clear_order();
  request.set_page_size(200);
  return request;
}

// The same of a watch or a device's copy.
template <typename Request>
Request RequestFor(const v1::ListArticlesRequest& list) {
  Request request;
  *request.mutable_filter() = list.filter();
  request.set_fold_clusters(list.fold_clusters());
  *request.mutable_languages() = list.languages();
  return request;
}

// What the list holds by the model.
Held Expected(PropertyWorld& world, const v1::ListArticlesRequest& request) {
  Held held;
  for (const int64_t key : world.model().List(request, world.now())) {
    const replica::testing::ArticleSpec& spec = world.model().articles.at(key);
    const bool next =
        spec.scheduled.has_value() && replica::testing::At(*spec.scheduled) <= world.now();
    held[key] = spec.title + (next ? " (updated)" : "");
  }
  return held;
}

// Someone who watches a list and applies what he is told.
class Follower {
 public:
  Follower(PropertyWorld& world, Hub& hub) : world_(world), hub_(hub), list_(AnyList(world)) {
    Begin();
  }
  ~Follower() { Leave(); }

  // Goes on from where he was, as after a broken connection.
  void Resume() {
    Leave();
    auto request = RequestFor<v1::WatchArticlesRequest>(list_);
    request.set_position(position_);
    auto created = Watcher::Create(world_.dateline().replica(), hub_, request);
    ASSERT_THAT(created, IsOk());
    watcher_ = *std::move(created);
    end_ = watcher_->Subscribe([pokes = pokes_] { pokes->Add(); });
  }

  // Reads until he is where the replica is.
  void CatchUp() {
    const content::v1::LogPosition goal = world_.dateline().replica().position()->position;
    for (;;) {
      const int seen = pokes_->count();
      const auto answer = watcher_->Next(world_.dateline().Call());
      ASSERT_THAT(answer, IsOk());
      if (answer->has_value()) {
        Take(**answer);
        continue;
      }
      const auto position = DecodePosition(position_, "position");
      ASSERT_THAT(position, IsOk());
      if (ComparePositions(*position, goal) >= 0) return;
      ASSERT_TRUE(pokes_->AwaitMoreThan(seen, absl::Seconds(60)));
    }
  }

  void Check() {
    ASSERT_EQ(held_, Expected(world_, list_)) << list_.ShortDebugString();
    checked_ += static_cast<int64_t>(held_.size());
  }

  // Events and entries that were checked.
  int64_t checked() const { return checked_; }

 private:
  // From a list on: that, and then what happens to it.
  void Begin() {
    position_ = List();
    Resume();
  }

  // Reads the list, and answers where it was.
  std::string List() {
    const auto page = world_.dateline().List(list_);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) return "";
    EXPECT_EQ(page->next_page_token(), "");
    for (const auto& article : page->articles()) held_[KeyOf(article.name())] = article.title();
    return page->position();
  }

  void Leave() {
    if (end_) end_();
    end_ = nullptr;
    watcher_.reset();
  }

  void Take(const v1::WatchArticlesResponse& answer) {
    position_ = answer.position();
    for (const v1::WatchEvent& event : answer.events()) {
      ++checked_;
      if (event.kind() == v1::WATCH_EVENT_KIND_RESYNC) {
        held_.clear();
        ASSERT_NO_FATAL_FAILURE(List());
        continue;
      }
      const int64_t key = KeyOf(event.name());
      if (event.kind() == v1::WATCH_EVENT_KIND_LEFT) {
        ASSERT_NE(event.reason(), v1::REMOVAL_REASON_UNSPECIFIED);
        held_.erase(key);
      } else {
        held_[key] = event.article().title();
      }
    }
  }

  PropertyWorld& world_;
  Hub& hub_;
  const v1::ListArticlesRequest list_;
  Held held_;
  std::string position_;
  std::shared_ptr<Watcher> watcher_;
  std::function<void()> end_;
  int64_t checked_ = 0;
  const std::shared_ptr<testing::Pokes> pokes_ = std::make_shared<testing::Pokes>();
};

// A device that keeps a copy of a list by its token.
class Device {
 public:
  Device(PropertyWorld& world, const SyncHandlers& sync)
      : world_(world), sync_(sync), list_(AnyList(world)) {}

  // One answer, of few articles.
  void Step() {
    v1::SyncArticlesRequest request;
    if (token_.empty()) request = RequestFor<v1::SyncArticlesRequest>(list_);
    request.set_sync_token(token_);
    request.set_page_size(static_cast<int32_t>(world_.Upto(7)));
    v1::SyncArticlesResponse response;
    const absl::Status status = sync_.SyncArticles(request, world_.dateline().Call(), &response);
    if (error::ReasonOf(status) == errors::v1::ERROR_REASON_POSITION_EXPIRED) {
      // What the filter stands for has changed.
      ASSERT_NE(token_, "");
      token_ = "";
      held_.clear();
      complete_ = false;
      return;
    }
    ASSERT_THAT(status, IsOk());
    token_ = response.sync_token();
    complete_ = response.complete();
    for (const auto& article : response.articles()) held_[KeyOf(article.name())] = article.title();
    for (const auto& removed : response.removed()) held_.erase(KeyOf(removed.name()));
    checked_ += response.articles_size() + response.removed_size();
  }

  void CatchUp() {
    do {
      Step();
    } while (!complete_ && !::testing::Test::HasFatalFailure());
  }

  void Check() {
    ASSERT_EQ(held_, Expected(world_, list_)) << list_.ShortDebugString();
    checked_ += static_cast<int64_t>(held_.size());
  }

  int64_t checked() const { return checked_; }

 private:
  PropertyWorld& world_;
  const SyncHandlers& sync_;
  const v1::ListArticlesRequest list_;
  Held held_;
  std::string token_;
  bool complete_ = false;
  int64_t checked_ = 0;
};

class WatchPropertyTest : public ::testing::Test, public PropertyWorld {
 protected:
  // One round of writes with readers who come, go, lag behind and begin anew.
  void Round() {
    for (int64_t i = Upto(6); i > 0; --i) {
      Write();
      if (Chance(8)) ChangeTopic();
      for (const auto& device : devices_) {
        if (Chance(12)) device->Step();
      }
    }
    // What time has turned is in the lists once the replica has looked.
    dateline().Apply({});
    for (const auto& follower : followers_) {
      if (Chance(8)) follower->Resume();
      if (Chance(2)) Caught(*follower);
    }
    for (const auto& device : devices_) {
      if (Chance(3)) Caught(*device);
    }
    if (Chance(20)) Replace(&followers_, std::make_unique<Follower>(*this, hub_));
    if (Chance(20)) Replace(&devices_, std::make_unique<Device>(*this, sync_));
  }

  int64_t checked() const {
    int64_t checked = gone_;
    for (const auto& follower : followers_) checked += follower->checked();
    for (const auto& device : devices_) checked += device->checked();
    return checked;
  }

  static constexpr size_t kFollowers = 6;
  static constexpr size_t kDevices = 4;

  Hub hub_{dateline().replica(), /*bookmark_interval=*/absl::Milliseconds(1)};
  const tokens::PageTokenCodec tokens_{"a key for tests"};
  const SyncHandlers sync_{dateline().replica(), tokens_};
  std::vector<std::unique_ptr<Follower>> followers_;
  std::vector<std::unique_ptr<Device>> devices_;

 private:
  template <typename Reader>
  static void Caught(Reader& reader) {
    reader.CatchUp();
    if (!HasFatalFailure()) reader.Check();
  }

  template <typename Reader>
  void Replace(std::vector<std::unique_ptr<Reader>>* readers, std::unique_ptr<Reader> other) {
    std::unique_ptr<Reader>& one =
        (*readers)[static_cast<size_t>(Upto(static_cast<int64_t>(readers->size())) - 1)];
    gone_ += one->checked();
    one = std::move(other);
  }

  int64_t gone_ = 0;  // of readers that were replaced
};

TEST_F(WatchPropertyTest, WhoAppliesWhatHeIsToldHasTheList) {
  const int64_t wanted = service::testing::FromEnvironment("DATELINE_OPERATIONS", 20'000);
  while (followers_.size() < kFollowers) {
    followers_.push_back(std::make_unique<Follower>(*this, hub_));
  }
  while (devices_.size() < kDevices) devices_.push_back(std::make_unique<Device>(*this, sync_));
  while (checked() < wanted && !HasFatalFailure()) Round();
}

}  // namespace
}  // namespace dateline::query::watch
