#include "workers/models/builtin/objectives/objective_plan.h"

#include <array>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "workers/models/builtin/objectives/key_phrases.h"
#include "workers/models/builtin/objectives/topic_domain.h"
#include "workers/models/builtin/seeded_random.h"

namespace flowmesh::models {
namespace {

constexpr size_t kMaxPhrases = 5;  // of the description; the rest of the plan shows what goes beyond it

struct Slot {
  BloomLevel level;
  AspectKind kind;
  int phrase;  // which phrase of the description it takes if there are so many; -1 = none
};

// The later phrases go to the harder levels, so that what is named first is understood and used first.
constexpr std::array<Slot, 10> kSlots = {{
    {BloomLevel::kUnderstand, AspectKind::kTerms, -1},
    {BloomLevel::kUnderstand, AspectKind::kConcept, 0},
    {BloomLevel::kApply, AspectKind::kSkill, -1},
    {BloomLevel::kApply, AspectKind::kTool, 4},
    {BloomLevel::kApply, AspectKind::kSkill, 1},
    {BloomLevel::kAnalyze, AspectKind::kTrouble, -1},
    {BloomLevel::kAnalyze, AspectKind::kConcept, 2},
    {BloomLevel::kEvaluate, AspectKind::kStandard, -1},
    {BloomLevel::kEvaluate, AspectKind::kChoice, 3},
    {BloomLevel::kCreate, AspectKind::kProduct, -1},
}};

// Hands out aspects, each once: those of the domain in a random order, then the general ones.
class AspectSource {
 public:
  AspectSource(const std::string& quoted_title, const TopicDomain* domain, SeededRandom* random)
      : quoted_title_(quoted_title), domain_(domain), random_(random) {}

  // Empty = there is no more of this kind.
  std::string Next(AspectKind kind) {
    if (kind == AspectKind::kTerms) return absl::StrCat("the basic terms of ", quoted_title_);
    auto [found, is_new] = left_.try_emplace(kind);
    std::vector<std::string>& left = found->second;
    if (is_new) {  // taken from the end
      left = GeneralDomain().Aspects(kind);
      random_->Shuffle(left);
      if (domain_ != nullptr) {
        std::vector<std::string> own = domain_->Aspects(kind);
        random_->Shuffle(own);
        left.insert(left.end(), own.begin(), own.end());
      }
    }
    if (left.empty()) return "";
    std::string aspect = absl::StrReplaceAll(left.back(), {{"{t}", quoted_title_}});
    left.pop_back();
    return aspect;
  }

 private:
  const std::string quoted_title_;
  const TopicDomain* const domain_;
  SeededRandom* const random_;
  std::map<AspectKind, std::vector<std::string>> left_;
};

absl::string_view FirstWord(absl::string_view text) { return text.substr(0, text.find(' ')); }

const ObjectiveTask* ChooseTask(AspectKind kind, BloomLevel level, std::set<std::string>& used_verbs,
                                SeededRandom& random) {
  std::vector<const ObjectiveTask*> fresh;
  std::vector<const ObjectiveTask*> all;
  for (const ObjectiveTask& task : TasksFor(kind)) {
    if (task.level != level) continue;
    all.push_back(&task);
    if (used_verbs.count(std::string(FirstWord(task.performance))) == 0) fresh.push_back(&task);
  }
  const std::vector<const ObjectiveTask*>& choice = fresh.empty() ? all : fresh;
  const ObjectiveTask* const task = choice[random.Below(choice.size())];
  used_verbs.insert(std::string(FirstWord(task->performance)));
  return task;
}

}  // namespace

std::vector<PlannedObjective> PlanObjectives(absl::string_view title, absl::string_view description, uint64_t seed) {
  SeededRandom random(StableHash(description, StableHash(title)) ^ (seed * 0x9e3779b97f4a7c15ULL));
  const std::vector<std::string> phrases = KeyPhrases(title, description, kMaxPhrases);
  AspectSource source(Quoted(TopicName(title)), FindDomain(title, description), &random);
  std::vector<PlannedObjective> plan;
  std::set<std::string> used_verbs;
  std::set<std::string> used_aspects;
  for (const Slot& slot : kSlots) {
    PlannedObjective planned{.kind = slot.kind, .level = slot.level};
    if (slot.phrase >= 0 && static_cast<size_t>(slot.phrase) < phrases.size()) {
      planned.kind = AspectKind::kConcept;
      planned.aspect = Quoted(phrases[slot.phrase]);
    } else {
      planned.aspect = source.Next(slot.kind);
    }
    if (planned.aspect.empty() || !used_aspects.insert(planned.aspect).second) continue;
    planned.task = ChooseTask(planned.kind, planned.level, used_verbs, random);
    plan.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace flowmesh::models
