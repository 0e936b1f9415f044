#include "server/store/postgres/hosts.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace flowmesh::store::postgres {
namespace {

using List = std::vector<std::string>;

List Split(const char* value) {
  if (value == nullptr || *value == '\0') return {};
  return absl::StrSplit(value, ',');
}

// A list of one port is for all hosts.
std::string At(const List& list, size_t index) {
  if (index < list.size()) return list[index];
  return list.size() == 1 ? list[0] : "";
}

std::string Without(List list, size_t index) {
  if (list.size() > 1 && index < list.size()) list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
  return absl::StrJoin(list, ",");
}

}  // namespace

Hosts OtherHosts(const PGconn* connection) {
  List hosts;
  List addresses;
  List ports;
  PQconninfoOption* options = PQconninfo(const_cast<PGconn*>(connection));
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    const std::string_view keyword(option->keyword);
    if (keyword == "host") hosts = Split(option->val);
    if (keyword == "hostaddr") addresses = Split(option->val);
    if (keyword == "port") ports = Split(option->val);
  }
  PQconninfoFree(options);
  const size_t count = std::max(hosts.size(), addresses.size());
  const std::string host = PQhost(connection);
  const std::string port = PQport(connection);
  for (size_t i = 0; count > 1 && i < count; ++i) {
    const std::string its_port = At(ports, i);
    if ((At(hosts, i) != host && At(addresses, i) != host) || (!its_port.empty() && its_port != port)) continue;
    return {.host = Without(hosts, i), .hostaddr = Without(addresses, i), .port = Without(ports, i)};
  }
  return {};
}

}  // namespace flowmesh::store::postgres
