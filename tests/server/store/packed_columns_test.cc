#include "server/store/packed_columns.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace flowmesh::store {
namespace {

TEST(PackedColumnsTest, DefaultsTakeNoByte) {
  EXPECT_EQ(PackLabels({}), "");
  EXPECT_EQ(PackProgress({}), "");
  EXPECT_EQ(PackFailure({}), "");
  EXPECT_EQ(PackTaskCounts({}), "");
  EXPECT_EQ(PackCounts({}), "");
  ExecutionRow row;
  row.id = row.first_of_chain = Id{1, 2};
  row.flow = row.root.type = "poem";
  row.create_time = row.root.create_time = absl::UnixEpoch();
  EXPECT_EQ(PackOrigin(row), "");
}

TEST(PackedColumnsTest, ExtremeNumbersComeBack) {
  TaskRow task;
  task.failures = std::numeric_limits<int32_t>::max();
  task.losses = std::numeric_limits<int32_t>::min();
  task.output_ends = {{"", std::numeric_limits<int64_t>::max()}, {"a", std::numeric_limits<int64_t>::min()}};
  TaskRow read;
  ASSERT_TRUE(UnpackTaskCounts(PackTaskCounts(task), &read));
  EXPECT_EQ(read, task);
}

TEST(PackedColumnsTest, InfiniteTimesOfTheOriginComeBack) {
  ExecutionRow row;
  row.id = Id{1, 2};
  row.flow = "poem";
  row.create_time = absl::UnixEpoch();
  row.root.type = "";
  row.root.create_time = absl::InfiniteFuture();
  row.timeout = absl::Microseconds(1);
  ExecutionRow read;
  read.id = row.id;
  read.flow = row.flow;
  read.create_time = row.create_time;
  ASSERT_TRUE(UnpackOrigin(PackOrigin(row), &read));
  EXPECT_EQ(read, row);
}

TEST(PackedColumnsTest, CutBytesAreRefused) {
  Progress progress{50, "half", {{"verses", 3}, {"words", 40}}};
  const std::string packed = PackProgress(progress);
  Progress read;
  for (size_t size = 1; size < packed.size(); ++size) {
    EXPECT_FALSE(UnpackProgress(packed.substr(0, size), &read)) << size;
  }
  EXPECT_FALSE(UnpackProgress(packed + "x", &read));
  EXPECT_TRUE(UnpackProgress(packed, &read));
  EXPECT_EQ(read, progress);
  Failure failure;
  EXPECT_FALSE(UnpackFailure("\x05 abc", &failure));
}

TEST(PackedColumnsTest, NumbersThatDoNotFitAreRefused) {
  const std::string packed = PackCounts([] {
    ExecutionRow row;
    row.dropped_logs = int64_t{1} << 40;
    return row;
  }());
  Progress progress;
  EXPECT_FALSE(UnpackProgress(packed, &progress));
}

}  // namespace
}  // namespace flowmesh::store
