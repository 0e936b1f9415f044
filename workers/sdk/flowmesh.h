#ifndef FLOWMESH_WORKERS_SDK_FLOWMESH_H_
#define FLOWMESH_WORKERS_SDK_FLOWMESH_H_

// Everything that the author of a worker includes; link flowmesh::sdk.

#include "workers/sdk/artifact_box.h"      // IWYU pragma: export
#include "workers/sdk/external_outcome.h"  // IWYU pragma: export
#include "workers/sdk/failure.h"           // IWYU pragma: export
#include "workers/sdk/flow.h"              // IWYU pragma: export
#include "workers/sdk/flow_context.h"      // IWYU pragma: export
#include "workers/sdk/task_context.h"      // IWYU pragma: export
#include "workers/sdk/task_type.h"         // IWYU pragma: export
#include "workers/sdk/worker.h"            // IWYU pragma: export

#endif  // FLOWMESH_WORKERS_SDK_FLOWMESH_H_
