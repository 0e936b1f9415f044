#include "server/door/convert/kind_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flowmesh::door {
namespace {

using ::testing::HasSubstr;

KindFilter Filter(const std::vector<std::string>& kinds, base::FieldViolations* violations) {
  google::protobuf::RepeatedPtrField<std::string> field(kinds.begin(), kinds.end());
  return KindFilter::Parse(field, violations);
}

bool Passes(const KindFilter& filter, engine::EventKind kind) { return filter.Passes({.seq = 1, .kind = kind}); }

bool PassesState(const KindFilter& filter, store::ExecutionState state) {
  const std::string payload = engine::PackStateChange({.state = state});
  return filter.Passes({.seq = 1, .kind = engine::EventKind::kState, .payload = payload});
}

TEST(KindFilterTest, NothingNamedMeansEverything) {
  base::FieldViolations violations;
  for (const auto& kinds : {std::vector<std::string>{}, {""}, {" , "}}) {
    EXPECT_TRUE(Passes(Filter(kinds, &violations), engine::EventKind::kUsage));
  }
  EXPECT_TRUE(violations.empty());
}

TEST(KindFilterTest, ListsAndWordsMayBeMixed) {
  base::FieldViolations violations;
  const KindFilter filter = Filter({"log, progress", "artifact"}, &violations);
  EXPECT_TRUE(violations.empty());
  EXPECT_TRUE(Passes(filter, engine::EventKind::kLog));
  EXPECT_TRUE(Passes(filter, engine::EventKind::kProgress));
  EXPECT_TRUE(Passes(filter, engine::EventKind::kArtifact));
  EXPECT_FALSE(Passes(filter, engine::EventKind::kOutput));
  EXPECT_FALSE(Passes(filter, engine::EventKind::kChild));
}

TEST(KindFilterTest, TerminalStateAlwaysPasses) {
  base::FieldViolations violations;
  const KindFilter filter = Filter({"log"}, &violations);
  EXPECT_FALSE(PassesState(filter, store::ExecutionState::kRunning));
  EXPECT_FALSE(PassesState(filter, store::ExecutionState::kCancelling));
  EXPECT_TRUE(PassesState(filter, store::ExecutionState::kCompleted));
  EXPECT_TRUE(PassesState(filter, store::ExecutionState::kTimedOut));
}

TEST(KindFilterTest, UnknownWordIsAViolationThatNamesTheKnownOnes) {
  base::FieldViolations violations;
  Filter({"log", "log,logs"}, &violations);
  ASSERT_EQ(violations.violations().size(), 1u);
  EXPECT_EQ(violations.violations()[0].field, "kinds[1]");
  EXPECT_THAT(violations.violations()[0].description, HasSubstr("'logs'"));
  EXPECT_THAT(violations.violations()[0].description, HasSubstr("artifact"));
}

}  // namespace
}  // namespace flowmesh::door
