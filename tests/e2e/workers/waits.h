#ifndef FLOWMESH_TESTS_E2E_WORKERS_WAITS_H_
#define FLOWMESH_TESTS_E2E_WORKERS_WAITS_H_

#include "tests/e2e/workers/ledger.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::faults {

// Serves the flows that wait for somebody (see faults.proto): `listen` for signals, `ask` for an outcome from outside,
// `doze` for the time, `dictate` for another worker. All with this code version. `listen` draws a number in a step
// first. `ledger` must outlive the worker.
void ServeWaits(Ledger* ledger, int code_version, sdk::Worker* worker);

}  // namespace flowmesh::faults

#endif  // FLOWMESH_TESTS_E2E_WORKERS_WAITS_H_
