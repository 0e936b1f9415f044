#ifndef FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_FORWARD_H_
#define FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_FORWARD_H_

#include "flowmesh/quiz/v1/quiz.pb.h"
#include "workers/flows/quiz/quiz_worker.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::flows {

inline constexpr sdk::TaskType<quiz::v1::ForwardQuiz, quiz::v1::Quiz> kForwardQuiz{"quiz_forward"};

// A quiz that a worker outside of the mesh writes. Asks it in the recorded step `forward/<execution id>` (a retry has
// another id, so it asks again), whose outcome is a ForwardedQuiz or the failure of AskQuizWorker, which fails the
// flow; then waits in `answer/<execution id>` for the quiz from outside.
sdk::Flow<quiz::v1::Quiz> ForwardToWorker(sdk::FlowContext& flow, quiz::v1::ForwardQuiz request,
                                          QuizWorkerLimits limits);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_FORWARD_H_
