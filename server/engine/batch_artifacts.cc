// Artifacts in a batch: the same one is written once.
#include <utility>

#include "server/engine/batch.h"
#include "server/engine/errors.h"

namespace flowmesh::engine {

Batch::ArtifactName Batch::NameOf(const store::ArtifactRow& row) {
  return {row.execution_id, row.task,       row.execution_id.is_zero() ? row.owner : std::string(),
          row.name,         row.media_type, row.digest};
}

absl::Status Batch::FindArtifacts() {
  std::vector<store::ArtifactRow> like;
  for (const Command& command : commands_) {
    const auto* write = std::get_if<WriteArtifactCommand>(&command);
    if (write == nullptr) continue;
    const store::ArtifactRow& row = write->artifact.row;
    if (artifacts_.emplace(NameOf(row), std::nullopt).second) like.push_back(row);
  }
  if (like.empty()) return absl::OkStatus();
  auto found = transaction_->FindArtifacts(like);
  if (!found.ok()) return found.status();
  for (size_t i = 0; i < like.size(); ++i) artifacts_[NameOf(like[i])] = std::move((*found)[i]);
  return absl::OkStatus();
}

void Batch::Apply(size_t index, const WriteArtifactCommand& command) {
  NewArtifact artifact = command.artifact;
  store::ArtifactRow& row = artifact.row;
  const bool upload = row.execution_id.is_zero();
  if (!upload && Skipped(row.execution_id)) {
    deferred_.push_back(index);
    return;
  }
  std::optional<store::ArtifactRow>& standing = artifacts_[NameOf(row)];
  absl::Status status;
  Draft* draft = upload ? nullptr : Find(row.execution_id);
  if (!upload && draft == nullptr) {
    status = UnknownExecution(row.execution_id);
  } else if (standing) {
    // Written before; whoever repeats it must still hold the task.
    if (!upload) status = CheckWriter(draft->row(), FindLive(*draft, row.task), WriterOf(row));
  } else {
    row.create_time = world_.now;
    if (!upload) status = AddArtifact(*draft, artifact, world_);
    if (status.ok()) {
      writes_.insert_artifacts.push_back(row);
      standing = row;
    }
  }
  if (!status.ok()) {
    effects_.replies.push_back([reply = command.reply, status] { reply(status); });
    return;
  }
  effects_.replies.push_back([reply = command.reply, row = *standing] { reply(row); });
}

}  // namespace flowmesh::engine
