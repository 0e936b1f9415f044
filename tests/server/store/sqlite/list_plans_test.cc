// Lists of resources walk an index from the row last seen and sort nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/store/sqlite/migrations.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The lines of SQLite's plan, "; " between them.
std::string PlanOf(Connection& connection, Sql sql) {
  sqlite3_stmt* statement = nullptr;
  const std::string text = std::string("EXPLAIN QUERY PLAN ") + TextOf(sql);
  EXPECT_EQ(sqlite3_prepare_v2(connection.db(), text.c_str(), -1, &statement, nullptr), SQLITE_OK) << text;
  std::string plan;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    plan += reinterpret_cast<const char*>(sqlite3_column_text(statement, 3));
    plan += "; ";
  }
  sqlite3_finalize(statement);
  return plan;
}

class ListPlansTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ConnectionOptions options;
    options.path = directory_.file("flowmesh.db");
    auto opened = Connection::Open(options);
    ASSERT_OK(opened);
    connection_ = *std::move(opened);
    ASSERT_OK(Migrate(*connection_));
  }

  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  std::unique_ptr<Connection> connection_;
};

TEST_F(ListPlansTest, AListSeeksItsPlaceInItsIndex) {
  const std::vector<std::pair<Sql, std::string>> lists = {
      {Sql::kListResourcesOfOwner, "resources_of_owner (owner=? AND kind=? AND (create_time,resource_id)<(?,?))"},
      {Sql::kListResourcesOfOwnerUp, "resources_of_owner (owner=? AND kind=? AND (create_time,resource_id)>(?,?))"},
      {Sql::kListResourcesOfAll, "resources_of_kind (kind=? AND (create_time,resource_id)<(?,?))"},
      {Sql::kListResourcesOfAllUp, "resources_of_kind (kind=? AND (create_time,resource_id)>(?,?))"},
      {Sql::kListResourcesOfParent, "resources_of_parent (parent=? AND kind=? AND resource_id<?)"},
      {Sql::kListResourcesOfParentUp, "resources_of_parent (parent=? AND kind=? AND resource_id>?)"},
      {Sql::kListResourcesOfExecution,
       "resources_of_execution (execution_id=? AND kind=? AND (create_time,resource_id)<(?,?))"},
      {Sql::kListResourcesOfExecutionUp,
       "resources_of_execution (execution_id=? AND kind=? AND (create_time,resource_id)>(?,?))"}};
  for (const auto& [sql, walk] : lists) {
    EXPECT_THAT(PlanOf(*connection_, sql),
                AllOf(HasSubstr(walk), Not(HasSubstr("TEMP B-TREE")), Not(HasSubstr("SCAN"))));
  }
}

TEST_F(ListPlansTest, APurgeSeeksWhatItRemoves) {
  EXPECT_THAT(PlanOf(*connection_, Sql::kMeasureResources),
              AllOf(HasSubstr("resources_of_execution (execution_id=?)"), Not(HasSubstr("SCAN"))));
  EXPECT_THAT(PlanOf(*connection_, Sql::kPurgeAliases),
              AllOf(HasSubstr("resources_of_execution (execution_id=?)"), HasSubstr("aliases_of_object (object_id=?)"),
                    Not(HasSubstr("SCAN"))));
}

}  // namespace
}  // namespace flowmesh::store
