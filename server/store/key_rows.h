// The rows of keys that clients choose: idempotency keys and concurrency keys. See rows.h.
#ifndef FLOWMESH_SERVER_STORE_KEY_ROWS_H_
#define FLOWMESH_SERVER_STORE_KEY_ROWS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "server/base/ids.h"

namespace flowmesh::store {

using base::Id;

enum class ConcurrencyPolicy : uint8_t { kReject = 1, kQueue = 2, kJoin = 3 };

struct IdempotencyRow {
  std::string owner;
  std::string method;
  std::string key;
  Id object_id;
  std::string digest;  // of the request
  absl::Time expire_time = absl::InfiniteFuture();
};

struct ConcurrencyName {
  std::string owner;
  std::string key;

  auto operator<=>(const ConcurrencyName&) const = default;
};

// An execution's place at its concurrency key: 0 holds it, the others wait in this order. The row with place 0 is the
// lock of the queue.
struct ConcurrencyRow {
  ConcurrencyName name;
  int64_t place = 0;
  Id execution_id;
  ConcurrencyPolicy policy = ConcurrencyPolicy::kReject;

  bool operator==(const ConcurrencyRow&) const = default;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_KEY_ROWS_H_
