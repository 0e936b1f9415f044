#include "server/apps/quizzes/task_name.h"

#include "absl/strings/str_format.h"

namespace flowmesh::apps {

std::string QuizTaskName(int32_t user, absl::Time now, uint32_t shard, uint64_t random) {
  return absl::StrFormat("task-%d-%013d%04d%06d", user, absl::ToUnixMillis(now), shard, random % 1'000'000);
}

}  // namespace flowmesh::apps
