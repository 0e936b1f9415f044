#include "workers/flows/blueprint/objective_check.h"

#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "workers/models/builtin/objectives/bloom_level.h"

namespace flowmesh::flows {
namespace {

using models::BloomLevel;

bool IsBlank(const std::string& text) { return absl::StripAsciiWhitespace(text).empty(); }

bool BeginsWithWord(const std::string& text, const std::string& word) {
  return absl::StartsWithIgnoreCase(text, word) &&
         (text.size() == word.size() || !absl::ascii_isalnum(static_cast<unsigned char>(text[word.size()])));
}

std::string WrongWithOne(const blueprint::v1::Objective& objective) {
  if (IsBlank(objective.text())) return "text is empty";
  if (IsBlank(objective.condition())) return "condition is empty";
  if (IsBlank(objective.criterion())) return "criterion is empty";
  if (IsBlank(objective.verb())) return "verb is empty";
  if (!BeginsWithWord(objective.performance(), objective.verb())) {
    return absl::StrCat("performance does not begin with its verb '", objective.verb(), "'");
  }
  const std::optional<BloomLevel> level = models::ParseBloomLevel(objective.level());
  if (!level) {
    return absl::StrCat("level '", objective.level(),
                        "' is not one of remember, understand, apply, analyze, evaluate and create");
  }
  const std::optional<BloomLevel> known = models::LevelOfVerb(objective.verb());
  if (known && *known != *level) {
    return absl::StrCat("the verb '", objective.verb(), "' is of the level ", models::NameOf(*known), ", not ",
                        models::NameOf(*level));
  }
  return "";
}

// Levels never fall, texts never repeat; `texts` holds those before.
template <typename Objectives>
std::string WrongWithList(const Objectives& objectives, std::set<std::string> texts) {
  BloomLevel before = BloomLevel::kRemember;
  for (int i = 0; i < objectives.size(); ++i) {
    const blueprint::v1::Objective& objective = objectives[i];
    std::string wrong = WrongWithOne(objective);
    if (wrong.empty() && *models::ParseBloomLevel(objective.level()) < before) {
      wrong = absl::StrCat("its level ", objective.level(), " is below that of the one before it");
    }
    if (wrong.empty() && !texts.insert(absl::AsciiStrToLower(objective.text())).second) wrong = "it is there twice";
    if (!wrong.empty()) return absl::StrCat("objective ", i + 1, ": ", wrong);
    before = *models::ParseBloomLevel(objective.level());
  }
  return "";
}

std::string WrongNumber(int number, int fewest, int most, const char* what) {
  if (number >= fewest && number <= most) return "";
  return absl::StrCat("it has ", number, " ", what, " objectives instead of ", fewest, " to ", most);
}

}  // namespace

std::string WrongWith(const blueprint::v1::BlueprintOutline& outline) {
  std::string wrong = WrongNumber(outline.terminal_objectives_size(), kFewestTerminal, kMostTerminal, "terminal");
  if (!wrong.empty()) return wrong;
  return WrongWithList(outline.terminal_objectives(), {});
}

std::string WrongWith(const blueprint::v1::ElaboratedObjective& elaborated, const blueprint::v1::Objective& terminal) {
  std::string wrong = WrongNumber(elaborated.enabling_objectives_size(), kFewestEnabling, kMostEnabling, "enabling");
  if (!wrong.empty()) return wrong;
  wrong = WrongWithList(elaborated.enabling_objectives(), {absl::AsciiStrToLower(terminal.text())});
  if (!wrong.empty()) return wrong;
  const blueprint::v1::Objective& hardest = *elaborated.enabling_objectives().rbegin();
  const std::optional<BloomLevel> limit = models::ParseBloomLevel(terminal.level());
  if (limit && *models::ParseBloomLevel(hardest.level()) > *limit) {
    return absl::StrCat("the level ", hardest.level(), " is above ", terminal.level(),
                        ", the level of the terminal objective");
  }
  return "";
}

}  // namespace flowmesh::flows
