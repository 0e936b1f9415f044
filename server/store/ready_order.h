// Who is served next from a queue of runnable tasks.
#ifndef FLOWMESH_SERVER_STORE_READY_ORDER_H_
#define FLOWMESH_SERVER_STORE_READY_ORDER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "server/store/rows.h"

namespace flowmesh::store {

// The place of an owner in the round of a queue: the first 8 bytes of SHA-256(owner), big-endian. Stored, so it never
// changes.
uint64_t OwnerHash(absl::string_view owner);

// Whether `a` is served before `b`, both of one queue and one owner: by priority, then age.
bool ServedBefore(const ReadyRow& a, const ReadyRow& b);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_READY_ORDER_H_
