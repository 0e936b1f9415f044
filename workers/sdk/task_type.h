#ifndef FLOWMESH_WORKERS_SDK_TASK_TYPE_H_
#define FLOWMESH_WORKERS_SDK_TASK_TYPE_H_

namespace flowmesh::sdk {

// Names a task type together with its contract, so that those who call it and those who serve it agree at compile time:
//
//   inline constexpr TaskType<HarvestRequest, Sources> kHarvest{"harvest"};
//
// In and Out are Protobuf messages.
template <typename In, typename Out>
struct TaskType {
  using Input = In;
  using Output = Out;

  const char* name;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TASK_TYPE_H_
