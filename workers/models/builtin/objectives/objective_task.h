#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_TASK_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_TASK_H_

#include "absl/types/span.h"
#include "workers/models/builtin/objectives/bloom_level.h"

namespace flowmesh::models {

// What an aspect of a topic is, which decides what can be asked about it. In brackets the phrase that names it.
enum class AspectKind {
  kTerms,     // its words (a plural with an article)
  kConcept,   // something to know (a noun phrase of any number, or a quotation)
  kSkill,     // something to do (a verb phrase that can follow `to`)
  kTool,      // something to work with (a noun phrase of any number)
  kTrouble,   // something that goes wrong (a plural)
  kChoice,    // two things to choose between (what can follow `between`)
  kStandard,  // what good work is measured by (a plural)
  kProduct,   // something to make (a singular with an article)
};

inline constexpr int kAspectKinds = 8;

// One way to have learners show something. Texts hold `{x}` for the aspect and `{on}` for ` on <topic>`.
struct ObjectiveTask {
  BloomLevel level;
  const char* condition;    // what stands before `, the learner will`
  const char* performance;  // begins with a verb of the level; holds `{x}`
  const char* criterion;    // what stands after a comma
};

// The tasks for aspects of this kind, easiest level first: of each level up to `create` at least two (kTerms ends with
// `understand`), of `remember` and `understand` at least three.
absl::Span<const ObjectiveTask> TasksFor(AspectKind kind);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_TASK_H_
