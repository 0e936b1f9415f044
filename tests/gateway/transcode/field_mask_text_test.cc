#include "gateway/transcode/field_mask_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowmesh::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FieldMaskTextTest, SnakeAndCamelMeanTheSame) {
  std::vector<std::string> paths;
  ASSERT_TRUE(ParseFieldMask("createTime,author.first_name,a.bC.d,*", &paths));
  EXPECT_THAT(paths, ElementsAre("create_time", "author.first_name", "a.b_c.d", "*"));
  ASSERT_TRUE(ParseFieldMask("", &paths));
  EXPECT_THAT(paths, IsEmpty());
}

TEST(FieldMaskTextTest, WhatIsNoPathIsRefused) {
  for (const char* text :
       {",", "a,", ",a", "a,,b", "a..b", ".a", "a.", "a b", " a", "a-b", "Title", "a.B", "**", "a.*"}) {
    std::vector<std::string> paths;
    EXPECT_FALSE(ParseFieldMask(text, &paths)) << text;
  }
}

TEST(FieldMaskTextTest, WrittenPathsReadBackTheSame) {
  EXPECT_EQ(FieldMaskPathText("create_time"), "createTime");
  EXPECT_EQ(FieldMaskPathText("a.first_name.b"), "a.firstName.b");
  for (const char* path : {"title", "create_time", "a_1", "a__b", "_a", "a_", "x.y_z", "*", "a._b", "line_1_end"}) {
    std::vector<std::string> paths;
    ASSERT_TRUE(ParseFieldMask(FieldMaskPathText(path), &paths)) << path;
    EXPECT_THAT(paths, ElementsAre(path));
  }
}

}  // namespace
}  // namespace flowmesh::transcode
