#ifndef FLOWMESH_SERVER_DOOR_CONVERT_EXECUTION_PROTO_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_EXECUTION_PROTO_H_

#include "flowmesh/v1/execution.pb.h"
#include "server/store/rows.h"

namespace flowmesh::door {

enum class ExecutionView {
  kSummary,  // without input and output: for lists
  kFull,     // payloads that stand apart must have been loaded into the row
};

// What the owner sees of an execution; all but blocked_on, which no row knows. `execution` must be empty.
void ToProto(const store::ExecutionRow& row, ExecutionView view, v1::Execution* execution);

// A task, the root task of an execution included. `task` must be empty.
void ToProto(const store::TaskRow& row, v1::Task* task);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_EXECUTION_PROTO_H_
