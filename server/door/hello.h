#ifndef FLOWMESH_SERVER_DOOR_HELLO_H_
#define FLOWMESH_SERVER_DOOR_HELLO_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/door/contract.h"

namespace flowmesh::door {

// Limits of a hello.
inline constexpr int kMaxTaskTypes = 1000;
inline constexpr int kMaxCapacity = 100'000;
inline constexpr std::size_t kMaxNameBytes = 128;

// Reads a hello's task types, without descriptors, with the defaults filled in. INVALID_ARGUMENT with violations
// (`hello.types[2].name`) for names, retry policies, timeouts, versions and capacities out of range, and types named
// twice.
absl::StatusOr<std::vector<ContractRecord>> ReadHello(const v1::Hello& hello);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_HELLO_H_
