#ifndef FLOWMESH_WORKERS_SDK_ARTIFACT_BOX_H_
#define FLOWMESH_WORKERS_SDK_ARTIFACT_BOX_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "flowmesh/v1/artifact.pb.h"
#include "flowmesh/v1/worker.pb.h"
#include "workers/sdk/cancellation.h"

namespace flowmesh::sdk {

using Artifact = v1::Artifact;

// Takes the bytes of one artifact, in order. Used by one thread.
class ArtifactSink {
 public:
  virtual ~ArtifactSink() = default;
  // After an error nothing more is taken: return it, or any other.
  virtual absl::Status Write(absl::string_view bytes) = 0;
};

// Gives all bytes of an artifact to the sink, from the first one on. It is called again when the connection was lost
// meanwhile, and must give the same bytes then. An error of its own ends the write, and nothing is kept.
using ArtifactContent = std::function<absl::Status(ArtifactSink& sink)>;

// Reads an artifact from where it was opened. Used by one thread.
class ArtifactReader {
 public:
  virtual ~ArtifactReader() = default;
  // The next bytes, up to 1 MiB; empty = the end. Goes on by itself after a lost connection. Blocks.
  virtual absl::StatusOr<std::string> Read() = 0;
};

// Where artifacts go to and come from. Thread-safe; blocks. Lost connections are mended for as long as the attempt may
// work. FAILED_PRECONDITION: the attempt is not the current one any more; INVALID_ARGUMENT: see Artifacts.Write;
// UNAVAILABLE: told to stop before there was a connection.
class ArtifactBox {
 public:
  virtual ~ArtifactBox() = default;

  // The artifact exists once this answers OK. Written again by the same task, the same name, media type and bytes are
  // the same artifact.
  virtual absl::StatusOr<Artifact> Write(const v1::AttemptId& attempt, const std::string& name,
                                         const std::string& media_type, const ArtifactContent& content,
                                         const Cancellation& cancellation) = 0;

  // One of the execution's owner; from byte `offset` on, negative = so many before the end. NOT_FOUND: none of his.
  virtual absl::StatusOr<std::unique_ptr<ArtifactReader>> Open(const v1::AttemptId& attempt, const std::string& id,
                                                               int64_t offset, const Cancellation& cancellation) = 0;
};

// The id of the artifact that `id_or_uri` names: an id itself, or an Artifact's uri.
std::string ArtifactIdOf(absl::string_view id_or_uri);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_ARTIFACT_BOX_H_
