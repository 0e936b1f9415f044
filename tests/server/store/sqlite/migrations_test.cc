#include "server/store/sqlite/migrations.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using flowmesh::testing::TemporaryDirectory;
using ::testing::HasSubstr;

class MigrationsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ConnectionOptions options;
    options.path = directory_.file("flowmesh.db");
    auto opened = Connection::Open(options);
    ASSERT_OK(opened);
    connection_ = *std::move(opened);
  }

  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  std::unique_ptr<Connection> connection_;
};

TEST_F(MigrationsTest, AreNumberedWithoutGaps) {
  int expected = 1;
  for (const Migration& migration : Migrations()) EXPECT_EQ(migration.number, expected++);
}

TEST_F(MigrationsTest, RunOnceEach) {
  ASSERT_OK(Migrate(*connection_));
  ASSERT_OK(Migrate(*connection_));
  EXPECT_THAT(connection_->Number("PRAGMA user_version"), IsOkAndHolds(Migrations().back().number));

  std::vector<Migration> more(Migrations().begin(), Migrations().end());
  more.push_back({static_cast<int>(more.size()) + 1, "CREATE TABLE later (id INTEGER); INSERT INTO later VALUES (7);"});
  ASSERT_OK(Migrate(*connection_, more));
  ASSERT_OK(Migrate(*connection_, more));
  EXPECT_THAT(connection_->Number("SELECT sum(id) FROM later"), IsOkAndHolds(7));
}

TEST_F(MigrationsTest, EveryStatementFitsTheTables) {
  ASSERT_OK(Migrate(*connection_));
  for (size_t i = 0; i < kSqlCount; ++i) {
    const auto sql = static_cast<Sql>(i);
    ASSERT_NE(TextOf(sql), nullptr) << i;
    EXPECT_EQ(store::Run(*connection_, sql).code(), SQLITE_OK) << TextOf(sql);
  }
}

TEST_F(MigrationsTest, AStepThatFailsLeavesNothing) {
  const std::vector<Migration> broken = {{1, "CREATE TABLE half (id INTEGER); CREATE TABLE half (id INTEGER);"}};
  EXPECT_FALSE(Migrate(*connection_, broken).ok());
  EXPECT_THAT(connection_->Number("SELECT count(*) FROM sqlite_schema"), IsOkAndHolds(0));
  EXPECT_THAT(connection_->Number("PRAGMA user_version"), IsOkAndHolds(0));
  EXPECT_OK(Migrate(*connection_));
}

TEST_F(MigrationsTest, ANewerDatabaseIsRefused) {
  ASSERT_OK(Migrate(*connection_));
  ASSERT_EQ(connection_->Execute("PRAGMA user_version=900"), SQLITE_OK);
  EXPECT_THAT(Migrate(*connection_), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("newer flowmesh")));
}

TEST_F(MigrationsTest, AnotherProgramsDatabaseIsRefused) {
  ASSERT_EQ(connection_->Execute("CREATE TABLE theirs (id INTEGER)"), SQLITE_OK);
  EXPECT_THAT(Migrate(*connection_), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not made by")));
}

}  // namespace
}  // namespace flowmesh::store
