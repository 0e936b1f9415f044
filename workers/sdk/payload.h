#ifndef FLOWMESH_WORKERS_SDK_PAYLOAD_H_
#define FLOWMESH_WORKERS_SDK_PAYLOAD_H_

#include <cstddef>

namespace flowmesh::sdk {

// The largest input, output or step result, in bytes.
inline constexpr size_t kMaxPayload = 1 << 20;

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_PAYLOAD_H_
