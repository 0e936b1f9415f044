#include "server/door/wire_compatibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/door/declared_types.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::ProtoText;

WireDifference Compare(const std::string& before, const std::string& after) {
  const auto current = ProtoText::Types(before), next = ProtoText::Types(after);
  return CompareOnTheWire(*current->Find("test.M"), *next->Find("test.M"));
}

TEST(WireCompatibilityTest, EqualTypesDoNotDiffer) {
  const std::string text = "message M { string a = 1; repeated M more = 2; map<string, int32> counts = 3; }";
  const WireDifference difference = Compare(text, text);
  EXPECT_EQ(difference.conflict, "");
  EXPECT_FALSE(difference.adds);
  EXPECT_FALSE(difference.drops);
}

TEST(WireCompatibilityTest, NewAndLostFieldsAreNoConflict) {
  const WireDifference difference =
      Compare("message M { string a = 1; int32 b = 2; }", "message M { string a = 1; int32 c = 3; }");
  EXPECT_EQ(difference.conflict, "");
  EXPECT_TRUE(difference.adds);
  EXPECT_TRUE(difference.drops);
}

TEST(WireCompatibilityTest, TypesThatReadEachOtherAreNoConflict) {
  EXPECT_EQ(Compare("enum E { Z = 0; } message M { int32 a = 1; string b = 2; fixed32 c = 3; sint32 d = 4; E e = 5; }",
                    "message M { uint64 renamed = 1; bytes b = 2; sfixed32 c = 3; sint64 d = 4; bool e = 5; }")
                .conflict,
            "");
}

TEST(WireCompatibilityTest, AnotherKindIsAConflictThatNamesTheField) {
  EXPECT_EQ(Compare("message M { string title = 1; }", "message M { int32 title = 1; }").conflict,
            "field 1 of test.M (title) is string and would become int32");
  for (const char* after :
       {"sint32 n = 1", "fixed32 n = 1", "fixed64 n = 1", "float n = 1", "double n = 1", "bytes n = 1", "M n = 1"}) {
    EXPECT_NE(Compare("message M { int32 n = 1; }", std::string("message M { ") + after + "; }").conflict, "") << after;
  }
}

TEST(WireCompatibilityTest, AnotherCardinalityIsAConflict) {
  EXPECT_EQ(Compare("message M { repeated string lines = 2; }", "message M { string lines = 2; }").conflict,
            "field 2 of test.M (lines) is repeated string and would become string");
  EXPECT_NE(Compare("message M { int32 a = 1; }", "message M { repeated int32 a = 1; }").conflict, "");
}

TEST(WireCompatibilityTest, NestedMessagesAndMapsAreCompared) {
  EXPECT_EQ(Compare("message N { int32 deep = 7; } message M { repeated N n = 1; M m = 2; }",
                    "message N { string deep = 7; } message M { repeated N n = 1; M m = 2; }")
                .conflict,
            "field 7 of test.N (deep) is int32 and would become string");
  EXPECT_NE(Compare("message M { map<string, int32> m = 1; }", "message M { map<string, string> m = 1; }").conflict,
            "");
  EXPECT_TRUE(Compare("message N {} message M { N n = 1; }", "message N { int32 x = 1; } message M { N n = 1; }").adds);
}

}  // namespace
}  // namespace flowmesh::door
