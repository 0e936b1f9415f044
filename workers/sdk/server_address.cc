#include "workers/sdk/server_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace flowmesh::sdk {
namespace {

struct Endpoint {
  std::string host;  // without brackets
  std::string port;
};

enum class Kind { kName, kIpv4, kIpv6 };

Kind KindOf(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return Kind::kIpv4;
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 ? Kind::kIpv6 : Kind::kName;
}

absl::Status Wrong(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" ", why));
}

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text) {
  constexpr char kShape[] = "is no address of a server: write HOST:PORT, as in 127.0.0.1:7350";
  Endpoint endpoint;
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return Wrong(text, kShape);
  absl::string_view host = text.substr(0, colon);
  if (host.front() == '[') {
    if (host.back() != ']') return Wrong(text, kShape);
    host = host.substr(1, host.size() - 2);
    if (KindOf(std::string(host)) != Kind::kIpv6) return Wrong(text, "has no IPv6 address in its brackets");
  } else if (absl::StrContains(host, ':')) {
    return Wrong(text, "needs brackets around its IPv6 address: write [::1]:7350");
  }
  endpoint.host = std::string(host);
  endpoint.port = std::string(text.substr(colon + 1));
  int port = 0;
  if (!std::all_of(endpoint.port.begin(), endpoint.port.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(endpoint.port, &port) || port < 1 || port > 65'535) {
    return Wrong(text, "needs a port from 1 to 65535 at its end");
  }
  if (std::any_of(host.begin(), host.end(), [](char c) { return absl::StrContains(" \t\r\n/@?#[]", c); })) {
    return Wrong(text, kShape);
  }
  return endpoint;
}

absl::StatusOr<ServerAddress> ParseList(absl::string_view text) {
  ServerAddress address;
  address.several = true;
  bool all_ipv4 = true;
  std::vector<Endpoint> endpoints;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    absl::StatusOr<Endpoint> endpoint = ParseEndpoint(part);
    if (!endpoint.ok()) return endpoint.status();
    if (absl::EqualsIgnoreCase(endpoint->host, "localhost")) endpoint->host = "127.0.0.1";
    const Kind kind = KindOf(endpoint->host);
    if (kind == Kind::kName) {
      return Wrong(part,
                   "is a name, and a list takes addresses, as in 10.0.0.1:7350,10.0.0.2:7350: give one name that "
                   "leads to all servers, as dns:///NAME:PORT");
    }
    all_ipv4 = all_ipv4 && kind == Kind::kIpv4;
    address.hosts.push_back(endpoint->host);
    endpoints.push_back(*std::move(endpoint));
  }
  for (const auto& [host, port] : endpoints) {
    // One target is of one family; IPv6 has a place for the addresses of IPv4.
    const std::string ipv6 = KindOf(host) == Kind::kIpv4 ? absl::StrCat("::ffff:", host) : host;
    std::string written = all_ipv4 ? absl::StrCat(host, ":", port) : absl::StrCat("[", ipv6, "]:", port);
    if (std::find(address.endpoints.begin(), address.endpoints.end(), written) != address.endpoints.end()) {
      return Wrong(text, absl::StrCat("names ", host, ":", port, " twice"));
    }
    address.endpoints.push_back(std::move(written));
  }
  address.target = TargetOf(address.endpoints);
  return address;
}

}  // namespace

std::string TargetOf(const std::vector<std::string>& endpoints) {
  const std::string list = absl::StrJoin(endpoints, ",");
  if (!absl::StrContains(list, '[')) return absl::StrCat("ipv4:", list);
  // Brackets have no place in a URI but around its authority.
  return absl::StrCat("ipv6:", absl::StrReplaceAll(list, {{"[", "%5B"}, {"]", "%5D"}}));
}

absl::StatusOr<ServerAddress> ParseServerAddress(absl::string_view text) {
  if (absl::StartsWith(text, "unix:") || absl::StartsWith(text, "unix-abstract:")) {
    return ServerAddress{.target = std::string(text), .hosts = {}, .endpoints = {}};
  }
  if (absl::StartsWith(text, "dns:")) {
    const size_t slash = text.rfind('/');
    const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(text.substr(slash == text.npos ? 4 : slash + 1));
    if (!endpoint.ok()) return Wrong(text, "must be dns:///NAME:PORT, with a port from 1 to 65535");
    return ServerAddress{.target = std::string(text), .hosts = {endpoint->host}, .endpoints = {}, .several = true};
  }
  if (absl::StrContains(text, "://")) {
    return Wrong(text,
                 "is no address of a gRPC server: write HOST:PORT, ADDRESS:PORT,ADDRESS:PORT or dns:///NAME:PORT");
  }
  if (absl::StrContains(text, ',')) return ParseList(text);
  const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(text);
  if (!endpoint.ok()) return endpoint.status();
  return ServerAddress{.target = std::string(text), .hosts = {endpoint->host}, .endpoints = {}};
}

}  // namespace flowmesh::sdk
