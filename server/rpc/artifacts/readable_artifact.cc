#include "server/rpc/artifacts/readable_artifact.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/time_conversion.h"

namespace flowmesh::rpc {

absl::StatusOr<store::ArtifactRow> ReadReadableArtifact(store::Store& store, const door::Caller& caller,
                                                        const store::Id& id) {
  absl::StatusOr<std::optional<store::ArtifactRow>> row = store.ReadArtifact(id);
  if (!row.ok()) return row.status();
  if (row->has_value() && ((*row)->owner == caller.owner || caller.admin)) return **std::move(row);
  return base::Error(absl::StatusCode::kNotFound, "ARTIFACT_UNKNOWN",
                     absl::StrCat("there is no artifact ", id.ToString(), " of yours: check the id"));
}

v1::Artifact ToProto(const store::ArtifactRow& row) {
  v1::Artifact artifact;
  artifact.set_id(row.id.ToString());
  if (!row.execution_id.is_zero()) artifact.set_execution_id(row.execution_id.ToString());
  artifact.set_task(row.task);
  artifact.set_name(row.name);
  artifact.set_media_type(row.media_type);
  artifact.set_size(row.size);
  artifact.set_digest(base::Hex(row.digest));
  artifact.set_uri(row.uri);
  *artifact.mutable_create_time() = door::ToProto(row.create_time);
  return artifact;
}

}  // namespace flowmesh::rpc
