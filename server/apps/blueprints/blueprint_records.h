// How blueprints stand among the resources, and what their owners see of them.
#ifndef FLOWMESH_SERVER_APPS_BLUEPRINTS_BLUEPRINT_RECORDS_H_
#define FLOWMESH_SERVER_APPS_BLUEPRINTS_BLUEPRINT_RECORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/blueprint/v1/blueprints.pb.h"
#include "server/engine/projection.h"
#include "server/store/store.h"

namespace flowmesh::apps {

inline constexpr char kBlueprintFlow[] = "blueprint";
inline constexpr char kBlueprintKind[] = "blueprint";  // a record of blueprint.v1.Blueprint: title, description
inline constexpr char kObjectiveKind[] = "blueprint.objective";  // a record of blueprint.v1.TerminalObjective

// The concurrency key that a topic's generation holds.
std::string GenerationKey(const base::Id& topic);

// What the output of the flow becomes: its objectives, title and description. INVALID_ARGUMENT with reason
// BLUEPRINT_INVALID if it has no title or no objectives, or one of them says nothing. `make_id` gives an id greater
// than all before.
absl::StatusOr<engine::Projection> ProjectBlueprint(const std::string& bytes, const std::function<base::Id()>& make_id);

struct StoredBlueprint {
  store::ResourceRow row;
  store::ExecutionRow execution;  // without payloads
};

// NOT_FOUND with reason BLUEPRINT_UNKNOWN, also for somebody else's and another topic's. Blocks on the store.
absl::StatusOr<StoredBlueprint> ReadBlueprint(store::Store& store, const std::string& owner, const base::Id& topic,
                                              const base::Id& id);

// Where it stands, all of it from the execution; without objectives.
absl::StatusOr<blueprint::v1::Blueprint> BlueprintOf(const store::ResourceRow& row,
                                                     const store::ExecutionRow& execution);
blueprint::v1::BlueprintStatus StatusOf(const blueprint::v1::Blueprint& blueprint);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_BLUEPRINTS_BLUEPRINT_RECORDS_H_
