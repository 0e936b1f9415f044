#include "workers/sdk/utf8.h"

#include <gtest/gtest.h>

namespace flowmesh::sdk {
namespace {

TEST(Utf8Test, WellFormedTextOfEveryLengthIsAccepted) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("rain"));
  EXPECT_TRUE(IsUtf8("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x8C\xA7"));
}

TEST(Utf8Test, OverlongFormsSurrogatesAndStrayBytesAreRefused) {
  for (const char* text :
       {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8", "a\xE2\x82"}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(Utf8Test, RepairReplacesOnlyWhatIsBroken) {
  EXPECT_EQ(ToUtf8("r\xE4in \xE2\x82\xAC"), "r\xEF\xBF\xBDin \xE2\x82\xAC");
  EXPECT_EQ(ToUtf8("plain"), "plain");
}

TEST(Utf8Test, AnUnfinishedCodePointIsNotComplete) {
  EXPECT_EQ(CompleteLength("ab\xE2\x82"), 2u);
  EXPECT_EQ(CompleteLength("ab\xF0\x9F\x8C"), 2u);
  EXPECT_EQ(CompleteLength("ab\xE2\x82\xAC"), 5u);
  EXPECT_EQ(CompleteLength(""), 0u);
  EXPECT_EQ(CompleteLength("\x80\x80\x80\x80"), 4u);  // never completed by anything: not worth waiting for
}

TEST(Utf8Test, CuttingKeepsCodePointsWhole) {
  EXPECT_EQ(ToUtf8("ab\xE2\x82\xAC", 4), "ab");
  EXPECT_EQ(ToUtf8("ab\xE2\x82\xAC", 5), "ab\xE2\x82\xAC");
  EXPECT_EQ(PrefixLength("abc", 9), 3u);
}

}  // namespace
}  // namespace flowmesh::sdk
