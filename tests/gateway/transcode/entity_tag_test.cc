#include "gateway/transcode/entity_tag.h"

#include "gtest/gtest.h"

namespace flowmesh::transcode {
namespace {

TEST(EntityTagTest, IfNoneMatchComparesWeakly) {
  EXPECT_TRUE(NamesTag(R"("abc")", R"("abc")"));
  EXPECT_TRUE(NamesTag(R"(W/"abc")", R"("abc")"));
  EXPECT_TRUE(NamesTag(R"("x, y", "abc")", R"("abc")"));
  EXPECT_TRUE(NamesTag(" * ", R"("abc")"));
  EXPECT_FALSE(NamesTag(R"("abd")", R"("abc")"));
  EXPECT_FALSE(NamesTag("abc", R"("abc")"));
  EXPECT_FALSE(NamesTag(R"("abc)", R"("abc")"));
  EXPECT_FALSE(NamesTag("", R"("abc")"));
}

TEST(EntityTagTest, IfRangeComparesStrongly) {
  EXPECT_TRUE(IsTag(R"( "abc" )", R"("abc")"));
  EXPECT_FALSE(IsTag(R"(W/"abc")", R"(W/"abc")"));
  EXPECT_FALSE(IsTag("Wed, 21 Oct 2015 07:28:00 GMT", R"("abc")"));
  EXPECT_FALSE(IsTag("", ""));
}

}  // namespace
}  // namespace flowmesh::transcode
