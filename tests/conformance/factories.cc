#include "tests/conformance/factories.h"

#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::TemporaryDirectory;

class SqliteDatabase : public Database {
 public:
  explicit SqliteDatabase(TemporaryDirectory::On on) : directory_(on) {}

  absl::StatusOr<std::unique_ptr<Store>> Open(base::Clock* clock) override {
    SqliteOptions options;
    options.directory = directory_.path();
    options.clock = clock;
    // A log that starts over all the time, so that the suite sees it.
    options.checkpoint_bytes = size_t{128} << 10;
    options.restart_bytes = size_t{512} << 10;
    return SqliteStore::Open(options);
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace

std::vector<StoreFactory> StoreFactories() {
  const auto memory = [] { return std::make_unique<SqliteDatabase>(TemporaryDirectory::On::kMemory); };
  const auto disk = [] { return std::make_unique<SqliteDatabase>(TemporaryDirectory::On::kDisk); };
  std::vector<StoreFactory> factories = {{"SqliteInMemory", memory}, {"SqliteOnDisk", disk}};
  const size_t databases = factories.size();
  for (size_t i = 0; i < databases; ++i) {
    factories.push_back({factories[i].name + "WithFaults", factories[i].make, true});
  }
  return factories;
}

}  // namespace flowmesh::store
