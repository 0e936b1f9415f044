#include "tests/conformance/factories.h"

#include <cstdlib>

#include "server/store/postgres/postgres_store.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::PostgresCluster;
using flowmesh::testing::PostgresDatabase;
using flowmesh::testing::TemporaryDirectory;

class SqliteDatabase : public Database {
 public:
  explicit SqliteDatabase(TemporaryDirectory::On on, bool shared = false) : directory_(on), shared_(shared) {}

  absl::StatusOr<std::unique_ptr<Store>> Open(base::Clock* clock) override {
    SqliteOptions options;
    options.directory = directory_.path();
    options.clock = clock;
    // A log that starts over all the time, so that the suite sees it.
    options.checkpoint_bytes = size_t{128} << 10;
    options.restart_bytes = size_t{512} << 10;
    options.shared = shared_;
    return SqliteStore::Open(options);
  }

 private:
  TemporaryDirectory directory_;
  const bool shared_;
};

// All tests share one database, which costs less than one for each, and each finds its tables empty.
PostgresDatabase& EmptiedDatabase() {
  static PostgresDatabase database(PostgresCluster::Shared());
  static const bool made = PostgresStore::Open({.url = database.url()}).ok();
  if (!made) std::abort();
  database.Execute(
      "DO $$ DECLARE names text; BEGIN SELECT string_agg(relname, ', ') INTO names FROM pg_class WHERE relkind = 'r' "
      "AND relnamespace = 'public'::regnamespace AND relname <> 'flowmesh_version'; "
      "EXECUTE 'TRUNCATE ' || names; END $$");
  return database;
}

class PostgresTestDatabase : public Database {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open(base::Clock* clock) override {
    PostgresOptions options;
    options.url = database_.url();
    options.clock = clock;
    return PostgresStore::Open(options);
  }

 private:
  PostgresDatabase& database_ = EmptiedDatabase();
};

StoreFactory PostgresFactory() {
  return {"Postgres", [] { return std::make_unique<PostgresTestDatabase>(); }};
}

std::vector<StoreFactory> WithFaults(std::vector<StoreFactory> factories) {
  const size_t databases = factories.size();
  for (size_t i = 0; i < databases; ++i) {
    factories.push_back({factories[i].name + "WithFaults", factories[i].make, true});
  }
  return factories;
}

}  // namespace

std::vector<StoreFactory> StoreFactories() {
  const auto memory = [] { return std::make_unique<SqliteDatabase>(TemporaryDirectory::On::kMemory); };
  const auto disk = [] { return std::make_unique<SqliteDatabase>(TemporaryDirectory::On::kDisk); };
  return WithFaults({{"SqliteInMemory", memory}, {"SqliteOnDisk", disk}, PostgresFactory()});
}

std::vector<StoreFactory> SharedStoreFactories() {
  const auto memory = [] { return std::make_unique<SqliteDatabase>(TemporaryDirectory::On::kMemory, true); };
  return WithFaults({{"SqliteShared", memory}, PostgresFactory()});
}

}  // namespace flowmesh::store
