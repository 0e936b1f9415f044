#include "server/cli/event_text.h"

#include <gtest/gtest.h>

namespace flowmesh::cli {
namespace {

const EventStyle kPlain = {.zone = absl::UTCTimeZone()};

v1::Event At(int64_t seconds, int32_t nanos) {
  v1::Event event;
  event.mutable_time()->set_seconds(seconds);
  event.mutable_time()->set_nanos(nanos);
  return event;
}

TEST(EventTextTest, ALogLineHasTimeLevelMessageAndAttributes) {
  v1::Event event = At(3661, 250'000'000);
  event.mutable_log()->set_level(v1::LogLine::WARNING);
  event.mutable_log()->set_message("slow provider");
  (*event.mutable_log()->mutable_attributes())["model"] = "m1";
  EXPECT_EQ(RenderEvent(event, kPlain), "01:01:01.250 WARNING  slow provider  model=m1");
}

TEST(EventTextTest, ALogLineCannotMoveTheCursorOrStartALine) {
  v1::Event event = At(0, 0);
  event.mutable_log()->set_message("a\n\x1b[1A\rb");
  EXPECT_EQ(RenderEvent(event, kPlain), "00:00:00.000 INFO     a\\n\\x1b[1A\\rb");
}

TEST(EventTextTest, AFailureNamesItsReason) {
  v1::Event event = At(0, 0);
  event.mutable_state()->set_state(v1::Execution::FAILED);
  event.mutable_state()->mutable_failure()->set_reason("NO_SOURCES");
  event.mutable_state()->mutable_failure()->set_message("nothing to build from");
  EXPECT_EQ(RenderEvent(event, kPlain), "00:00:00.000 state    FAILED  NO_SOURCES: nothing to build from");
}

TEST(EventTextTest, AChildTaskSaysItsStateAndAttempt) {
  v1::Event event = At(0, 0);
  event.mutable_child()->set_task(2);
  event.mutable_child()->set_call_key("cover#1");
  event.mutable_child()->set_state(v1::Task::ASSIGNED);
  event.mutable_child()->set_attempt(3);
  EXPECT_EQ(RenderEvent(event, kPlain), "00:00:00.000 task     task 2 cover#1 ASSIGNED, attempt 3");
}

TEST(EventTextTest, AnEventOfAnUnknownKindIsShownAsSuch) {
  EXPECT_NE(RenderEvent(At(0, 0), kPlain).find("does not know"), std::string::npos);
}

TEST(EventTextTest, ColourIsUsedOnlyWhenAskedFor) {
  v1::Event event = At(0, 0);
  event.mutable_log()->set_level(v1::LogLine::ERROR);
  EXPECT_EQ(RenderEvent(event, kPlain).find('\x1b'), std::string::npos);
  EXPECT_NE(RenderEvent(event, {.colour = true, .zone = absl::UTCTimeZone()}).find("\x1b[31m"), std::string::npos);
}

TEST(EventTextTest, BytesAreWrittenInTheUnitThatFits) {
  EXPECT_EQ(RenderBytes(999), "999 B");
  EXPECT_EQ(RenderBytes(1500), "1.5 kB");
  EXPECT_EQ(RenderBytes(12'000'000), "12 MB");
}

}  // namespace
}  // namespace flowmesh::cli
