#include "server/rpc/artifacts/current_attempt.h"

#include <optional>
#include <utility>

#include "server/door/worker_certificate.h"
#include "server/engine/artifact.h"
#include "server/engine/errors.h"

namespace flowmesh::rpc {

absl::Status RequireWorker(const door::Caller& caller, const grpc::ServerContextBase& context,
                           const ArtifactLimits& limits) {
  if (absl::Status worker = door::RequireWorker(caller); !worker.ok()) return worker;
  return limits.worker_certificate_required ? door::RequireWorkerCertificate(context) : absl::OkStatus();
}

absl::StatusOr<std::string> OwnerOfAttempt(store::Store& store, const engine::AttemptKey& attempt) {
  const auto& [execution_id, number] = attempt.task;
  absl::StatusOr<std::optional<store::ExecutionRow>> execution = store.ReadExecution(execution_id);
  if (!execution.ok()) return execution.status();
  if (!execution->has_value()) return engine::UnknownExecution(execution_id);
  store::ExecutionRow& found = **execution;
  absl::Status current;
  if (number == 0) {
    current = engine::CheckWriter(found, &found.root, attempt);
  } else {
    const auto tasks = store.ListTasks(execution_id, number - 1, 1);
    if (!tasks.ok()) return tasks.status();
    const bool there = !tasks->empty() && tasks->front().task == number;
    current = engine::CheckWriter(found, there ? &tasks->front() : nullptr, attempt);
  }
  if (!current.ok()) return current;
  return std::move(found.owner);
}

}  // namespace flowmesh::rpc
