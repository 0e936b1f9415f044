#ifndef FLOWMESH_WORKERS_SDK_SERVER_CHANNEL_H_
#define FLOWMESH_WORKERS_SDK_SERVER_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "workers/sdk/channel_credentials.h"

namespace flowmesh::sdk {

// A channel to the servers that `server` names (server_address.h). Of several, calls go to those that answer, in turn;
// the addresses of a list come in random order, so that clients that start together spread. Errors say what is wrong
// with the address, or that nothing says which name the certificates of several servers are for. Dials nothing yet.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const std::string& server, const TlsMaterial& material,
                                                         grpc::ChannelArguments arguments);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_SERVER_CHANNEL_H_
