#include "gateway/transcode/field_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowmesh::transcode {
namespace {

TEST(FieldPathTest, StepsAreWrittenAsAReaderExpects) {
  const FieldPath root;
  const FieldPath input = root.Field("input");
  const FieldPath stanzas = input.Field("stanzas");
  const FieldPath third = stanzas.Index(3);
  EXPECT_EQ(root.ToString(), "");
  EXPECT_EQ(third.Field("text").ToString(), "input.stanzas[3].text");
  EXPECT_EQ(input.Key("a b").ToString(), "input[\"a b\"]");
}

TEST(FieldErrorsTest, ManyErrorsAreKeptUpToTheLimit) {
  FieldErrors errors;
  EXPECT_TRUE(errors.ToStatus().ok());
  const FieldPath root;
  for (size_t i = 0; i < FieldErrors::kMaxErrors + 5; ++i) errors.Add(root.Index(i), "bad");
  EXPECT_TRUE(errors.full());
  EXPECT_EQ(errors.errors().size(), FieldErrors::kMaxErrors);
  EXPECT_EQ(errors.ToStatus().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(errors.ToStatus().message()), ::testing::StartsWith("[0]: bad; [1]: bad"));
}

TEST(ExcerptTest, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(Excerpt("short"), "\"short\"");
  EXPECT_EQ(Excerpt("line\nfeed"), "\"line?feed\"");
  EXPECT_EQ(Excerpt(std::string(50, 'x')), "\"" + std::string(40, 'x') + "...\"");
  EXPECT_EQ(Excerpt(std::string(39, 'x') + "\u20ac\u20ac"), "\"" + std::string(39, 'x') + "...\"");
}

}  // namespace
}  // namespace flowmesh::transcode
