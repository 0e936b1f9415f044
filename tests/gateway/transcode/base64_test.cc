#include "gateway/transcode/base64.h"

#include <gtest/gtest.h>

namespace flowmesh::transcode {
namespace {

TEST(Base64Test, BothAlphabetsAreReadWithAndWithoutPadding) {
  for (const char* text : {"+/8=", "+/8", "-_8=", "-_8"}) {
    std::string bytes;
    ASSERT_TRUE(DecodeBase64(text, &bytes)) << text;
    EXPECT_EQ(bytes, "\xFB\xFF") << text;
  }
  std::string bytes = "old";
  EXPECT_TRUE(DecodeBase64("", &bytes));
  EXPECT_EQ(bytes, "");
  EXPECT_TRUE(DecodeBase64("QQ==", &bytes));
  EXPECT_EQ(bytes, "A");
}

TEST(Base64Test, EverythingElseIsRefused) {
  for (const char* text : {"A", "QQ=", "QQ===", "QUI==", "=", "====", "Q=Q=", "QQ==QQ==", "QQ ==", " QQ==", "QQ==\n",
                           "Q\nQ=", "+_8=", "QQ.=", "\xC3\xA9", "QQ%3D%3D"}) {
    std::string bytes;
    EXPECT_FALSE(DecodeBase64(text, &bytes)) << text;
  }
}

TEST(Base64Test, EveryByteSurvives) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    std::string text;
    AppendBase64(all, &text);
    EXPECT_EQ(text.size() % 4, 0U);
    std::string back;
    ASSERT_TRUE(DecodeBase64(text, &back));
    EXPECT_EQ(back, all);
  }
}

}  // namespace
}  // namespace flowmesh::transcode
