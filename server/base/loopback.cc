#include "server/base/loopback.h"

#include <arpa/inet.h>

#include <string>

#include "absl/strings/match.h"

namespace flowmesh::base {

bool IsLoopback(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view port = host.substr(end + 1);
    return host.substr(1, end - 1) == "::1" && (port.empty() || port.front() == ':');
  }
  const std::string name(host.substr(0, host.find(':')));
  in_addr address{};
  if (inet_pton(AF_INET, name.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
  return absl::EqualsIgnoreCase(name, "localhost");
}

}  // namespace flowmesh::base
