#include "server/door/field_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "server/base/error.h"
#include "tests/server/door/declared_types.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::Filled;
using ::flowmesh::testing::ProtoText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Broken(const google::protobuf::Message& message) {
  std::vector<std::string> out;
  for (const base::FieldViolation& violation : CheckRules(message)) {
    out.push_back(absl::StrCat(violation.field, " ", violation.description));
  }
  return out;
}

constexpr char kTypes[] = R"(
  enum Color { NONE = 0; RED = 1; }
  message Leaf {
    string name = 1 [(flowmesh.v1.rules) = {required: true}];
    Node up = 2;
  }
  message Node { Leaf leaf = 1; Node next = 2; }
  message Plain { string text = 1; Plain more = 2; }
  message All {
    string need = 1 [(flowmesh.v1.rules) = {required: true}];
    string text = 2 [(flowmesh.v1.rules) = {min_length: 2, max_length: 3}];
    bytes data = 3 [(flowmesh.v1.rules) = {max_length: 2}];
    string form = 4 [(flowmesh.v1.rules) = {one_of: ["a", "b"]}];
    int32 count = 5 [(flowmesh.v1.rules) = {minimum: 0, maximum: 9}];
    optional int32 maybe = 6 [(flowmesh.v1.rules) = {minimum: 1, maximum: 50}];
    double ratio = 7 [(flowmesh.v1.rules) = {maximum: 1}];
    Color color = 8 [(flowmesh.v1.rules) = {required: true}];
    Leaf leaf = 9 [(flowmesh.v1.rules) = {required: true}];
    optional string set = 10 [(flowmesh.v1.rules) = {required: true}];
    int64 user = 11 [(flowmesh.v1.rules) = {required: true}];
  }
  message Lists {
    repeated string lines = 1 [(flowmesh.v1.rules) = {min_items: 1, max_items: 2, max_length: 3}];
    repeated Leaf leaves = 2;
    map<string, Leaf> by_name = 3;
    map<int32, int32> sizes = 4 [(flowmesh.v1.rules) = {max_items: 2, minimum: 1}];
    repeated int32 needed = 5 [(flowmesh.v1.rules) = {required: true}];
  }
)";

class FieldRulesTest : public ::testing::Test {
 protected:
  std::vector<std::string> Check(const std::string& type, const std::string& text) {
    return Broken(*Filled(*types_, "test." + type, text));
  }
  // All with everything that is required, and `text`.
  std::vector<std::string> CheckAll(const std::string& text) {
    return Check("All", "need: 'x' color: RED leaf { name: 'l' } set: 's' user: 7 " + text);
  }

  std::shared_ptr<const DescriptorSet> types_ = ProtoText::Types(kTypes);
};

TEST_F(FieldRulesTest, RequiredFieldsMustBeThere) {
  EXPECT_THAT(Check("All", ""), ElementsAre("need must not be empty", "color must be set", "leaf must be set",
                                            "set must be set", "user must be set"));
  EXPECT_THAT(CheckAll(""), IsEmpty());
  EXPECT_THAT(Check("All", "need: 'x' color: RED leaf { name: 'l' } set: '' user: 7"),
              ElementsAre("set must not be empty"));
}

TEST_F(FieldRulesTest, LengthsCountCodePointsOfTextAndBytesOfBytes) {
  EXPECT_THAT(CheckAll("text: 'żół'"), IsEmpty());
  EXPECT_THAT(CheckAll("text: '😀😀😀😀'"), ElementsAre("text must have at most 3 characters, has 4"));
  EXPECT_THAT(CheckAll("text: 'ż'"), ElementsAre("text must have at least 2 characters, has 1"));
  EXPECT_THAT(CheckAll("text: ''"), IsEmpty()) << "empty is a matter of `required`";
  EXPECT_THAT(CheckAll("data: 'ż'"), IsEmpty());
  EXPECT_THAT(CheckAll("data: 'żx'"), ElementsAre("data must have at most 2 bytes, has 3"));
}

TEST_F(FieldRulesTest, OnlyListedValuesAreAllowedBesidesEmpty) {
  EXPECT_THAT(CheckAll("form: 'b'"), IsEmpty());
  EXPECT_THAT(CheckAll("form: 'c'"), ElementsAre("form must be one of a, b"));
}

TEST_F(FieldRulesTest, NumbersHaveBoundsThatAreAllowedThemselves) {
  EXPECT_THAT(CheckAll("count: 9 maybe: 50 ratio: 1"), IsEmpty());
  EXPECT_THAT(CheckAll("count: 10"), ElementsAre("count must be at most 9, is 10"));
  EXPECT_THAT(CheckAll("count: -1"), ElementsAre("count must be at least 0, is -1"));
  EXPECT_THAT(CheckAll("maybe: 0"), ElementsAre("maybe must be at least 1, is 0"));
  EXPECT_THAT(CheckAll("ratio: nan"), ElementsAre("ratio must be at most 1, is nan"));
}

TEST_F(FieldRulesTest, PathsNameListElementsAndMapKeys) {
  EXPECT_THAT(Check("Lists", R"(lines: "ab" needed: 1 leaves { name: "x" } leaves {}
                               by_name { key: "k" value {} } sizes { key: 4 value: 0 })"),
              ElementsAre("leaves[1].name must not be empty", "by_name[\"k\"].name must not be empty",
                          "sizes[4] must be at least 1, is 0"));
  EXPECT_THAT(Check("Lists", "lines: ['a', 'long'] needed: 1"),
              ElementsAre("lines[1] must have at most 3 characters, has 4"));
}

TEST_F(FieldRulesTest, ListsAndMapsHaveSizes) {
  EXPECT_THAT(Check("Lists", ""),
              ElementsAre("lines must have at least 1 elements, has 0", "needed must not be empty"));
  EXPECT_THAT(Check("Lists", "lines: ['a', 'b', 'c'] needed: 1"),
              ElementsAre("lines must have at most 2 elements, has 3"));
  EXPECT_THAT(
      Check("Lists",
            "lines: 'a' needed: 1 sizes { key: 1 value: 1 } sizes { key: 2 value: 1 } sizes { key: 3 value: 1 }"),
      ElementsAre("sizes must have at most 2 elements, has 3"));
}

TEST_F(FieldRulesTest, TypesThatContainThemselvesAreWalked) {
  EXPECT_THAT(Check("Node", "next { next { leaf { name: 'x' up { leaf {} } } } }"),
              ElementsAre("next.next.leaf.up.leaf.name must not be empty"));
  EXPECT_THAT(Check("Node", ""), IsEmpty());
  EXPECT_THAT(Check("Plain", "text: '' more { more {} }"), IsEmpty());
}

TEST_F(FieldRulesTest, OneBookServesTypesInAnyOrder) {
  RuleBook& book = types_->rules();
  EXPECT_THAT(book.Check(*Filled(*types_, "test.Plain", "more {}")), IsEmpty());
  EXPECT_THAT(book.Check(*Filled(*types_, "test.Leaf", "")), SizeIs(1));
  EXPECT_THAT(book.Check(*Filled(*types_, "test.Node", "leaf {}"), "input."),
              ElementsAre(base::FieldViolation{"input.leaf.name", "must not be empty"}));
  EXPECT_THAT(book.Check(*Filled(*types_, "test.Leaf", "")), SizeIs(1));
}

TEST_F(FieldRulesTest, GeneratedMessagesAreCheckedToo) {
  v1::RunExecutionRequest request;
  EXPECT_THAT(Broken(request), ElementsAre("execution must be set"));
  request.mutable_execution()->set_priority(10);
  EXPECT_THAT(Broken(request),
              ElementsAre("execution.flow must not be empty", "execution.priority must be at most 9, is 10"));
  poem::v1::WritePoem poem;
  poem.set_title("t");
  poem.set_form("ode");
  EXPECT_THAT(Broken(poem), SizeIs(1));
}

TEST_F(FieldRulesTest, WhatAnAnyHoldsIsNotLookedAt) {
  v1::CreateExecutionRequest request;
  request.set_flow("poem");
  request.mutable_input()->PackFrom(poem::v1::WritePoem());
  EXPECT_THAT(Broken(request), IsEmpty());
}

TEST_F(FieldRulesTest, ViolationsAreLimited) {
  v1::BatchCreateExecutionsRequest request;
  for (int i = 0; i < 500; ++i) request.add_requests();
  EXPECT_THAT(Broken(request), SizeIs(base::FieldViolations::kMaxKept));
}

TEST_F(FieldRulesTest, ValidateRequestIsAnInvalidArgument) {
  EXPECT_THAT(ValidateRequest(v1::GetExecutionRequest()),
              testing::StatusIs(absl::StatusCode::kInvalidArgument, "id must not be empty"));
  v1::GetExecutionRequest request;
  request.set_id("x");
  EXPECT_THAT(ValidateRequest(request), testing::IsOk());
}

}  // namespace
}  // namespace flowmesh::door
