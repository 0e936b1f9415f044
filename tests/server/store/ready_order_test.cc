#include "server/store/ready_order.h"

#include <gtest/gtest.h>

namespace flowmesh::store {
namespace {

TEST(OwnerHashTest, IsTheBeginningOfSha256) {
  // SHA-256("abc") = ba7816bf 8f01cfea ...
  EXPECT_EQ(OwnerHash("abc"), 0xba7816bf8f01cfeaU);
}

TEST(ServedBeforeTest, PriorityComesBeforeAgeAndAgeBeforeTheTask) {
  const ReadyRow urgent = {"poem", 1, 0, {Id{9, 9}, 9}, absl::InfinitePast()};
  const ReadyRow old = {"poem", 1, 5, {Id{1, 9}, 9}, absl::InfinitePast()};
  const ReadyRow young = {"poem", 1, 5, {Id{2, 0}, 0}, absl::InfinitePast()};
  const ReadyRow child = {"poem", 1, 5, {Id{2, 0}, 1}, absl::InfinitePast()};
  EXPECT_TRUE(ServedBefore(urgent, old));
  EXPECT_TRUE(ServedBefore(old, young));
  EXPECT_TRUE(ServedBefore(young, child));
  EXPECT_FALSE(ServedBefore(child, young));
  EXPECT_FALSE(ServedBefore(old, old));
}

}  // namespace
}  // namespace flowmesh::store
