#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_PLAN_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "workers/models/builtin/objectives/bloom_level.h"
#include "workers/models/builtin/objectives/objective_task.h"

namespace flowmesh::models {

// What one terminal objective is about and how hard it is.
struct PlannedObjective {
  AspectKind kind = AspectKind::kConcept;
  std::string aspect;  // the phrase for `{x}`
  BloomLevel level = BloomLevel::kUnderstand;
  const ObjectiveTask* task = nullptr;  // of the kind and the level
};

// The plan of a blueprint: levels rise, aspects differ, tasks repeat a verb only when their level has no other.
// `title` is not empty.
std::vector<PlannedObjective> PlanObjectives(absl::string_view title, absl::string_view description, uint64_t seed);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_PLAN_H_
