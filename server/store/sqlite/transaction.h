// One batch on the writer.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_TRANSACTION_H_
#define FLOWMESH_SERVER_STORE_SQLITE_TRANSACTION_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "server/store/sqlite/writer.h"
#include "server/store/store.h"

namespace flowmesh::store {

// Store::Begin on `writer`, which must outlive the transaction.
absl::StatusOr<std::unique_ptr<Transaction>> BeginTransaction(Writer& writer, uint64_t replica_id, uint64_t batch);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_TRANSACTION_H_
