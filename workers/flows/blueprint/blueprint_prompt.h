#ifndef FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BLUEPRINT_PROMPT_H_
#define FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BLUEPRINT_PROMPT_H_

#include <vector>

#include "flowmesh/blueprint/v1/blueprint.pb.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::flows {

// What a model is asked for: the terminal objectives of a topic, or the steps to one of them. The request's texts are
// set apart from the instructions, each under a tag of its own.
std::vector<models::ChatMessage> OutlinePrompt(const blueprint::v1::WriteBlueprint& request);
std::vector<models::ChatMessage> ElaborationPrompt(const blueprint::v1::ElaborateObjective& request);

// The shapes of the answers: `terminal_objectives` of BlueprintOutline and `enabling_objectives` of
// ElaboratedObjective, in the subset of JSON Schema that strict structured outputs take (every field required, no
// others).
models::JsonSchema OutlineSchema();
models::JsonSchema ElaborationSchema();

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BLUEPRINT_PROMPT_H_
