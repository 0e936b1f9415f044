#ifndef FLOWMESH_TESTS_E2E_WORKERS_FAMILY_H_
#define FLOWMESH_TESTS_E2E_WORKERS_FAMILY_H_

#include "tests/e2e/workers/ledger.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::faults {

// Serves `family`, `household` and `member` (see faults.proto): three levels whose every member and step is written
// into the ledger. Member number m of household h has the value 1000 h + m. `ledger` must outlive the worker.
void ServeFamily(Ledger* ledger, sdk::Worker* worker);

}  // namespace flowmesh::faults

#endif  // FLOWMESH_TESTS_E2E_WORKERS_FAMILY_H_
