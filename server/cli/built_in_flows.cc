#include "server/cli/built_in_flows.h"

#include <memory>
#include <string>
#include <utility>

#include "workers/flows/blueprint/blueprint_flow.h"
#include "workers/flows/poem/poem_flow.h"
#include "workers/flows/quiz/quiz_flow.h"
#include "workers/metrics/measured_text_model.h"

namespace flowmesh::cli {

namespace {

void AddPace(CLI::App& app, const std::string& name, absl::Duration& pace, const std::string& description) {
  app.add_option_function<std::string>(
      name,
      [name, &pace](const std::string& text) {
        if (!absl::ParseDuration(text, &pace) || pace < absl::ZeroDuration()) {
          throw CLI::ValidationError(name, "expected a length of time such as 0, 60ms or 1s");
        }
      },
      description);
}

}  // namespace

void AddBuiltInFlags(CLI::App& app, BuiltInFlags& flags) {
  app.add_option("--slots", flags.slots, "functions that run at once; 0 = one per hardware thread")
      ->check(CLI::Range(0, 100'000));
  AddPace(app, "--poem-pace", flags.poem_pace,
          "pause between the lines of a poem, for people who watch (default 60ms)");
  AddPace(app, "--objective-pace", flags.objective_pace,
          "pause before the steps to each objective of a blueprint, for people who watch (default 300ms)");
  AddTextModelFlags(app, flags.text_model);
}

absl::Status ServeBuiltIn(const BuiltInFlags& flags, prometheus::Registry& families, sdk::Worker* worker) {
  auto model = OpenTextModel(flags.text_model);
  if (!model.ok()) return model.status();
  if (*model != nullptr) model = std::make_shared<workers::MeasuredTextModel>(*model, families);
  flows::RegisterPoem(*worker, {.line_pace = flags.poem_pace, .model = *model});
  flows::RegisterBlueprint(*worker, {.objective_pace = flags.objective_pace, .model = *model});
  flows::RegisterQuiz(*worker, {.model = *std::move(model)});
  return absl::OkStatus();
}

}  // namespace flowmesh::cli
