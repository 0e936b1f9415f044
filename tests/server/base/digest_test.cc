#include "server/base/digest.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace flowmesh::base {
namespace {

TEST(DigestTest, Sha256MatchesThePublishedExamples) {
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(DigestTest, HmacMatchesRfc4231) {
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(DigestTest, HmacWithAnEmptyKeyDoesNotReuseAnEarlierKey) {
  HmacSha256("earlier", "x");
  EXPECT_EQ(Hex(HmacSha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(DigestTest, BuilderTellsListsWithTheSameConcatenationApart) {
  const std::string split_late = Sha256Builder().Add("ab").Add("c").Finish();
  const std::string split_early = Sha256Builder().Add("a").Add("bc").Finish();
  const std::string with_empty = Sha256Builder().Add("ab").Add("").Add("c").Finish();
  EXPECT_NE(split_late, split_early);
  EXPECT_NE(split_late, with_empty);
  EXPECT_EQ(split_late, Sha256Builder().Add("ab").Add("c").Finish());
}

TEST(DigestTest, BuilderAddsLengthThenField) {
  const std::string encoded = std::string("\0\0\0\0\0\0\0\2", 8) + "ab" + std::string("\0\0\0\0\0\0\0\10", 8) +
                              std::string("\0\0\0\0\0\0\0\7", 8);
  EXPECT_EQ(Sha256Builder().Add("ab").Add(7).Finish(), Sha256(encoded));
}

TEST(DigestTest, PiecesAddedRawGiveTheDigestOfTheWhole) {
  Sha256Builder first;
  first.AddRaw("a");
  Sha256Builder builder = std::move(first);
  EXPECT_EQ(builder.AddRaw("b").AddRaw("c").Finish(), Sha256("abc"));
}

TEST(DigestTest, ConstantTimeEqualComparesContentAndLength) {
  EXPECT_TRUE(ConstantTimeEqual("token", "token"));
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  EXPECT_FALSE(ConstantTimeEqual("token", "tokem"));
  EXPECT_FALSE(ConstantTimeEqual("token", "token2"));
}

}  // namespace
}  // namespace flowmesh::base
