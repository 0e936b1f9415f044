#include "server/cli/event_view.h"

#include <gtest/gtest.h>

#include <sstream>

namespace flowmesh::cli {
namespace {

v1::Event Output(int64_t offset, const std::string& text, int32_t task = 0) {
  v1::Event event;
  event.set_task(task);
  event.mutable_output()->set_offset(offset);
  event.mutable_output()->set_text(text);
  return event;
}

v1::Event Log(const std::string& message) {
  v1::Event event;
  event.mutable_log()->set_message(message);
  return event;
}

v1::Event Progress(int percent) {
  v1::Event event;
  event.mutable_progress()->set_percent(percent);
  return event;
}

class EventViewTest : public ::testing::Test {
 protected:
  // What was written since the last call.
  std::string Take() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

  std::ostringstream out_;
  EventView pipe_{&out_, {.style = {.zone = absl::UTCTimeZone()}}};
  EventView screen_{&out_, {.screen = true, .style = {.zone = absl::UTCTimeZone()}, .columns = [] { return 31; }}};
};

TEST_F(EventViewTest, OutputIsWrittenAsItComes) {
  pipe_.Show(Output(0, "The sea "));
  EXPECT_EQ(Take(), "The sea ");
  pipe_.Show(Output(8, "is grey\n"));
  EXPECT_EQ(Take(), "is grey\n");
}

TEST_F(EventViewTest, ALogLineStartsOnALineOfItsOwn) {
  pipe_.Show(Output(0, "half"));
  pipe_.Show(Log("note"));
  EXPECT_EQ(Take(), "half\n00:00:00.000 INFO     note\n");
}

TEST_F(EventViewTest, OutputThatARetriedAttemptRepeatsIsShownOnce) {
  pipe_.Show(Output(0, "one\ntwo\n"));
  pipe_.Show(Output(0, "one\n"));
  pipe_.Show(Output(4, "two\nthree\n"));
  EXPECT_EQ(Take(), "one\ntwo\nthree\n");
}

TEST_F(EventViewTest, OutputOfAnotherTaskIsIntroduced) {
  pipe_.Show(Output(0, "root"));
  pipe_.Show(Output(0, "child", 2));
  EXPECT_EQ(Take(), "root\n[task 2]\nchild");
}

TEST_F(EventViewTest, OutputCannotControlTheTerminal) {
  pipe_.Show(Output(0, "a\x1b[2Jb\n"));
  EXPECT_EQ(Take(), "a\\x1b[2Jb\n");
}

TEST_F(EventViewTest, ProgressIsALineInAPipe) {
  pipe_.Show(Progress(50));
  EXPECT_EQ(Take(), "00:00:00.000 progress 50 %\n");
}

TEST_F(EventViewTest, ProgressIsDrawnInPlaceOnAScreen) {
  screen_.Show(Progress(50));
  EXPECT_EQ(Take(), "[#####-----]  50 %");
  screen_.Show(Progress(60));
  EXPECT_EQ(Take(), "\r\x1b[K[######----]  60 %");
  screen_.Show(Log("note"));
  EXPECT_EQ(Take(), "\r\x1b[K00:00:00.000 INFO     note\n[######----]  60 %");
  screen_.Finish();
  EXPECT_EQ(Take(), "\r\x1b[K");
}

TEST_F(EventViewTest, ProgressWaitsUntilTheOutputsLineEnds) {
  screen_.Show(Progress(50));
  Take();
  screen_.Show(Output(0, "half a line"));
  EXPECT_EQ(Take(), "\r\x1b[Khalf a line");
  screen_.Show(Progress(60));
  EXPECT_EQ(Take(), "");
  screen_.Show(Output(11, "\n"));
  EXPECT_EQ(Take(), "\n[######----]  60 %");
}

TEST_F(EventViewTest, MissingOutputIsSaidAndWhatFollowsIsShown) {
  pipe_.Show(Output(5, "late"));
  EXPECT_NE(Take().find("ends at byte 0 and goes on at byte 5"), std::string::npos);
  pipe_.Show(Log("note"));
  EXPECT_EQ(Take(), "00:00:00.000 INFO     note\n");
}

}  // namespace
}  // namespace flowmesh::cli
