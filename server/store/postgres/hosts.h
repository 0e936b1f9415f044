#ifndef FLOWMESH_SERVER_STORE_POSTGRES_HOSTS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_HOSTS_H_

#include <libpq-fe.h>

#include <string>

namespace flowmesh::store::postgres {

// Lists as in libpq's parameters `host`, `hostaddr` and `port`; an empty one is not set.
struct Hosts {
  std::string host;
  std::string hostaddr;
  std::string port;

  bool empty() const { return host.empty() && hostaddr.empty(); }
};

// The hosts of an open connection's address without the one that it leads to; empty: that was the only one.
Hosts OtherHosts(const PGconn* connection);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_HOSTS_H_
