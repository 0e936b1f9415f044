#ifndef FLOWMESH_SERVER_BASE_LOOPBACK_H_
#define FLOWMESH_SERVER_BASE_LOOPBACK_H_

#include <string_view>

namespace flowmesh::base {

// Whether `host`, with or without `:port`, means this machine and nothing else: `localhost`, an address of 127.0.0.0/8
// or
// `[::1]`. Names are not looked up: `127.example.org` may lead anywhere. Pure.
bool IsLoopback(std::string_view host);

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_LOOPBACK_H_
