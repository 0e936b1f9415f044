#include "workers/models/builtin/objectives/bloom_level.h"

#include <array>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace flowmesh::models {
namespace {

struct Level {
  const char* name;
  const char* verbs;
};

constexpr std::array<Level, kBloomLevels> kLevels = {{
    {"remember",
     "define identify label list locate match memorize name quote recall recite recognize reproduce retrieve state"},
    {"understand",
     "classify compare conclude describe discuss exemplify explain generalize illustrate infer interpret paraphrase "
     "predict restate summarize translate"},
    {"apply",
     "apply calculate complete demonstrate employ execute follow implement operate perform practise solve use"},
    {"analyze",
     "analyze attribute contrast deconstruct differentiate discriminate dissect distinguish examine investigate "
     "organize outline trace"},
    {"evaluate",
     "appraise argue assess critique criticize defend evaluate judge justify prioritize rank rate recommend verify"},
    {"create",
     "assemble build compose construct create design develop devise formulate generate invent plan produce "
     "synthesize"},
}};

}  // namespace

const char* NameOf(BloomLevel level) { return kLevels[static_cast<size_t>(level)].name; }

std::optional<BloomLevel> ParseBloomLevel(absl::string_view name) {
  for (size_t i = 0; i < kLevels.size(); ++i) {
    if (absl::EqualsIgnoreCase(name, kLevels[i].name)) return static_cast<BloomLevel>(i);
  }
  return std::nullopt;
}

std::optional<BloomLevel> LevelOfVerb(absl::string_view verb) {
  for (size_t i = 0; i < kLevels.size(); ++i) {
    for (const absl::string_view known : absl::StrSplit(kLevels[i].verbs, ' ')) {
      if (absl::EqualsIgnoreCase(verb, known)) return static_cast<BloomLevel>(i);
    }
  }
  return std::nullopt;
}

}  // namespace flowmesh::models
