#include "server/door/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "flowmesh/v1/orchestrator.pb.h"
#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::StatusIs;
using ::testing::Eq;
using ::testing::Optional;

TEST(PageTest, SizesHaveADefaultAndAMaximum) {
  EXPECT_THAT(PageSize(0), IsOkAndHolds(100));
  EXPECT_THAT(PageSize(1), IsOkAndHolds(1));
  EXPECT_THAT(PageSize(1000), IsOkAndHolds(1000));
  EXPECT_THAT(PageSize(1001), IsOkAndHolds(1000));
  EXPECT_THAT(PageSize(-1), StatusIs(absl::StatusCode::kInvalidArgument, "page_size must be at least 0, is -1"));
}

TEST(PageTest, ATokenKeepsThePosition) {
  const std::string position("a\0b\xff", 4);
  const std::string token = MakePageToken(position, "filters");
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  EXPECT_THAT(ReadPageToken(token, "filters"), IsOkAndHolds(Optional(position)));
}

TEST(PageTest, AnEmptyTokenIsTheFirstPage) { EXPECT_THAT(ReadPageToken("", "f"), IsOkAndHolds(Eq(std::nullopt))); }

TEST(PageTest, ATokenOfOtherFiltersIsRefused) {
  const auto read = ReadPageToken(MakePageToken("position", "flow=poem"), "flow=quiz");
  EXPECT_THAT(read, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(base::GetReason(read.status()), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(base::GetViolations(read.status()).at(0).field, "page_token");
}

TEST(PageTest, AChangedTokenIsRefused) {
  const std::string token = MakePageToken("position", "f");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'Q' : 'A';
    EXPECT_THAT(ReadPageToken(changed, "f"), StatusIs(absl::StatusCode::kInvalidArgument)) << i;
  }
  for (const std::string& bad :
       {std::string("x"), std::string("!"), token.substr(4), token + "AAAA", std::string(10'000, 'A')}) {
    EXPECT_THAT(ReadPageToken(bad, "f"), StatusIs(absl::StatusCode::kInvalidArgument)) << bad.substr(0, 40);
  }
}

TEST(PageTest, FiltersAreOwnerAndFieldsWithoutSizeAndToken) {
  v1::ListExecutionsRequest request;
  request.set_flow("poem");
  (*request.mutable_labels())["a"] = "1";
  (*request.mutable_labels())["b"] = "2";
  const std::string filters = FiltersOf("ann", request);
  v1::ListExecutionsRequest next = request;
  next.set_page_size(7);
  next.set_page_token("t");
  EXPECT_EQ(FiltersOf("ann", next), filters);
  EXPECT_NE(FiltersOf("bob", next), filters);
  next.set_flow("quiz");
  EXPECT_NE(FiltersOf("ann", next), filters);
}

TEST(PageTest, ATimePositionGoesThereAndBack) {
  const TimePosition position{absl::FromUnixMicros(1'700'000'000'123'456), {.hi = 7, .lo = ~0ULL}};
  EXPECT_THAT(TimePosition::Decode(position.Encode()), IsOkAndHolds(position));
  for (const std::string& bad :
       {std::string(), std::string("x"), position.Encode() + "x", position.Encode().substr(0, 12)}) {
    EXPECT_THAT(TimePosition::Decode(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

}  // namespace
}  // namespace flowmesh::door
