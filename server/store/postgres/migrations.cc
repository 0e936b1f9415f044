#include "server/store/postgres/migrations.h"

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/store/postgres/migration_0001.h"
#include "server/store/postgres/migration_0002.h"
#include "server/store/postgres/migration_0003.h"
#include "server/store/postgres/migration_0004.h"
#include "server/store/postgres/migration_0005.h"
#include "server/store/postgres/migration_0006.h"
#include "server/store/postgres/migration_0007.h"
#include "spdlog/spdlog.h"

namespace flowmesh::store::postgres {
namespace {

constexpr Migration kMigrations[] = {{1, kMigration0001}, {2, kMigration0002}, {3, kMigration0003}, {4, kMigration0004},
                                     {5, kMigration0005}, {6, kMigration0006}, {7, kMigration0007}};

// Only processes that start at once meet here; a lost lock could make one of them fail to start, no more.
constexpr char kBegin[] =
    "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL client_min_messages = error; "
    "SELECT pg_advisory_xact_lock(hashtextextended('flowmesh migrations of ' || current_schema(), 0))";

absl::StatusOr<int> VersionOf(Connection& connection) {
  const auto schema = connection.Execute("SELECT coalesce(current_schema(), '')");
  if (!schema.ok()) return schema.status();
  if (schema->empty()) return absl::FailedPreconditionError("no schema of the search_path exists; create one");
  const auto ours = connection.Execute(
      "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = "
      "'flowmesh_version'");
  if (!ours.ok()) return ours.status();
  if (*ours != "0") {
    const auto version = connection.Execute("SELECT number FROM flowmesh_version");
    if (!version.ok()) return version.status();
    return std::atoi(version->c_str());
  }
  const auto others = connection.Execute(
      "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')");
  if (!others.ok()) return others.status();
  if (*others != "0") {
    return absl::FailedPreconditionError(absl::StrCat("the schema '", *schema,
                                                      "' holds tables that flowmesh did not make; choose an empty "
                                                      "database, or an empty schema by options=-csearch_path=..."));
  }
  if (auto made = connection.Execute("CREATE TABLE flowmesh_version (number integer NOT NULL); "
                                     "INSERT INTO flowmesh_version VALUES (0)");
      !made.ok()) {
    return made.status();
  }
  return 0;
}

absl::Status RunMigrations(Connection& connection, absl::Span<const Migration> migrations) {
  if (auto begun = connection.Execute(kBegin); !begun.ok()) return begun.status();
  const absl::StatusOr<int> version = VersionOf(connection);
  if (!version.ok()) return version.status();
  const int newest = migrations.empty() ? 0 : migrations.back().number;
  if (*version > newest) {
    return absl::FailedPreconditionError(absl::StrCat("the database has version ", *version,
                                                      ", this program knows versions up to ", newest,
                                                      "; run a newer flowmesh"));
  }
  for (const Migration& migration : migrations) {
    if (migration.number <= *version) continue;
    const std::string sql = absl::StrCat(migration.sql, "\nUPDATE flowmesh_version SET number = ", migration.number);
    if (auto ran = connection.Execute(sql); !ran.ok()) return ran.status();
    if (*version != 0) spdlog::info("the database was brought to version {}", migration.number);
  }
  return connection.Execute("COMMIT").status();
}

}  // namespace

absl::Span<const Migration> Migrations() { return kMigrations; }

absl::Status Migrate(Connection& connection, absl::Span<const Migration> migrations) {
  absl::Status status = RunMigrations(connection, migrations);
  if (!status.ok() && !connection.lost()) connection.Execute("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace flowmesh::store::postgres
