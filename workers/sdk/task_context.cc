#include "workers/sdk/task_context.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::sdk {

TaskContext::TaskContext(AttemptInfo info, EventSink* sink, Cancellation* cancellation, base::Clock* clock,
                         ArtifactBox* artifacts)
    : AttemptContext(std::move(info), sink, cancellation), clock_(clock), artifacts_(artifacts) {}

bool TaskContext::Admit(bool droppable) {
  const bool room = sink().WaitForRoom();
  // Without room the attempt is cancelled. What it outputs may still become its result; the end of its grace bounds it.
  return room || !droppable;
}

v1::AttemptId TaskContext::attempt_id() const {
  v1::AttemptId id;
  id.set_execution_id(execution_id());
  id.set_task(task());
  id.set_attempt(attempt());
  return id;
}

absl::StatusOr<Artifact> TaskContext::WriteArtifact(const std::string& name, const std::string& media_type,
                                                    absl::string_view bytes) {
  return WriteArtifact(name, media_type, [bytes](ArtifactSink& sink) { return sink.Write(bytes); });
}

absl::StatusOr<Artifact> TaskContext::WriteArtifact(const std::string& name, const std::string& media_type,
                                                    const ArtifactContent& content) {
  return artifacts_->Write(attempt_id(), name, media_type, content, cancellation());
}

absl::StatusOr<std::unique_ptr<ArtifactReader>> TaskContext::OpenArtifact(absl::string_view id_or_uri, int64_t offset) {
  return artifacts_->Open(attempt_id(), ArtifactIdOf(id_or_uri), offset, cancellation());
}

absl::StatusOr<std::string> TaskContext::ReadArtifact(absl::string_view id_or_uri, size_t max_bytes) {
  absl::StatusOr<std::unique_ptr<ArtifactReader>> reader = OpenArtifact(id_or_uri);
  if (!reader.ok()) return reader.status();
  std::string bytes;
  while (true) {
    absl::StatusOr<std::string> more = (*reader)->Read();
    if (!more.ok()) return more.status();
    if (more->empty()) return bytes;
    if (bytes.size() + more->size() > max_bytes) {
      return absl::OutOfRangeError(
          absl::StrCat("the artifact has more than ", max_bytes, " bytes: read it in parts with OpenArtifact"));
    }
    bytes += *more;
  }
}

}  // namespace flowmesh::sdk
