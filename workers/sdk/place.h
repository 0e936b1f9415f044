#ifndef FLOWMESH_WORKERS_SDK_PLACE_H_
#define FLOWMESH_WORKERS_SDK_PLACE_H_

#include <memory>

#include "workers/sdk/call_scope.h"

namespace flowmesh::sdk {

class FlowMachine;
class Join;

// Where in a running flow something is awaited.
struct Place {
  FlowMachine* machine = nullptr;
  std::shared_ptr<CallScope> scope;
  Join* join = nullptr;  // the innermost All or ForEach of which the awaiting body is a branch; null = none
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_PLACE_H_
