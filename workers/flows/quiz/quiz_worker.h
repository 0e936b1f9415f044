#ifndef FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_WORKER_H_
#define FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_WORKER_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/quiz/v1/quiz.pb.h"
#include "workers/models/provider/cancellation.h"

namespace flowmesh::flows {

struct QuizWorkerAnswer {
  std::string worker_task_id;  // a name of its own for the task; empty = it gave none
  std::string warning;         // what was wrong with its answer although it accepted; empty = nothing
};

struct QuizWorkerLimits {
  absl::Duration patience = absl::Milliseconds(600);  // from the start to the end of its answer
  size_t max_answer_bytes = 1 << 20;                  // what has more is not read, and names no task
  size_t max_task_id_bytes = 128;
};

// Asks a worker outside of the mesh for a quiz: POST <url>/generate, the order as JSON by its fields' names,
// `idempotency_key` as Idempotency-Key. Any 2xx accepts; a string `task_id` in a JSON object that it answers is its own
// name for the task. Blocks, for `patience` at most, or until the cancel (CANCELLED). Redirects are not followed.
// Neither failure is retryable: QUIZ_WORKER_REFUSED for any other status, a worker that cannot be reached, a connection
// that breaks, an address that is none; QUIZ_WORKER_SILENT if it has not answered in time.
absl::StatusOr<QuizWorkerAnswer> AskQuizWorker(const std::string& url, const quiz::v1::QuizOrder& order,
                                               const std::string& idempotency_key,
                                               const models::Cancellation& cancellation,
                                               const QuizWorkerLimits& limits = {});

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_WORKER_H_
