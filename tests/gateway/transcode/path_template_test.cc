#include "gateway/transcode/path_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace flowmesh::transcode {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

TEST(PathTemplateTest, ReadsSegmentsVariablesAndVerb) {
  ASSERT_OK_AND_ASSIGN(const PathTemplate path, PathTemplate::Parse("/v1/{book.name=shelves/*/books/*}/*/%7Ex:go"));
  EXPECT_EQ(path.Shape(), "/v1/shelves/*/books/*/*/~x:go");
  EXPECT_EQ(path.text(), "/v1/{book.name=shelves/*/books/*}/*/%7Ex:go");
  ASSERT_EQ(path.variables().size(), 1u);
  EXPECT_EQ(path.variables()[0].field_path, "book.name");
  EXPECT_EQ(path.variables()[0].begin, 1u);
  EXPECT_EQ(path.variables()[0].end, 5u);
  EXPECT_TRUE(path.variables()[0].multi);
  EXPECT_EQ(path.verb(), "go");
}

TEST(PathTemplateTest, NamesAreNoPartOfTheShape) {
  for (const char* text : {"/v1/{a}/x", "/v1/{b=*}/x", "/v1/*/x"}) {
    ASSERT_OK_AND_ASSIGN(const PathTemplate path, PathTemplate::Parse(text));
    EXPECT_EQ(path.Shape(), "/v1/*/x");
  }
}

TEST(PathTemplateTest, LiteralsMayFollowAnySegments) {
  ASSERT_OK_AND_ASSIGN(const PathTemplate path, PathTemplate::Parse("/v1/{name=a/**/b}/c:go"));
  EXPECT_EQ(path.FixedSegments(), 2u);
  EXPECT_EQ(path.Shape(), "/v1/a/**/b/c:go");
}

TEST(PathTemplateTest, LiteralThatLooksLikeAWildcardHasAnotherShape) {
  ASSERT_OK_AND_ASSIGN(const PathTemplate star, PathTemplate::Parse("/a/%2A"));
  ASSERT_OK_AND_ASSIGN(const PathTemplate wildcard, PathTemplate::Parse("/a/*"));
  EXPECT_NE(star.Shape(), wildcard.Shape());
}

TEST(PathTemplateTest, RefusesWithTheReason) {
  const struct {
    const char* text;
    const char* reason;
  } kCases[] = {
      {"", "does not begin with /"},
      {"v1", "does not begin with /"},
      {"/", "empty segment"},
      {"/a//b", "empty segment"},
      {"/a/", "empty segment"},
      {"/{a=}", "empty segment"},
      {"/{a=x//y}", "empty segment"},
      {"/{}", "without a name"},
      {"/{=*}", "without a name"},
      {"/a:", "empty verb"},
      {"/{a=b:c}", "verb inside a variable"},
      {"/a:b/c", "before its end"},
      {"/a:b:c", "before its end"},
      {"/a{b}", "glued to text"},
      {"/{b}c", "glued to text"},
      {"/{a}{b}", "glued to text"},
      {"/a*", "glued to text"},
      {"/***", "glued to text"},
      {"/{a={b}}", "inside a variable"},
      {"/{a", "not closed"},
      {"/a}", "brace without its partner"},
      {"/{a}/{a}", "twice"},
      {"/{a.b}/x/{a.b=*}", "twice"},
      {"/**/*", "more than literals after **"},
      {"/{a=**}/{b}", "more than literals after **"},
      {"/**/a/**", "second **"},
      {"/{a=**/b/**}", "second **"},
      {"/a?b", "has a ?"},
      {"/a#b", "has a #"},
      {"/a b", "has a blank"},
      {"/a\tb", "has a blank"},
      {"/\xC3\xA9", "non-ASCII"},
      {"/a%2", "bad percent escape"},
      {"/a%zz", "bad percent escape"},
      {"/a:b%q", "bad percent escape"},
      {"/{1a}", "no field path"},
      {"/{a..b}", "no field path"},
      {"/{a.}", "no field path"},
      {"/{a-b}", "no field path"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(PathTemplate::Parse(test.text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.reason)))
        << test.text;
  }
}

}  // namespace
}  // namespace flowmesh::transcode
