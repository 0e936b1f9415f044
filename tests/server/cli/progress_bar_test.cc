#include "server/cli/progress_bar.h"

#include <gtest/gtest.h>

#include "server/cli/display_text.h"

namespace flowmesh::cli {
namespace {

v1::Progress Made(int percent, const std::string& message) {
  v1::Progress progress;
  progress.set_percent(percent);
  progress.set_message(message);
  return progress;
}

TEST(ProgressBarTest, TheBarIsFilledByThePercentage) {
  EXPECT_EQ(RenderProgressBar(Made(0, ""), 30), "[----------]   0 %");
  EXPECT_EQ(RenderProgressBar(Made(50, "halfway"), 30), "[#####-----]  50 %  halfway");
  EXPECT_EQ(RenderProgressBar(Made(100, "done"), 30), "[##########] 100 %  done");
}

TEST(ProgressBarTest, PercentagesOutOfRangeAreDrawnAsTheNearestWithin) {
  EXPECT_EQ(RenderProgressBar(Made(-5, ""), 30), RenderProgressBar(Made(0, ""), 30));
  EXPECT_EQ(RenderProgressBar(Made(900, ""), 30), RenderProgressBar(Made(100, ""), 30));
}

TEST(ProgressBarTest, TheLineNeverGrowsBeyondTheScreenOrOntoASecondOne) {
  const v1::Progress progress = Made(42, "a very long message\nwith a second line that goes on and on and on");
  for (size_t columns = 0; columns < 120; ++columns) {
    const std::string line = RenderProgressBar(progress, columns);
    EXPECT_LE(CountColumns(line), columns);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(ProgressBarTest, CountersStandBehindTheMessageByName) {
  v1::Progress progress = Made(10, "writing");
  (*progress.mutable_counters())["words"] = 120;
  (*progress.mutable_counters())["stanzas"] = 3;
  EXPECT_EQ(RenderProgress(progress), "10 %  writing  stanzas 3, words 120");
}

}  // namespace
}  // namespace flowmesh::cli
