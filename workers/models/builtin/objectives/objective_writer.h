#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_WRITER_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_WRITER_H_

// The builtin writer of learning objectives. Objectives are said so that they can be measured: a condition, a
// performance that begins with a verb of one level of Bloom's revised taxonomy, a criterion (Mager, "Preparing
// Instructional Objectives", 1962). Needs no network, no clock and no files; equal subjects give equal objectives on
// every machine. Thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "workers/models/builtin/objectives/bloom_level.h"

namespace flowmesh::models {

inline constexpr char kBuiltinInstructor[] = "builtin/instructor-1";

struct ObjectiveSubject {
  std::string title;        // any text
  std::string description;  // any text; may be empty
  uint64_t seed = 0;
};

struct LearningObjective {
  std::string number;  // `2`, or `2.3` for a step to it
  std::string text;    // the whole sentence
  BloomLevel level = BloomLevel::kRemember;
  std::string verb;
  std::string condition;
  std::string performance;
  std::string criterion;
};

// What a learner shall be able to do in the end: ten objectives, each on an aspect of its own of the topic, their
// levels rising from `understand` to `create`. Aspects are what the description names, what belongs to the field of
// knowledge that the topic is of, and what any topic has. INVALID_ARGUMENT: the title holds nothing to read.
absl::StatusOr<std::vector<LearningObjective>> WriteTerminalObjectives(const ObjectiveSubject& subject);

// The steps to the terminal objective at place `index`, from 0: two to five, easiest level first, none above the level
// of the terminal one. No two sentences of a blueprint are alike. INVALID_ARGUMENT: there is no such place.
absl::StatusOr<std::vector<LearningObjective>> WriteEnablingObjectives(const ObjectiveSubject& subject, int index);

// The same for a terminal objective that somebody else wrote, or an earlier version of this writer: from its level and
// its performance, an English verb phrase, alone.
std::vector<LearningObjective> WriteStepsTo(const ObjectiveSubject& subject, BloomLevel level,
                                            const std::string& performance, int index);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_OBJECTIVE_WRITER_H_
