#include "server/apps/blueprints/blueprint_records.h"

#include <algorithm>
#include <utility>

#include "server/apps/records.h"
#include "server/base/error.h"
#include "server/door/application_key.h"
#include "server/door/canonical.h"
#include "server/door/time_conversion.h"

namespace flowmesh::apps {
namespace {

using blueprint::v1::Blueprint;
using blueprint::v1::Objective;
using blueprint::v1::TerminalObjective;
using blueprint::v1::WrittenBlueprint;
using store::ExecutionState;

constexpr char kTimedOut[] = "Generation timed out";
constexpr char kTerminal[] = "terminal_objectives";
constexpr char kEnabling[] = "enabling_objectives";
// A page shows this many terminal objectives as done.
constexpr int kUsualObjectives = 10;

absl::Status Invalid(const std::string& what) {
  return base::Error(absl::StatusCode::kInvalidArgument, "BLUEPRINT_INVALID",
                     absl::StrCat("the blueprint is not acceptable: ", what));
}

absl::Status CheckObjective(const Objective& objective, const std::string& where) {
  if (objective.text().empty()) return Invalid(absl::StrCat(where, " says nothing"));
  if (objective.verb().empty() || objective.level().empty())
    return Invalid(absl::StrCat(where, " has no verb or level"));
  return absl::OkStatus();
}

absl::Status Check(const WrittenBlueprint& written) {
  if (written.title().empty()) return Invalid("it has no title");
  if (written.terminal_objectives().empty()) return Invalid("it has no terminal objectives");
  for (int i = 0; i < written.terminal_objectives_size(); ++i) {
    const TerminalObjective& terminal = written.terminal_objectives(i);
    const std::string where = absl::StrCat("terminal_objectives[", i, "]");
    if (absl::Status status = CheckObjective(terminal.objective(), where); !status.ok()) return status;
    if (terminal.enabling_objectives().empty()) return Invalid(absl::StrCat(where, " has no enabling objectives"));
    for (const Objective& enabling : terminal.enabling_objectives()) {
      if (absl::Status status = CheckObjective(enabling, absl::StrCat(where, ".enabling_objectives")); !status.ok()) {
        return status;
      }
    }
  }
  return absl::OkStatus();
}

int32_t Counter(const store::ExecutionRow& row, const char* name) {
  const auto found = row.progress.counters.find(name);
  return found == row.progress.counters.end() ? 0 : found->second;
}

std::string StatusName(ExecutionState state) {
  switch (state) {
    case ExecutionState::kCompleted:
    case ExecutionState::kCompletedWithErrors:
      return "completed";
    case ExecutionState::kFailed:
    case ExecutionState::kTimedOut:
      return "error";
    case ExecutionState::kCancelled:
      return "cancelled";
    default:
      return "generating";
  }
}

std::string ErrorOf(const store::ExecutionRow& row) {
  const store::Failure& failure = row.root.failure;
  if (row.state == ExecutionState::kTimedOut) return kTimedOut;
  if (row.state == ExecutionState::kCancelled) return failure.message.empty() ? "Cancelled" : failure.message;
  if (row.state != ExecutionState::kFailed) return "";
  return failure.message.empty() ? failure.reason : failure.message;
}

int Progress(const Blueprint& blueprint) {
  if (blueprint.status() == "completed") return 100;
  if (blueprint.status() != "generating") return 0;
  return std::clamp(100 * blueprint.terminal_objectives_count() / kUsualObjectives, 5, 90);
}

absl::Status Unknown(const base::Id& id) {
  return base::Error(absl::StatusCode::kNotFound, "BLUEPRINT_UNKNOWN",
                     absl::StrCat("the topic has no blueprint ", id.ToString(), ": list its blueprints"))
      .With("blueprint_id", id.ToString());
}

}  // namespace

std::string GenerationKey(const base::Id& topic) {
  return std::string(door::kApplicationKey) + "blueprint/" + topic.ToString();
}

absl::StatusOr<engine::Projection> ProjectBlueprint(const std::string& bytes,
                                                    const std::function<base::Id()>& make_id) {
  WrittenBlueprint written;
  if (!written.ParseFromString(bytes)) return Invalid("it cannot be read");
  if (absl::Status status = Check(written); !status.ok()) return status;
  engine::Projection projection{.flows = {kBlueprintFlow}};
  int32_t enabling = 0;
  for (const TerminalObjective& terminal : written.terminal_objectives()) {
    enabling += terminal.enabling_objectives_size();
    projection.resources.push_back(
        {.id = make_id(), .kind = kObjectiveKind, .payload = door::SerializeDeterministically(terminal)});
  }
  Blueprint shown;
  shown.set_title(written.title());
  shown.set_description(written.description());
  projection.payload = door::SerializeDeterministically(shown);
  SetFinalCounts({{kTerminal, written.terminal_objectives_size()}, {kEnabling, enabling}}, &projection);
  return projection;
}

absl::StatusOr<StoredBlueprint> ReadBlueprint(store::Store& store, const std::string& owner, const base::Id& topic,
                                              const base::Id& id) {
  auto row = store.ReadResource(id);
  if (!row.ok()) return row.status();
  const bool its =
      row->has_value() && (*row)->kind == kBlueprintKind && (*row)->owner == owner && (*row)->parent == topic;
  if (!its) return Unknown(id);
  auto execution = store.ReadExecution((*row)->execution_id);
  if (!execution.ok()) return execution.status();
  if (!execution->has_value()) return Unknown(id);
  return StoredBlueprint{.row = **std::move(row), .execution = **std::move(execution)};
}

absl::StatusOr<Blueprint> BlueprintOf(const store::ResourceRow& row, const store::ExecutionRow& execution) {
  auto blueprint = RecordOf<Blueprint>(row);
  if (!blueprint.ok()) return blueprint.status();
  blueprint->set_id(row.id.ToString());
  blueprint->set_topic_id(row.parent.ToString());
  blueprint->set_status(StatusName(execution.state));
  blueprint->set_error(ErrorOf(execution));
  if (blueprint->status() == "error") blueprint->set_description(blueprint->error());
  blueprint->set_terminal_objectives_count(Counter(execution, kTerminal));
  blueprint->set_enabling_objectives_count(Counter(execution, kEnabling));
  blueprint->set_progress(Progress(*blueprint));
  *blueprint->mutable_generation_started_at() = door::ToProto(execution.create_time);
  if (store::IsFinal(execution.state)) *blueprint->mutable_generation_ended_at() = door::ToProto(execution.end_time);
  blueprint->set_execution_id(execution.id.ToString());
  return blueprint;
}

blueprint::v1::BlueprintStatus StatusOf(const Blueprint& blueprint) {
  blueprint::v1::BlueprintStatus status;
  status.set_id(blueprint.id());
  status.set_status(blueprint.status());
  status.set_title(blueprint.title());
  status.set_description(blueprint.description());
  status.set_terminal_objectives_count(blueprint.terminal_objectives_count());
  status.set_enabling_objectives_count(blueprint.enabling_objectives_count());
  status.set_progress(blueprint.progress());
  status.set_error(blueprint.error());
  *status.mutable_generation_started_at() = blueprint.generation_started_at();
  return status;
}

}  // namespace flowmesh::apps
