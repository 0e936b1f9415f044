// Every kind of database that the suite runs on. A further kind is one more entry in factories.cc.
#ifndef FLOWMESH_TESTS_CONFORMANCE_FACTORIES_H_
#define FLOWMESH_TESTS_CONFORMANCE_FACTORIES_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "server/store/store.h"

namespace flowmesh::store {

// An empty database that outlives the stores opened on it, one at a time, and goes with everything in it.
class Database {
 public:
  virtual ~Database() = default;
  virtual absl::StatusOr<std::unique_ptr<Store>> Open(base::Clock* clock) = 0;
};

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<Database>()> make;
  // Behind a FaultyStore that fails some of the transactions; whatever is tried again must end as it does without
  // faults.
  bool faulty = false;
};

// Each database as it is and behind faults.
std::vector<StoreFactory> StoreFactories();

// Those whose stores several replicas share.
std::vector<StoreFactory> SharedStoreFactories();

inline void PrintTo(const StoreFactory& factory, std::ostream* out) { *out << factory.name; }

}  // namespace flowmesh::store

#endif  // FLOWMESH_TESTS_CONFORMANCE_FACTORIES_H_
