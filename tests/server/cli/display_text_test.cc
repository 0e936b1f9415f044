#include "server/cli/display_text.h"

#include <gtest/gtest.h>

namespace flowmesh::cli {
namespace {

TEST(DisplayTextTest, OrdinaryTextStaysAsItIs) {
  EXPECT_EQ(DisplayText("Zażółć\tgęślą jaźń – 詩 🙂"), "Zażółć\tgęślą jaźń – 詩 🙂");
}

TEST(DisplayTextTest, ControlCharactersBecomeVisible) {
  EXPECT_EQ(DisplayText("\x1b[2J\x07\x7f"), "\\x1b[2J\\x07\\x7f");
  EXPECT_EQ(DisplayText("\xC2\x9B"
                        "31m"),
            "\\x9b31m");
  EXPECT_EQ(DisplayText(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(DisplayTextTest, LineEndsAreKeptOnlyWhereLinesAreAllowed) {
  EXPECT_EQ(DisplayText("a\nb\rc"), "a\\nb\\rc");
  EXPECT_EQ(DisplayText("a\nb\rc", Lines::kMany), "a\nb\\rc");
}

TEST(DisplayTextTest, CharactersThatReorderTextBecomeVisible) {
  EXPECT_EQ(DisplayText("user\u202Etxt.exe"), "user\\u202etxt.exe");
  EXPECT_EQ(DisplayText("\u2066x\u2069"), "\\u2066x\\u2069");
}

TEST(DisplayTextTest, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(DisplayText("a\xFF"
                        "b"),
            "a\uFFFDb");
  EXPECT_EQ(DisplayText("\xC3"), "\uFFFD");
  EXPECT_EQ(DisplayText("\xC0\xAF"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(DisplayText("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
}

TEST(FitColumnsTest, LongTextIsCutBetweenCodePoints) {
  EXPECT_EQ(FitColumns("żółw", 4), "żółw");
  EXPECT_EQ(FitColumns("żółwie", 4), "żół…");
  EXPECT_EQ(FitColumns("żółwie", 1), "…");
  EXPECT_EQ(FitColumns("żółwie", 0), "");
}

}  // namespace
}  // namespace flowmesh::cli
