#include "server/door/request_digest.h"

#include <gtest/gtest.h>

#include "flowmesh/v1/orchestrator.pb.h"

namespace flowmesh::door {
namespace {

TEST(RequestDigestTest, ACreateIsItsFlowAndItsInput) {
  const CanonicalInput input{"type.googleapis.com/a.B", "bytes", nullptr};
  EXPECT_EQ(RequestDigest("poem", input).size(), 32U);
  EXPECT_EQ(RequestDigest("poem", input), RequestDigest("poem", input));
  EXPECT_NE(RequestDigest("poem", input), RequestDigest("quiz", input));
  EXPECT_NE(RequestDigest("poem", input), RequestDigest("poem", {"type.googleapis.com/a.C", "bytes", nullptr}));
  EXPECT_NE(RequestDigest("poem", input), RequestDigest("poem", {"type.googleapis.com/a.B", "other", nullptr}));
}

TEST(RequestDigestTest, PathFieldsDoNotRunTogether) {
  EXPECT_NE(RequestDigest({"ab", "c"}), RequestDigest({"a", "bc"}));
  EXPECT_NE(RequestDigest({"a"}), RequestDigest({"a", ""}));
}

TEST(RequestDigestTest, TheBodyCountsInItsOneForm) {
  v1::CreateExecutionRequest one, other;
  for (const char* key : {"a", "b", "c", "d", "e"}) (*one.mutable_labels())[key] = "v";
  for (const char* key : {"e", "d", "c", "b", "a"}) (*other.mutable_labels())[key] = "v";
  EXPECT_EQ(RequestDigest({"p"}, one), RequestDigest({"p"}, other));
  other.set_flow("poem");
  EXPECT_NE(RequestDigest({"p"}, one), RequestDigest({"p"}, other));
}

}  // namespace
}  // namespace flowmesh::door
