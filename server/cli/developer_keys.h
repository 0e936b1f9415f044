// The signing secret of a developer's server.
#ifndef FLOWMESH_SERVER_CLI_DEVELOPER_KEYS_H_
#define FLOWMESH_SERVER_CLI_DEVELOPER_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/base/random.h"

namespace flowmesh::cli {

// The text of the key set in `directory`/keys; makes one, readable by its owner only, if there is none. Blocks on the
// file.
absl::StatusOr<std::string> DeveloperKeys(const std::string& directory, base::RandomSource& random);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_DEVELOPER_KEYS_H_
