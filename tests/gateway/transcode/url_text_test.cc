#include "gateway/transcode/url_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/transcode/http_error.h"
#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::transcode {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

TEST(UrlTextTest, TargetIsCutAtTheFirstQuestionMark) {
  ASSERT_OK_AND_ASSIGN(const Target target, SplitTarget("/a/b?c=d?e"));
  EXPECT_EQ(target.path, "/a/b");
  EXPECT_EQ(target.query, "c=d?e");
}

TEST(UrlTextTest, TargetOverEightKibIs414) {
  EXPECT_OK(SplitTarget("/" + std::string(kMaxTargetBytes - 1, 'a')).status());
  EXPECT_EQ(HttpStatusOf(SplitTarget("/" + std::string(kMaxTargetBytes, 'a')).status()), 414);
}

TEST(UrlTextTest, TargetMustBeAPath) {
  for (const char* target : {"", "a", "http://host/a", "*", "/a#b"}) {
    EXPECT_EQ(HttpStatusOf(SplitTarget(target).status()), 400) << target;
  }
}

TEST(UrlTextTest, DecodesAndKeepsEncodedSlashesWhenAsked) {
  std::string out;
  EXPECT_TRUE(PercentDecode("a%2Fb%2f%20%25+", false, &out));
  EXPECT_EQ(out, "a/b/ %+");
  EXPECT_TRUE(PercentDecode("a%2Fb%2f%20", true, &out));
  EXPECT_EQ(out, "a%2Fb%2f ");
  for (const char* bad : {"%", "%2", "a%2", "%2g", "%g2", "%%20", "%+1"}) {
    EXPECT_FALSE(PercentDecode(bad, false, &out)) << bad;
  }
}

TEST(UrlTextTest, KnowsUtf8) {
  for (const char* good :
       {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xE2\x28\xA1"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

TEST(UrlTextTest, PlusIsASpaceInNamesAndValues) {
  ASSERT_OK_AND_ASSIGN(const auto parameters, ParseQuery("a+b=c+d%2Be&&x&y=&z=1=2"));
  ASSERT_EQ(parameters.size(), 4u);
  EXPECT_EQ(parameters[0].name, "a b");
  EXPECT_EQ(parameters[0].value, "c d+e");
  EXPECT_EQ(parameters[1].name, "x");
  EXPECT_EQ(parameters[1].value, "");
  EXPECT_EQ(parameters[2].value, "");
  EXPECT_EQ(parameters[3].value, "1=2");
}

TEST(UrlTextTest, BadQueryTextNamesTheParameter) {
  for (const char* query : {"a=1&field=%", "field=%zz", "field=%FF", "fiel%64=%C3"}) {
    const absl::Status status = ParseQuery(query).status();
    EXPECT_EQ(HttpStatusOf(status), 400) << query;
    ASSERT_EQ(base::GetViolations(status).size(), 1u) << query;
    EXPECT_EQ(base::GetViolations(status)[0].field, "field") << query;
  }
  EXPECT_EQ(HttpStatusOf(ParseQuery("%=1").status()), 400);
  EXPECT_EQ(HttpStatusOf(ParseQuery("%FF=1").status()), 400);
}

TEST(UrlTextTest, AtMost256Parameters) {
  std::string query;
  for (size_t i = 0; i < kMaxQueryParameters; ++i) query += "a&";
  EXPECT_OK(ParseQuery(query).status());
  EXPECT_THAT(ParseQuery(query + "a"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 256")));
}

}  // namespace
}  // namespace flowmesh::transcode
