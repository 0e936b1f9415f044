#include "server/base/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::base {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::StatusIs;

class IdMakerTest : public ::testing::Test {
 protected:
  testing::ManualClock clock_;
  testing::SeededRandom random_;
  IdMaker maker_{&clock_, [this] { return random_.Next(); }};
};

TEST(IdTest, TextAndBytesRoundTrip) {
  const Id id = {0x0192f0c48d1e7001, 0x9abc0123456789ab};
  EXPECT_EQ(id.ToString(), "0192f0c4-8d1e-7001-9abc-0123456789ab");
  EXPECT_THAT(Id::Parse(id.ToString()), IsOkAndHolds(id));
  EXPECT_THAT(Id::Parse("0192F0C4-8D1E-7001-9ABC-0123456789AB"), IsOkAndHolds(id));
  EXPECT_EQ(id.bytes(), std::string("\x01\x92\xf0\xc4\x8d\x1e\x70\x01\x9a\xbc\x01\x23\x45\x67\x89\xab", 16));
  EXPECT_THAT(Id::FromBytes(id.bytes()), IsOkAndHolds(id));
}

TEST(IdTest, ParseAcceptsNothingButTheCanonicalForm) {
  const char* const refused[] = {
      "",
      "0192f0c4",
      "0192f0c48d1e70019abc0123456789ab",
      "{0192f0c4-8d1e-7001-9abc-0123456789ab}",
      "0192f0c4-8d1e-7001-9abc-0123456789a",
      "0192f0c4-8d1e-7001-9abc-0123456789abc",
      "0192f0c4-8d1e-7001-9abc-0123456789ag",
      "0192f0c4-8d1e-7001-9abc_0123456789ab",
      "0192f0c48-d1e-7001-9abc-0123456789ab",
      "0192f0c4-8d1e-7001-9abc- 123456789ab",
      "0192f0c4-8d1e-7001-9abc-0123456789ab ",
  };
  for (const char* text : refused) EXPECT_THAT(Id::Parse(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
}

TEST(IdTest, FromBytesAcceptsSixteenOnly) {
  EXPECT_THAT(Id::FromBytes(std::string(15, 'x')), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Id::FromBytes(std::string(17, 'x')), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(IdTest, NumericTextAndByteOrdersAgree) {
  testing::SeededRandom random(7);
  for (int i = 0; i < 1000; ++i) {
    const Id a = {random.Next(), random.Next()};
    const Id b = {i % 2 == 0 ? a.hi : random.Next(), random.Next()};
    EXPECT_EQ(a < b, a.ToString() < b.ToString());
    EXPECT_EQ(a < b, a.bytes() < b.bytes());
  }
}

TEST(ShardTest, IsTheFirstTenBitsOfTheOwnersDigest) {
  // SHA-256("abc") begins with ba 78: 1011 1010 01.
  EXPECT_EQ(ShardOf("abc"), 0b1011101001U);
  // SHA-256("") begins with e3 b0: 1110 0011 10.
  EXPECT_EQ(ShardOf(""), 0b1110001110U);
}

TEST_F(IdMakerTest, LayoutIsThatOfUuidVersion7WithTheShardInside) {
  clock_.SetTime(absl::FromUnixMillis(0x0192f0c48d1e));
  const Id id = maker_.Make("abc");
  EXPECT_EQ(id.hi >> 16, 0x0192f0c48d1eU);
  EXPECT_EQ(id.hi >> 12 & 0xF, 7U);
  EXPECT_EQ(id.lo >> 62, 2U);
  EXPECT_EQ(id.shard(), ShardOf("abc"));
  EXPECT_EQ(id.time(), clock_.Now());
  EXPECT_EQ(maker_.MakeInShard(1023).shard(), 1023U);
  EXPECT_EQ(maker_.MakeInShard(0).shard(), 0U);
}

TEST_F(IdMakerTest, IdsIncreaseWhileTheClockStandsStill) {
  Id last = maker_.MakeInShard(1023);
  for (int i = 0; i < 10'000; ++i) {  // more than the 12-bit counter holds
    const Id next = maker_.MakeInShard(i % 1024);
    ASSERT_GT(next.hi, last.hi);
    ASSERT_EQ(next.hi >> 12 & 0xF, 7U);
    last = next;
  }
}

TEST_F(IdMakerTest, IdsIncreaseWhenTheClockIsSetBack) {
  const Id before = maker_.Make("owner");
  clock_.Advance(-absl::Hours(1));
  EXPECT_GT(maker_.Make("owner"), before);
}

TEST_F(IdMakerTest, ANewMillisecondLeavesTheCounterBehind) {
  for (int i = 0; i < 100; ++i) maker_.Make("owner");
  clock_.Advance(absl::Milliseconds(1));
  const Id id = maker_.Make("owner");
  EXPECT_EQ(id.time(), clock_.Now());
  EXPECT_EQ(id.hi & 0xFFF, 0U);
}

TEST_F(IdMakerTest, ThreadsNeverGetTheSameId) {
  constexpr int kThreads = 4;
  constexpr int kEach = 5000;
  std::vector<std::vector<Id>> made(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, &mine = made[t]] {
      for (int i = 0; i < kEach; ++i) mine.push_back(maker_.Make("owner"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  absl::flat_hash_set<Id> all;
  for (const std::vector<Id>& ids : made) {
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), size_t{kThreads * kEach});
}

TEST_F(IdMakerTest, RandomBitsTellMakersApart) {
  testing::SeededRandom other_random(2);
  IdMaker other(&clock_, [&other_random] { return other_random.Next(); });
  const Id mine = maker_.Make("owner");
  const Id theirs = other.Make("owner");
  EXPECT_EQ(mine.hi, theirs.hi);
  EXPECT_NE(mine.lo, theirs.lo);
}

}  // namespace
}  // namespace flowmesh::base
