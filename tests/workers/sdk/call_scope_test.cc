#include "workers/sdk/call_scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

TEST(CallScopeTest, UnnamedThingsAreNumberedByKind) {
  CallScope scope;
  EXPECT_EQ(scope.Next("harvest"), "harvest#1");
  EXPECT_EQ(scope.Next("sleep"), "sleep#1");
  EXPECT_EQ(scope.Next("harvest"), "harvest#2");
  EXPECT_EQ(scope.Named("cover"), "cover");
}

TEST(CallScopeTest, AScopeBelowCountsForItself) {
  CallScope scope;
  const auto below = CallScope::Below(scope.Next("flow"));
  EXPECT_EQ(below->Next("harvest"), "flow#1/harvest#1");
  EXPECT_EQ(below->Named("cover"), "flow#1/cover");
  EXPECT_EQ(scope.Next("harvest"), "harvest#1");
}

TEST(CallScopeTest, NamesHoldNothingThatKeysAreMadeOf) {
  EXPECT_OK(CheckCallName("a project: 7f-01, part 2"));
  EXPECT_THAT(CheckCallName(""), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(CheckCallName("a/b"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'a/b'")));
  EXPECT_THAT(CheckCallName("a#1"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'a#1'")));
  EXPECT_THAT(CheckCallName("\xFF"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
  EXPECT_OK(CheckCallName(std::string(kMaxCallKey, 'x')));
  EXPECT_THAT(CheckCallName(std::string(kMaxCallKey + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("513")));
}

}  // namespace
}  // namespace flowmesh::sdk
