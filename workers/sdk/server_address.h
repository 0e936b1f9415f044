#ifndef FLOWMESH_WORKERS_SDK_SERVER_ADDRESS_H_
#define FLOWMESH_WORKERS_SDK_SERVER_ADDRESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace flowmesh::sdk {

// Where the servers of a mesh are, as people write it:
//   HOST:PORT               one server
//   ADDRESS:PORT,...        several, each by an IP address ([::1]:7350 for IPv6) or as localhost
//   dns:///NAME:PORT        all that the name has addresses of, looked up again when one goes away
//   unix:PATH               a socket of this machine
struct ServerAddress {
  std::string target;                  // for gRPC
  std::vector<std::string> hosts;      // names and addresses without ports; none for a socket of this machine
  std::vector<std::string> endpoints;  // ADDRESS:PORT of each if it is a list; else empty
  bool several = false;                // a list, or a name that is looked up for all its addresses
};

// INVALID_ARGUMENT: it is none of these; the message says what to write. Pure.
absl::StatusOr<ServerAddress> ParseServerAddress(absl::string_view text);

// The gRPC target of several endpoints, tried all at once. Pure.
std::string TargetOf(const std::vector<std::string>& endpoints);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_SERVER_ADDRESS_H_
