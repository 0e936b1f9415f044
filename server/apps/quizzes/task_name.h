#ifndef FLOWMESH_SERVER_APPS_QUIZZES_TASK_NAME_H_
#define FLOWMESH_SERVER_APPS_QUIZZES_TASK_NAME_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace flowmesh::apps {

// The name of a quiz task: `task-<user>-<digits>`, 13 digits of Unix time in milliseconds, 4 of the owner's shard, 6 of
// `random`. Two tasks of one owner may meet in all of them, so the name is unique only once it is claimed.
std::string QuizTaskName(int32_t user, absl::Time now, uint32_t shard, uint64_t random);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_QUIZZES_TASK_NAME_H_
