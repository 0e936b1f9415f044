#include "workers/flows/blueprint/model_blueprint_writer.h"

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "workers/flows/blueprint/blueprint_prompt.h"
#include "workers/flows/blueprint/objective_check.h"
#include "workers/flows/model_task/model_question.h"

namespace flowmesh::flows {
namespace {

uint64_t SeedOf(const blueprint::v1::WriteBlueprint& request) { return static_cast<uint32_t>(request.seed()); }

// `prefix` stands before the number of each.
template <typename Objectives>
void Finish(const std::string& prefix, Objectives* objectives) {
  int number = 0;
  for (blueprint::v1::Objective& objective : *objectives) {
    objective.set_number(absl::StrCat(prefix, ++number));
    objective.set_level(absl::AsciiStrToLower(objective.level()));
    std::string text(absl::StripAsciiWhitespace(objective.text()));
    if (absl::string_view(".!?").find(text.back()) == absl::string_view::npos &&
        (static_cast<unsigned char>(text.back()) & 0x80) == 0) {
      text += '.';  // a stop in another script stays as it is
    }
    objective.set_text(std::move(text));
  }
}

}  // namespace

absl::StatusOr<blueprint::v1::BlueprintOutline> OutlineWithModel(sdk::TaskContext& context, models::TextModel& model,
                                                                 const blueprint::v1::WriteBlueprint& request) {
  blueprint::v1::BlueprintOutline outline;
  const auto check = [&outline] { return WrongWith(outline); };
  const absl::StatusOr<std::string> who =
      AskModel(context, model, {.messages = OutlinePrompt(request), .schema = OutlineSchema(), .seed = SeedOf(request)},
               check, &outline);
  if (!who.ok()) return who.status();
  Finish("", outline.mutable_terminal_objectives());
  outline.set_title(request.title());
  outline.set_description(request.description());
  outline.set_model(*who);
  return outline;
}

absl::StatusOr<blueprint::v1::ElaboratedObjective> ElaborateWithModel(
    sdk::TaskContext& context, models::TextModel& model, const blueprint::v1::ElaborateObjective& request) {
  blueprint::v1::ElaboratedObjective elaborated;
  const blueprint::v1::Objective& terminal = request.terminal_objectives(request.index());
  const auto check = [&] { return WrongWith(elaborated, terminal); };
  const absl::StatusOr<std::string> who =
      AskModel(context, model,
               {.messages = ElaborationPrompt(request),
                .schema = ElaborationSchema(),
                .seed = SeedOf(request.request()) + static_cast<uint64_t>(request.index()) + 1},
               check, &elaborated);
  if (!who.ok()) return who.status();
  Finish(absl::StrCat(request.index() + 1, "."), elaborated.mutable_enabling_objectives());
  return elaborated;
}

}  // namespace flowmesh::flows
