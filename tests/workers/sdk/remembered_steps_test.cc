#include "workers/sdk/remembered_steps.h"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <string>

namespace flowmesh::sdk {
namespace {

v1::Remembered Part(const std::string& key, bool last) {
  v1::Remembered part;
  google::protobuf::StringValue value;
  value.set_value("of " + key);
  v1::Remembered::Step& step = *part.add_steps();
  step.set_key(key);
  step.mutable_output()->PackFrom(value);
  part.set_last(last);
  return part;
}

TEST(RememberedStepsTest, WhatWasNotAnnouncedIsComplete) {
  RememberedSteps steps(/*announced=*/false);
  EXPECT_TRUE(steps.complete());
  EXPECT_FALSE(steps.Take("a").has_value());
}

TEST(RememberedStepsTest, TheyAreCompleteWithTheLastAndTakenOnce) {
  RememberedSteps steps(/*announced=*/true);
  steps.Add(Part("a", false));
  EXPECT_FALSE(steps.complete());
  steps.Add(Part("a", false));  // over a new stream, from the first
  steps.Add(Part("b", true));
  EXPECT_TRUE(steps.complete());
  google::protobuf::StringValue value;
  ASSERT_TRUE(steps.Take("a")->UnpackTo(&value));
  EXPECT_EQ(value.value(), "of a");
  EXPECT_FALSE(steps.Take("a").has_value());
  EXPECT_TRUE(steps.Take("b").has_value());
}

TEST(RememberedStepsTest, WhatComesAfterTheLastIsARepeat) {
  RememberedSteps steps(/*announced=*/true);
  steps.Add(Part("a", true));
  ASSERT_TRUE(steps.Take("a").has_value());
  steps.Add(Part("a", true));
  EXPECT_FALSE(steps.Take("a").has_value());
}

}  // namespace
}  // namespace flowmesh::sdk
