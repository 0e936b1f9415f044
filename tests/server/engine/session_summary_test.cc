#include "server/engine/session_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowmesh::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SessionSummary Full() {
  return {.id = 7,
          .worker = "poet",
          .version = "2.1",
          .types = {{"poem", 3}, {"verse", 1}},
          .slots = 4,
          .slots_used = 2,
          .flows = 10'000,
          .flows_used = 17,
          .attach_time = absl::FromUnixMicros(1'700'000'000'123'456),
          .detached = true,
          .draining = true};
}

TEST(SessionSummaryTest, WhatIsPackedIsRead) {
  EXPECT_THAT(UnpackSessions(PackSessions({Full(), SessionSummary{.id = 9}})),
              ElementsAre(Full(), SessionSummary{.id = 9}));
  EXPECT_THAT(UnpackSessions(PackSessions({})), IsEmpty());
}

TEST(SessionSummaryTest, WhatIsNoSummaryIsNone) {
  const std::string packed = PackSessions({Full()});
  EXPECT_THAT(UnpackSessions(""), IsEmpty());
  for (size_t size = 0; size < packed.size(); ++size) EXPECT_THAT(UnpackSessions(packed.substr(0, size)), IsEmpty());
  EXPECT_THAT(UnpackSessions("\x02" + packed.substr(1)), IsEmpty()) << "another release's form";
}

TEST(SessionSummaryTest, ATableIsSummarizedById) {
  SessionTable table;
  table.Add({.id = 4, .worker = "b", .types = {{"poem", 1}}, .slots = 2, .draining = true});
  table.Add({.id = 2, .worker = "a"});
  table.Hold(4, {store::Id{1, 1}, 0}, {.attempt = 1});
  const auto summaries = Summarize(table);
  ASSERT_EQ(summaries.size(), 2u);
  EXPECT_EQ(summaries[0].worker, "a");
  EXPECT_EQ(summaries[1].slots_used, 1);
  EXPECT_TRUE(summaries[1].draining);
}

}  // namespace
}  // namespace flowmesh::engine
