#include "workers/sdk/server_channel.h"

#include <algorithm>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "workers/sdk/server_address.h"

namespace flowmesh::sdk {

absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const std::string& server, const TlsMaterial& material,
                                                         grpc::ChannelArguments arguments) {
  const absl::StatusOr<ServerAddress> address = ParseServerAddress(server);
  if (!address.ok()) return address.status();
  std::string name = material.server_name;
  std::string target = address->target;
  if (!address->endpoints.empty()) {
    // The first one to answer gets the first call.
    std::vector<std::string> endpoints = address->endpoints;
    std::random_device random;
    std::shuffle(endpoints.begin(), endpoints.end(), random);
    target = TargetOf(endpoints);
    const std::vector<std::string>& hosts = address->hosts;
    const bool one_host = std::all_of(hosts.begin(), hosts.end(), [&](const auto& host) { return host == hosts[0]; });
    if (material.on && name.empty() && !one_host) {
      return absl::InvalidArgumentError(
          absl::StrCat("--tls-name is missing: the certificates of the servers ", server,
                       " must be for one name that they share, or give dns:///NAME:PORT"));
    }
    if (material.on && name.empty()) name = hosts[0];
    if (!material.on) arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, endpoints[0]);
  }
  if (!name.empty()) arguments.SetSslTargetNameOverride(name);
  // Not for one server: it would let calls wait, where a channel to one says at once that there is nobody.
  if (address->several) arguments.SetLoadBalancingPolicyName("round_robin");
  return grpc::CreateCustomChannel(target, CredentialsOf(material), arguments);
}

}  // namespace flowmesh::sdk
