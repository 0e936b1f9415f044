// What somebody waits for, in words.
#ifndef FLOWMESH_SERVER_RPC_WAIT_WORDS_H_
#define FLOWMESH_SERVER_RPC_WAIT_WORDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flowmesh/v1/execution.pb.h"
#include "server/store/rows.h"

namespace flowmesh::rpc {

// How the attached workers stand to a task that waits for one.
struct Service {
  bool served = false;            // somebody serves its queue
  std::vector<int32_t> versions;  // otherwise: of the code of those who serve its type, in order, each once
};

// Why the execution does not move by what its own row says: NOT_STARTED, CONCURRENCY_KEY, BACKOFF, EXTERNAL;
// without a reason when nothing of that is so.
v1::BlockedOn WaitOf(const store::ExecutionRow& row);

// NO_WORKER, CODE_VERSION or WORKERS_BUSY, for a READY task.
v1::BlockedOn WaitForWorker(const store::TaskRow& task, const Service& service);

// What the flow of task 0 waits for, by the children that are not final: CHILD before EXTERNAL,
// SIGNAL and TIMER, since of several the first can be looked after. Without a reason if it has
// none. `services` knows the READY ones by their numbers.
v1::BlockedOn WaitForChildren(const std::vector<store::TaskRow>& unfinished,
                              const std::map<int32_t, Service>& services);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_WAIT_WORDS_H_
