#include "server/cli/table.h"

#include <gtest/gtest.h>

namespace flowmesh::cli {
namespace {

TEST(TableTest, ColumnsLineUpByCharactersAndNotByBytes) {
  EXPECT_EQ(RenderTable({{"NAME", "STATE"}, {"żółw", "RUNNING"}, {"x", ""}}),
            "NAME  STATE\n"
            "żółw  RUNNING\n"
            "x\n");
}

TEST(TableTest, ACellCannotBreakItsRow) { EXPECT_EQ(RenderTable({{"A", "B"}, {"1\n2", "3"}}), "A     B\n1\\n2  3\n"); }

}  // namespace
}  // namespace flowmesh::cli
