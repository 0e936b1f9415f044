// The row of an artifact; see rows.h for what all rows have in common.
#ifndef FLOWMESH_SERVER_STORE_ARTIFACT_ROW_H_
#define FLOWMESH_SERVER_STORE_ARTIFACT_ROW_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "server/base/ids.h"

namespace flowmesh::store {

// A blob whose bytes lie in the object store, under its id.
struct ArtifactRow {
  base::Id id;
  std::string owner;
  base::Id execution_id;  // zero = uploaded by a client, then without task and attempt
  int32_t task = 0;       // that wrote it
  int32_t attempt = 0;    // of that task
  std::string name;
  std::string media_type;
  std::string uri;  // where its content is read
  int64_t size = 0;
  std::string digest;  // SHA-256 of the bytes, raw
  absl::Time create_time = absl::InfinitePast();

  bool operator==(const ArtifactRow&) const = default;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_ARTIFACT_ROW_H_
