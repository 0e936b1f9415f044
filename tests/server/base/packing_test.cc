#include "server/base/packing.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "tests/support/seeded_random.h"

namespace flowmesh::base {
namespace {

TEST(PackingTest, EveryTypeRoundTrips) {
  std::string packed = Packer()
                           .Varint(300)
                           .SignedVarint(-300)
                           .Fixed32(0xDEADBEEF)
                           .Fixed64(0x0123456789ABCDEF)
                           .Double(-0.1)
                           .Bool(true)
                           .Bytes(std::string_view("a\0b", 3))
                           .Raw("xyz")
                           .Take();
  Unpacker unpacker(packed);
  uint64_t varint = 0;
  int64_t signed_varint = 0;
  uint32_t fixed32 = 0;
  uint64_t fixed64 = 0;
  double real = 0;
  bool flag = false;
  std::string bytes;
  std::string_view raw;
  ASSERT_TRUE(unpacker.Varint(&varint) && unpacker.SignedVarint(&signed_varint) && unpacker.Fixed32(&fixed32) &&
              unpacker.Fixed64(&fixed64) && unpacker.Double(&real) && unpacker.Bool(&flag) && unpacker.Bytes(&bytes) &&
              unpacker.Raw(3, &raw));
  EXPECT_TRUE(unpacker.Done());
  EXPECT_EQ(varint, 300U);
  EXPECT_EQ(signed_varint, -300);
  EXPECT_EQ(fixed32, 0xDEADBEEF);
  EXPECT_EQ(fixed64, 0x0123456789ABCDEFU);
  EXPECT_EQ(real, -0.1);
  EXPECT_TRUE(flag);
  EXPECT_EQ(bytes, std::string("a\0b", 3));
  EXPECT_EQ(raw, "xyz");
}

TEST(PackingTest, BytesAreTheSameOnEveryMachine) {
  EXPECT_EQ(Packer().Varint(300).Fixed32(1).Bytes("hi").SignedVarint(-1).Take(),
            std::string("\xAC\x02\x01\x00\x00\x00\x02hi\x01", 10));
}

TEST(PackingTest, IntegersRoundTripAtTheirLimits) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, std::numeric_limits<uint64_t>::max()}) {
    const std::string packed = Packer().Varint(value).Take();
    uint64_t read = 1;
    EXPECT_TRUE(Unpacker(packed).Varint(&read));
    EXPECT_EQ(read, value);
  }
  for (const int64_t value : {int64_t{0}, int64_t{-1}, int64_t{63}, int64_t{-64}, std::numeric_limits<int64_t>::max(),
                              std::numeric_limits<int64_t>::min()}) {
    const std::string packed = Packer().SignedVarint(value).Take();
    int64_t read = 1;
    EXPECT_TRUE(Unpacker(packed).SignedVarint(&read));
    EXPECT_EQ(read, value);
  }
}

TEST(PackingTest, EveryTruncationIsRefused) {
  const std::string packed = Packer().Varint(1 << 20).Fixed64(7).Bytes("payload").Bool(true).Take();
  for (size_t size = 0; size < packed.size(); ++size) {
    Unpacker unpacker(std::string_view(packed).substr(0, size));
    uint64_t a = 0;
    uint64_t b = 0;
    std::string_view bytes;
    bool flag = false;
    EXPECT_FALSE(unpacker.Varint(&a) && unpacker.Fixed64(&b) && unpacker.Bytes(&bytes) && unpacker.Bool(&flag)) << size;
    EXPECT_FALSE(unpacker.Done());
  }
}

TEST(PackingTest, AFailureIsForEverAndLeavesArgumentsAlone) {
  const std::string packed = Packer().Varint(5).Take();
  Unpacker unpacker(packed);
  uint64_t fixed = 42;
  EXPECT_FALSE(unpacker.Fixed64(&fixed));
  EXPECT_EQ(fixed, 42U);
  uint64_t varint = 42;
  EXPECT_FALSE(unpacker.Varint(&varint));
  EXPECT_EQ(varint, 42U);
  EXPECT_FALSE(unpacker.ok());
}

TEST(PackingTest, ALengthBeyondTheInputIsRefused) {
  const std::string packed = Packer().Varint(std::numeric_limits<uint64_t>::max()).Raw("abc").Take();
  std::string bytes = "kept";
  EXPECT_FALSE(Unpacker(packed).Bytes(&bytes));
  EXPECT_EQ(bytes, "kept");
}

TEST(PackingTest, AVarintOfMoreThan64BitsIsRefused) {
  uint64_t value = 0;
  const std::string too_large = std::string(9, '\xFF') + '\x02';
  const std::string too_long(11, '\xFF');
  EXPECT_FALSE(Unpacker(too_large).Varint(&value));
  EXPECT_FALSE(Unpacker(too_long).Varint(&value));
}

TEST(PackingTest, ACountAboveItsLimitIsRefused) {
  const std::string packed = Packer().Varint(11).Take();
  uint64_t count = 0;
  EXPECT_FALSE(Unpacker(packed).VarintUpTo(10, &count));
  EXPECT_TRUE(Unpacker(packed).VarintUpTo(11, &count));
  EXPECT_EQ(count, 11U);
}

TEST(PackingTest, AByteThatIsNeitherTrueNorFalseIsRefused) {
  bool flag = false;
  EXPECT_FALSE(Unpacker("\x02").Bool(&flag));
}

TEST(PackingTest, TakeLeavesThePackerEmpty) {
  Packer packer;
  packer.Bytes("first");
  EXPECT_EQ(packer.size(), 6U);
  packer.Take();
  EXPECT_EQ(packer.size(), 0U);
  EXPECT_EQ(packer.Varint(1).Take(), "\x01");
}

TEST(PackingTest, RandomInputNeverReadsOutOfBounds) {
  testing::SeededRandom random(3);
  for (int round = 0; round < 2000; ++round) {
    const std::string input = random.NextBytes(random.Next() % 40);
    Unpacker unpacker(input);
    while (unpacker.ok() && !unpacker.AtEnd()) {
      uint64_t number = 0;
      std::string_view bytes;
      if (random.Next() % 2 == 0) {
        unpacker.Varint(&number);
      } else if (unpacker.Bytes(&bytes) && !bytes.empty()) {
        ASSERT_GE(bytes.data(), input.data());
        ASSERT_LE(bytes.data() + bytes.size(), input.data() + input.size());
      }
    }
  }
}

}  // namespace
}  // namespace flowmesh::base
