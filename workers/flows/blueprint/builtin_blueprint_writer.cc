#include "workers/flows/blueprint/builtin_blueprint_writer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "workers/models/builtin/objectives/objective_writer.h"

namespace flowmesh::flows {
namespace {

models::ObjectiveSubject SubjectOf(const blueprint::v1::WriteBlueprint& request) {
  return {
      .title = request.title(), .description = request.description(), .seed = static_cast<uint32_t>(request.seed())};
}

blueprint::v1::Objective ToProto(const models::LearningObjective& objective) {
  blueprint::v1::Objective proto;
  proto.set_number(objective.number);
  proto.set_text(objective.text);
  proto.set_level(models::NameOf(objective.level));
  proto.set_verb(objective.verb);
  proto.set_condition(objective.condition);
  proto.set_performance(objective.performance);
  proto.set_criterion(objective.criterion);
  return proto;
}

absl::StatusOr<std::vector<models::LearningObjective>> StepsTo(const blueprint::v1::Objective& objective,
                                                               const models::ObjectiveSubject& subject, int index) {
  const absl::StatusOr<std::vector<models::LearningObjective>> own = models::WriteTerminalObjectives(subject);
  if (!own.ok()) return own.status();
  if (static_cast<size_t>(index) < own->size() && (*own)[index].text == objective.text()) {
    return models::WriteEnablingObjectives(subject, index);
  }
  const std::optional<models::BloomLevel> level = models::ParseBloomLevel(objective.level());
  if (!level || objective.performance().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("objective ", index + 1, " needs a level of Bloom's taxonomy and a performance to find steps to"));
  }
  return models::WriteStepsTo(subject, *level, objective.performance(), index);
}

int CountWords(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, absl::ByAnyChar(" \n\t"), absl::SkipEmpty());
  return static_cast<int>(words.size());
}

void ReportUsage(sdk::TaskContext& context, const blueprint::v1::WriteBlueprint& request,
                 const std::vector<models::LearningObjective>& written, absl::Time begin) {
  const std::pair<std::string, std::string> name = absl::StrSplit(models::kBuiltinInstructor, absl::MaxSplits('/', 1));
  v1::Usage usage;
  usage.set_provider(name.first);
  usage.set_model(name.second);
  usage.set_input_tokens(CountWords(request.title()) + CountWords(request.description()));
  int words = 0;
  for (const models::LearningObjective& objective : written) words += CountWords(objective.text);
  usage.set_output_tokens(words);
  usage.set_latency_ms(static_cast<int32_t>(absl::ToInt64Milliseconds(context.Now() - begin)));
  context.ReportUsage(usage);
}

}  // namespace

absl::StatusOr<blueprint::v1::BlueprintOutline> OutlineOffline(sdk::TaskContext& context,
                                                               const blueprint::v1::WriteBlueprint& request) {
  const absl::Time begin = context.Now();
  const absl::StatusOr<std::vector<models::LearningObjective>> written =
      models::WriteTerminalObjectives(SubjectOf(request));
  if (!written.ok()) return written.status();
  ReportUsage(context, request, *written, begin);
  blueprint::v1::BlueprintOutline outline;
  outline.set_title(request.title());
  outline.set_description(request.description());
  outline.set_model(models::kBuiltinInstructor);
  for (const models::LearningObjective& objective : *written) {
    *outline.add_terminal_objectives() = ToProto(objective);
  }
  return outline;
}

absl::StatusOr<blueprint::v1::ElaboratedObjective> ElaborateOffline(sdk::TaskContext& context,
                                                                    const blueprint::v1::ElaborateObjective& request) {
  const absl::Time begin = context.Now();
  const models::ObjectiveSubject subject = SubjectOf(request.request());
  const absl::StatusOr<std::vector<models::LearningObjective>> written =
      StepsTo(request.terminal_objectives(request.index()), subject, request.index());
  if (!written.ok()) return written.status();
  ReportUsage(context, request.request(), *written, begin);
  blueprint::v1::ElaboratedObjective elaborated;
  for (const models::LearningObjective& objective : *written) {
    *elaborated.add_enabling_objectives() = ToProto(objective);
  }
  return elaborated;
}

}  // namespace flowmesh::flows
