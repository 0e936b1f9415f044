#include "server/cli/built_in_flows.h"

#include <memory>
#include <string>
#include <utility>

#include "workers/flows/poem/poem_flow.h"
#include "workers/metrics/measured_text_model.h"

namespace flowmesh::cli {

void AddBuiltInFlags(CLI::App& app, BuiltInFlags& flags) {
  app.add_option("--slots", flags.slots, "functions that run at once; 0 = one per hardware thread")
      ->check(CLI::Range(0, 100'000));
  app.add_option_function<std::string>(
      "--poem-pace",
      [&pace = flags.poem_pace](const std::string& text) {
        if (!absl::ParseDuration(text, &pace) || pace < absl::ZeroDuration()) {
          throw CLI::ValidationError("--poem-pace", "expected a length of time such as 0, 60ms or 1s");
        }
      },
      "pause between the lines of a poem, for people who watch (default 60ms)");
  AddTextModelFlags(app, flags.text_model);
}

absl::Status ServeBuiltIn(const BuiltInFlags& flags, prometheus::Registry& families, sdk::Worker* worker) {
  auto model = OpenTextModel(flags.text_model);
  if (!model.ok()) return model.status();
  if (*model != nullptr) *model = std::make_shared<workers::MeasuredTextModel>(*std::move(model), families);
  flows::RegisterPoem(*worker, {.line_pace = flags.poem_pace, .model = *std::move(model)});
  return absl::OkStatus();
}

}  // namespace flowmesh::cli
