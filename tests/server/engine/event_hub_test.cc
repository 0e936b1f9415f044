#include "server/engine/event_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/row_builders.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::IdNumber;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

store::EventChunkRow Chunk(uint64_t n, int64_t first, int32_t count, size_t bytes = 10) {
  return {.execution_id = IdNumber(n), .first_seq = first, .count = count, .bytes = std::string(bytes, 'x')};
}

class EventHubTest : public ::testing::Test {
 protected:
  EventHub::Wake Recording(std::vector<int64_t>* heads) {
    return [heads](int64_t head) { heads->push_back(head); };
  }

  EventHub hub_;
  std::vector<int64_t> heads_;
};

TEST_F(EventHubTest, EverySubscriberOfTheExecutionIsWokenWithItsHead) {
  std::vector<int64_t> others;
  std::vector<int64_t> strangers;
  const auto one = hub_.Subscribe(IdNumber(1), Recording(&heads_));
  const auto other = hub_.Subscribe(IdNumber(1), Recording(&others));
  const auto stranger = hub_.Subscribe(IdNumber(2), Recording(&strangers));
  hub_.Publish(Chunk(1, 1, 3));
  hub_.Publish(Chunk(1, 4, 1));
  EXPECT_THAT(heads_, ElementsAre(3, 4));
  EXPECT_THAT(others, ElementsAre(3, 4));
  EXPECT_THAT(strangers, IsEmpty());
  EXPECT_EQ(hub_.subscriptions(), 3u);
}

TEST_F(EventHubTest, AfterItsSubscriptionIsGoneNobodyIsWoken) {
  auto subscription = hub_.Subscribe(IdNumber(1), Recording(&heads_));
  EXPECT_TRUE(hub_.Watched(IdNumber(1)));
  subscription.reset();
  EXPECT_FALSE(hub_.Watched(IdNumber(1)));
  EXPECT_EQ(hub_.subscriptions(), 0u);
  hub_.Publish(Chunk(1, 1, 3));
  EXPECT_THAT(heads_, IsEmpty());
  EXPECT_EQ(hub_.Find(IdNumber(1), 1), nullptr);
}

TEST_F(EventHubTest, OneSubscriberMayLeaveWhileOthersStay) {
  auto leaves = hub_.Subscribe(IdNumber(1), Recording(&heads_));
  std::vector<int64_t> others;
  const auto stays = hub_.Subscribe(IdNumber(1), Recording(&others));
  hub_.Publish(Chunk(1, 1, 1));
  leaves.reset();
  hub_.Publish(Chunk(1, 2, 1));
  EXPECT_THAT(heads_, ElementsAre(1));
  EXPECT_THAT(others, ElementsAre(1, 2));
  EXPECT_NE(hub_.Find(IdNumber(1), 1), nullptr);
}

TEST_F(EventHubTest, ASubscriberMayLeaveInItsOwnWake) {
  std::shared_ptr<EventHub::Subscription> subscription;
  subscription = hub_.Subscribe(IdNumber(1), [&](int64_t head) {
    heads_.push_back(head);
    subscription.reset();
  });
  hub_.Publish(Chunk(1, 1, 1));
  hub_.Publish(Chunk(1, 2, 1));
  EXPECT_THAT(heads_, ElementsAre(1));
  EXPECT_EQ(hub_.subscriptions(), 0u);
}

TEST_F(EventHubTest, TheChunkThatHoldsAnEventIsFound) {
  const auto subscription = hub_.Subscribe(IdNumber(1), [](int64_t) {});
  hub_.Publish(Chunk(1, 5, 3));
  hub_.Publish(Chunk(1, 8, 2));
  EXPECT_EQ(hub_.Find(IdNumber(1), 4), nullptr);
  for (int64_t seq : {5, 6, 7}) EXPECT_EQ(hub_.Find(IdNumber(1), seq)->first_seq, 5);
  for (int64_t seq : {8, 9}) EXPECT_EQ(hub_.Find(IdNumber(1), seq)->first_seq, 8);
  EXPECT_EQ(hub_.Find(IdNumber(1), 10), nullptr);
  EXPECT_EQ(hub_.Find(IdNumber(2), 5), nullptr);
}

TEST_F(EventHubTest, TheCacheNeverHasAHole) {
  const auto subscription = hub_.Subscribe(IdNumber(1), [](int64_t) {});
  hub_.Publish(Chunk(1, 1, 2));
  hub_.Publish(Chunk(1, 5, 2));
  EXPECT_EQ(hub_.Find(IdNumber(1), 1), nullptr);
  EXPECT_EQ(hub_.Find(IdNumber(1), 3), nullptr);
  EXPECT_NE(hub_.Find(IdNumber(1), 5), nullptr);
}

TEST_F(EventHubTest, TheCacheIsLimitedInChunksAndKeepsTheNewest) {
  const auto subscription = hub_.Subscribe(IdNumber(1), [](int64_t) {});
  const auto chunks = static_cast<int64_t>(EventHub::kCachedChunks);
  for (int64_t i = 1; i <= chunks + 5; ++i) hub_.Publish(Chunk(1, i, 1));
  EXPECT_EQ(hub_.Find(IdNumber(1), 5), nullptr);
  EXPECT_NE(hub_.Find(IdNumber(1), 6), nullptr);
  EXPECT_NE(hub_.Find(IdNumber(1), chunks + 5), nullptr);
}

TEST_F(EventHubTest, TheCacheIsLimitedInBytesButKeepsTheNewestHoweverLarge) {
  const auto subscription = hub_.Subscribe(IdNumber(1), [](int64_t) {});
  hub_.Publish(Chunk(1, 1, 1, EventHub::kCachedBytes / 2));
  hub_.Publish(Chunk(1, 2, 1, EventHub::kCachedBytes / 2));
  EXPECT_NE(hub_.Find(IdNumber(1), 1), nullptr);
  hub_.Publish(Chunk(1, 3, 1, 1));
  EXPECT_EQ(hub_.Find(IdNumber(1), 1), nullptr);
  EXPECT_NE(hub_.Find(IdNumber(1), 2), nullptr);
  hub_.Publish(Chunk(1, 4, 1, 3 * EventHub::kCachedBytes));
  EXPECT_EQ(hub_.Find(IdNumber(1), 3), nullptr);
  EXPECT_NE(hub_.Find(IdNumber(1), 4), nullptr);
}

TEST_F(EventHubTest, AFoundChunkOutlivesItsPlaceInTheCache) {
  auto subscription = hub_.Subscribe(IdNumber(1), [](int64_t) {});
  hub_.Publish(Chunk(1, 1, 1, 100));
  const SharedChunk chunk = hub_.Find(IdNumber(1), 1);
  subscription.reset();
  EXPECT_EQ(chunk->bytes.size(), 100u);
}

TEST_F(EventHubTest, SubscribersComeAndGoWhileEventsArePublished) {
  std::atomic<bool> stop = false;
  std::thread publisher([&] {
    for (int64_t seq = 1; !stop; ++seq) hub_.Publish(Chunk(1, seq, 1));
  });
  for (int i = 0; i < 20; ++i) {
    // The publisher may be in the callback for longer than the subscription is wanted.
    const auto head = std::make_shared<std::atomic<int64_t>>(0);
    auto subscription = hub_.Subscribe(IdNumber(1), [head](int64_t at) {
      *head = at;
      head->notify_all();
    });
    head->wait(0);
    const int64_t seen = *head;
    const SharedChunk chunk = hub_.Find(IdNumber(1), seen);
    EXPECT_TRUE(chunk == nullptr || chunk->first_seq == seen);
    subscription.reset();
  }
  stop = true;
  publisher.join();
  EXPECT_EQ(hub_.subscriptions(), 0u);
}

}  // namespace
}  // namespace flowmesh::engine
