#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_BLOOM_LEVEL_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_BLOOM_LEVEL_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// The cognitive levels of Bloom's taxonomy as revised by Anderson and Krathwohl ("A Taxonomy for Learning, Teaching,
// and Assessing", 2001), easiest first.
enum class BloomLevel { kRemember, kUnderstand, kApply, kAnalyze, kEvaluate, kCreate };

inline constexpr int kBloomLevels = 6;

// `remember`, `understand`, `apply`, `analyze`, `evaluate` or `create`.
const char* NameOf(BloomLevel level);

// The level of that name, case aside; nullopt for any other text.
std::optional<BloomLevel> ParseBloomLevel(absl::string_view name);

// The level that an English verb in its base form stands for, case aside; each verb stands for one. nullopt: the table
// does not know it. Verbs as in the cognitive processes of the revised taxonomy and their alternative names.
std::optional<BloomLevel> LevelOfVerb(absl::string_view verb);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_BLOOM_LEVEL_H_
