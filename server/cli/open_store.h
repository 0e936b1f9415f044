#ifndef FLOWMESH_SERVER_CLI_OPEN_STORE_H_
#define FLOWMESH_SERVER_CLI_OPEN_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "server/store/store.h"

namespace flowmesh::cli {

struct StoreChoice {
  std::string url;             // postgres://user@host/database; empty = the embedded store
  std::string data_directory;  // of the embedded store
  bool notify = true;          // replicas on PostgreSQL tell each other at once what they did, or look for it
};

// OK: OpenStore knows what the address means. The error names the ways to write one.
absl::Status CheckStoreUrl(const std::string& url);

// What people are told of where the rows are: without anything that an address may keep secret.
std::string DescribeStore(const StoreChoice& choice);

// `clock` must outlive the store.
absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(const StoreChoice& choice, base::Clock* clock);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_OPEN_STORE_H_
