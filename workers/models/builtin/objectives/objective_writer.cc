#include "workers/models/builtin/objectives/objective_writer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "workers/models/builtin/objectives/key_phrases.h"
#include "workers/models/builtin/objectives/objective_plan.h"
#include "workers/models/builtin/objectives/objective_task.h"
#include "workers/models/builtin/plain_text.h"
#include "workers/models/builtin/seeded_random.h"

namespace flowmesh::models {
namespace {

constexpr size_t kFewest = 2;
constexpr size_t kMost = 5;

std::string FirstWord(const std::string& text) { return text.substr(0, text.find(' ')); }

LearningObjective Say(const ObjectiveTask& task, const std::string& aspect, const std::string& quoted_title,
                      std::string number) {
  // A sentence names the topic once.
  const std::string on = absl::StrContains(aspect, quoted_title) ? "" : absl::StrCat(" on ", quoted_title);
  LearningObjective objective;
  objective.number = std::move(number);
  objective.level = task.level;
  objective.condition = absl::StrReplaceAll(task.condition, {{"{on}", on}});
  objective.performance = absl::StrReplaceAll(task.performance, {{"{x}", aspect}});
  objective.criterion = task.criterion;
  objective.verb = FirstWord(objective.performance);
  objective.text =
      absl::StrCat(objective.condition, ", the learner will ", objective.performance, ", ", objective.criterion, ".");
  return objective;
}

// Tasks for the steps: one of each easier level as far as the number reaches, more of the two easiest where a terminal
// objective has few levels below it.
std::vector<const ObjectiveTask*> ChooseSteps(const PlannedObjective& planned, SeededRandom& random) {
  std::vector<const ObjectiveTask*> left;
  for (const ObjectiveTask& task : TasksFor(planned.kind)) {
    if (&task != planned.task && task.level <= planned.level) left.push_back(&task);
  }
  random.Shuffle(left);
  const size_t levels = static_cast<size_t>(planned.level);  // below the terminal one
  const size_t wanted = std::clamp<size_t>(levels + random.Below(3), kFewest, std::min(kMost, left.size()));
  std::vector<const ObjectiveTask*> steps;
  std::set<BloomLevel> levels_used;
  std::set<std::string> verbs_used;
  if (planned.task != nullptr) verbs_used.insert(FirstWord(planned.task->performance));
  const auto take = [&](auto suits) {
    for (const ObjectiveTask* const task : left) {
      if (steps.size() == wanted) return;
      const std::string verb = FirstWord(task->performance);
      if (verbs_used.count(verb) > 0 || !suits(*task)) continue;
      steps.push_back(task);
      levels_used.insert(task->level);
      verbs_used.insert(verb);
    }
  };
  take([&](const ObjectiveTask& task) { return task.level < planned.level && levels_used.count(task.level) == 0; });
  take([&](const ObjectiveTask& task) { return task.level <= BloomLevel::kUnderstand; });
  std::stable_sort(steps.begin(), steps.end(),
                   [](const ObjectiveTask* a, const ObjectiveTask* b) { return a->level < b->level; });
  return steps;
}

std::vector<LearningObjective> StepsTo(const PlannedObjective& planned, const ObjectiveSubject& subject, int index) {
  SeededRandom random(StableHash(planned.aspect) ^ (subject.seed + static_cast<uint64_t>(index)));
  const std::string quoted_title = Quoted(TopicName(subject.title));
  std::vector<LearningObjective> objectives;
  for (const ObjectiveTask* const task : ChooseSteps(planned, random)) {
    objectives.push_back(Say(*task, planned.aspect, quoted_title, absl::StrCat(index + 1, ".", objectives.size() + 1)));
  }
  return objectives;
}

absl::Status CheckTitle(const ObjectiveSubject& subject) {
  if (!CleanText(subject.title).empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("title is empty: say what the learners shall learn");
}

}  // namespace

absl::StatusOr<std::vector<LearningObjective>> WriteTerminalObjectives(const ObjectiveSubject& subject) {
  if (absl::Status status = CheckTitle(subject); !status.ok()) return status;
  const std::string quoted_title = Quoted(TopicName(subject.title));
  std::vector<LearningObjective> objectives;
  for (const PlannedObjective& planned : PlanObjectives(subject.title, subject.description, subject.seed)) {
    objectives.push_back(Say(*planned.task, planned.aspect, quoted_title, absl::StrCat(objectives.size() + 1)));
  }
  return objectives;
}

absl::StatusOr<std::vector<LearningObjective>> WriteEnablingObjectives(const ObjectiveSubject& subject, int index) {
  if (absl::Status status = CheckTitle(subject); !status.ok()) return status;
  const std::vector<PlannedObjective> plan = PlanObjectives(subject.title, subject.description, subject.seed);
  if (index < 0 || static_cast<size_t>(index) >= plan.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no terminal objective at place ", index, ": there are ", plan.size(), ", from 0"));
  }
  return StepsTo(plan[index], subject, index);
}

std::vector<LearningObjective> WriteStepsTo(const ObjectiveSubject& subject, BloomLevel level,
                                            const std::string& performance, int index) {
  return StepsTo({.kind = AspectKind::kSkill, .aspect = CleanText(absl::StripSuffix(performance, ".")), .level = level},
                 subject, index);
}

}  // namespace flowmesh::models
