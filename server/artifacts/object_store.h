// Where the bytes of artifacts lie. What lies here is named by an id and means nothing by itself: a row makes it an
// artifact, and what no row names is swept (object_sweep.h).
#ifndef FLOWMESH_SERVER_ARTIFACTS_OBJECT_STORE_H_
#define FLOWMESH_SERVER_ARTIFACTS_OBJECT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/base/ids.h"

namespace flowmesh::artifacts {

// What a finished object is.
struct StoredObject {
  int64_t size = 0;    // bytes
  std::string digest;  // SHA-256, raw
};

// One object on its way in. Not thread-safe. Destroyed without a successful Finish it leaves nothing.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;

  virtual absl::Status Append(absl::string_view chunk) = 0;
  // The object is there, and stays there, once this answers OK. At most once, last. INVALID_ARGUMENT with reason
  // DIGEST_MISMATCH when the bytes have another digest than the expected one (raw; empty = any).
  virtual absl::StatusOr<StoredObject> Finish(const std::string& expected_digest) = 0;
};

// One object on its way out. Not thread-safe. Goes on when the object is deleted meanwhile.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  // The next bytes, `max_bytes` of them or what is left; empty = the end.
  virtual absl::StatusOr<std::string> Read(size_t max_bytes) = 0;
};

struct ListedObject {
  base::Id id;
  absl::Time modified;  // by the wall clock of whoever keeps the objects
};

struct ObjectPage {
  std::vector<ListedObject> objects;  // in no order
  std::string next;                   // for the next call; empty = this was the last page
};

// Thread-safe. Everything blocks: never call it in a gRPC reaction. Codes: RESOURCE_EXHAUSTED with reason OUT_OF_SPACE
// = no room, nothing is left behind; NOT_FOUND = no such object; INTERNAL = the medium failed, the log says how.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // `id` must be new.
  virtual absl::StatusOr<std::unique_ptr<ObjectWriter>> Create(const base::Id& id) = 0;
  // Reads from byte `offset` on, which is not negative; beyond the end there is nothing.
  virtual absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const base::Id& id, int64_t offset) = 0;
  // OK also if there is none.
  virtual absl::Status Delete(const base::Id& id) = 0;
  // Finished objects, a part at a time; `cursor` empty = from the beginning.
  virtual absl::StatusOr<ObjectPage> List(const std::string& cursor) = 0;
};

}  // namespace flowmesh::artifacts

#endif  // FLOWMESH_SERVER_ARTIFACTS_OBJECT_STORE_H_
