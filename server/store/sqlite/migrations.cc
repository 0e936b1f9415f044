#include "server/store/sqlite/migrations.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/migration_0001.h"
#include "server/store/sqlite/migration_0002.h"
#include "server/store/sqlite/migration_0003.h"
#include "server/store/sqlite/migration_0004.h"
#include "server/store/sqlite/migration_0005.h"
#include "server/store/sqlite/migration_0006.h"
#include "server/store/sqlite/migration_0007.h"
#include "spdlog/spdlog.h"

namespace flowmesh::store {
namespace {

absl::Status RunMigration(Connection& connection, const Migration& migration) {
  const std::string sql = absl::StrCat("BEGIN IMMEDIATE;\n", migration.sql, "\nPRAGMA application_id=", kApplicationId,
                                       "; PRAGMA user_version=", migration.number, "; COMMIT");
  const int code = connection.Execute(sql);
  if (code == SQLITE_OK) return absl::OkStatus();
  absl::Status failed = connection.Failed(code);
  if (connection.in_transaction()) connection.Execute("ROLLBACK");
  return failed;
}

}  // namespace

absl::Span<const Migration> Migrations() {
  static const Migration kMigrations[] = {{1, kMigration0001}, {2, kMigration0002}, {3, kMigration0003},
                                          {4, kMigration0004}, {5, kMigration0005}, {6, Migration0006()},
                                          {7, kMigration0007}};
  return kMigrations;
}

absl::Status Migrate(Connection& connection, absl::Span<const Migration> migrations) {
  const absl::StatusOr<int64_t> version = connection.Number("PRAGMA user_version");
  if (!version.ok()) return version.status();
  const absl::StatusOr<int64_t> application = connection.Number("PRAGMA application_id");
  if (!application.ok()) return application.status();
  const absl::StatusOr<int64_t> objects = connection.Number("SELECT count(*) FROM sqlite_schema");
  if (!objects.ok()) return objects.status();

  if (*application != kApplicationId && (*version != 0 || *objects != 0)) {
    return absl::FailedPreconditionError("the database was not made by flowmesh; choose another directory");
  }
  const int64_t newest = migrations.empty() ? 0 : migrations.back().number;
  if (*version > newest) {
    return absl::FailedPreconditionError(absl::StrCat("the database has version ", *version,
                                                      ", this program knows versions up to ", newest,
                                                      "; run a newer flowmesh"));
  }
  for (const Migration& migration : migrations) {
    if (migration.number <= *version) continue;
    if (absl::Status status = RunMigration(connection, migration); !status.ok()) return status;
    if (*version != 0) spdlog::info("the database was brought to version {}", migration.number);
  }
  return absl::OkStatus();
}

}  // namespace flowmesh::store
