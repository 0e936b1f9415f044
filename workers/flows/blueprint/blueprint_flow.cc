#include "workers/flows/blueprint/blueprint_flow.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "workers/flows/blueprint/builtin_blueprint_writer.h"
#include "workers/flows/blueprint/model_blueprint_writer.h"

namespace flowmesh::flows {
namespace {

// Of the whole work: the outline, and everything but the end, which the result tells.
constexpr int kOutlinePercent = 5;
constexpr int kElaboratedPercent = 95;

// What is elaborated so far. The branches of a flow run on one thread at a time.
class Elaborated {
 public:
  Elaborated(sdk::FlowContext* flow, int planned) : flow_(flow), planned_(planned) {}

  void Add(const blueprint::v1::ElaboratedObjective& objective) {
    ++terminal_;
    enabling_ += objective.enabling_objectives_size();
    Tell(absl::StrCat("objective ", terminal_, " of ", planned_));
  }
  void Tell(const std::string& message) {
    const int percent = kOutlinePercent + (kElaboratedPercent - kOutlinePercent) * terminal_ / planned_;
    flow_->Progress(percent, message, {{"terminal_objectives", terminal_}, {"enabling_objectives", enabling_}});
  }
  int enabling() const { return enabling_; }

 private:
  sdk::FlowContext* const flow_;
  const int planned_;
  int terminal_ = 0;
  int enabling_ = 0;
};

sdk::Flow<blueprint::v1::ElaboratedObjective> Elaborate(sdk::FlowContext& flow,
                                                        blueprint::v1::ElaborateObjective request,
                                                        Elaborated* elaborated) {
  const blueprint::v1::ElaboratedObjective objective = co_await flow.Call(kElaborateObjective, request);
  elaborated->Add(objective);
  co_return objective;
}

blueprint::v1::WriteBlueprint Decided(sdk::FlowContext& flow, blueprint::v1::WriteBlueprint request) {
  if (request.seed() == 0) {
    request.set_seed(static_cast<int32_t>(1 + flow.random().Uniform(std::numeric_limits<int32_t>::max())));
  }
  return request;
}

}  // namespace

sdk::Flow<blueprint::v1::WrittenBlueprint> MakeBlueprint(sdk::FlowContext& flow,
                                                         blueprint::v1::WriteBlueprint request) {
  request = Decided(flow, std::move(request));
  flow.Info(absl::StrCat("Outlining a blueprint for \"", request.title(), "\""),
            {{"seed", absl::StrCat(request.seed())}});
  const blueprint::v1::BlueprintOutline outline = co_await flow.Call(kOutlineBlueprint, request);
  if (outline.terminal_objectives().empty()) {
    throw sdk::FlowFailure("BAD_ANSWER", absl::StrCat(kOutlineBlueprint.name, " gave no terminal objectives"));
  }
  const int planned = outline.terminal_objectives_size();
  flow.Info(absl::StrCat("The outline is done: ", planned, " terminal objectives"), {{"model", outline.model()}});

  Elaborated elaborated(&flow, planned);
  elaborated.Tell("the outline is done");
  std::vector<blueprint::v1::ElaborateObjective> parts(planned);
  for (int i = 0; i < planned; ++i) {
    *parts[i].mutable_request() = request;
    *parts[i].mutable_terminal_objectives() = outline.terminal_objectives();
    parts[i].set_index(i);
  }
  const auto elaborate = [&flow, &elaborated](const blueprint::v1::ElaborateObjective& part) {
    return Elaborate(flow, part, &elaborated);
  };
  const auto key = [](const blueprint::v1::ElaborateObjective& part) {
    return absl::StrCat("objective-", part.index() + 1);
  };
  const std::vector<blueprint::v1::ElaboratedObjective> steps =
      co_await flow.ForEach(std::move(parts), elaborate).Limit(kElaboratedAtOnce).Key(key);

  blueprint::v1::WrittenBlueprint written;
  written.set_title(outline.title().empty() ? request.title() : outline.title());
  written.set_description(outline.description().empty() ? request.description() : outline.description());
  written.set_model(outline.model());
  for (int i = 0; i < planned; ++i) {
    blueprint::v1::TerminalObjective& terminal = *written.add_terminal_objectives();
    *terminal.mutable_objective() = outline.terminal_objectives(i);
    *terminal.mutable_enabling_objectives() = steps[i].enabling_objectives();
  }
  flow.Info(absl::StrCat("The blueprint is done: ", planned, " terminal and ", elaborated.enabling(),
                         " enabling objectives"));
  co_return written;
}

absl::StatusOr<blueprint::v1::BlueprintOutline> OutlineBlueprint(sdk::TaskContext& context,
                                                                 const blueprint::v1::WriteBlueprint& request,
                                                                 const BlueprintOptions& options) {
  if (absl::StripAsciiWhitespace(request.title()).empty()) {
    return absl::InvalidArgumentError("title is empty: say what the learners shall learn");
  }
  if (options.model == nullptr) return OutlineOffline(context, request);
  return OutlineWithModel(context, *options.model, request);
}

absl::StatusOr<blueprint::v1::ElaboratedObjective> ElaborateObjective(sdk::TaskContext& context,
                                                                      const blueprint::v1::ElaborateObjective& request,
                                                                      const BlueprintOptions& options) {
  if (request.index() < 0 || request.index() >= request.terminal_objectives_size()) {
    return absl::InvalidArgumentError(absl::StrCat("there is no terminal objective at place ", request.index(),
                                                   ": there are ", request.terminal_objectives_size(), ", from 0"));
  }
  if (options.model != nullptr) return ElaborateWithModel(context, *options.model, request);
  if (context.WaitCancelled(options.objective_pace)) {
    return absl::CancelledError(absl::StrCat("stopped before the steps to objective ", request.index() + 1));
  }
  return ElaborateOffline(context, request);
}

void RegisterBlueprint(sdk::Worker& worker, const BlueprintOptions& options) {
  worker.ServeFlow("blueprint", MakeBlueprint);
  worker.Serve(kOutlineBlueprint,
               [options](sdk::TaskContext& context, const blueprint::v1::WriteBlueprint& request) {
                 return OutlineBlueprint(context, request, options);
               },
               {.flow = false});
  worker.Serve(kElaborateObjective,
               [options](sdk::TaskContext& context, const blueprint::v1::ElaborateObjective& request) {
                 return ElaborateObjective(context, request, options);
               },
               {.flow = false});
}

}  // namespace flowmesh::flows
