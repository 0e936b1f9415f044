#ifndef FLOWMESH_WORKERS_FLOWS_BLUEPRINT_OBJECTIVE_CHECK_H_
#define FLOWMESH_WORKERS_FLOWS_BLUEPRINT_OBJECTIVE_CHECK_H_

#include <string>

#include "flowmesh/blueprint/v1/blueprint.pb.h"

namespace flowmesh::flows {

inline constexpr int kFewestTerminal = 8;
inline constexpr int kMostTerminal = 10;
inline constexpr int kFewestEnabling = 2;
inline constexpr int kMostEnabling = 5;

// What is wrong with a model's outline, in words for the model; empty = nothing. It has 8 to 10 objectives, no two with
// the same text; each has a text, a condition, a criterion, and a performance that begins with its verb; the verb is of
// its level as far as it is known (bloom_level.h); levels never fall.
std::string WrongWith(const blueprint::v1::BlueprintOutline& outline);

// The same for the 2 to 5 steps to a terminal objective: none above its level, none that repeats it.
std::string WrongWith(const blueprint::v1::ElaboratedObjective& elaborated, const blueprint::v1::Objective& terminal);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_BLUEPRINT_OBJECTIVE_CHECK_H_
