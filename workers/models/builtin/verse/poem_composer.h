#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_COMPOSER_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_COMPOSER_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workers/models/builtin/verse/line_fitter.h"
#include "workers/models/builtin/verse/poem_plan.h"
#include "workers/models/builtin/verse/poem_topic.h"

namespace flowmesh::models {

// Carries out a plan: chooses units, fits their lines, takes a stanza back when a rhyme has no answer. Not thread-safe.
class PoemComposer {
 public:
  // All arguments outlive the composer.
  PoemComposer(const PoemTopic& topic, const PoemPlan& plan, bool feminine, SeededRandom& random);

  // Stanzas of finished lines, or nothing when this run of chance led nowhere: call again. A stanza that does not come
  // is tried with growing patience.
  std::optional<std::vector<std::vector<std::string>>> Compose();

 private:
  struct State;
  LineDemand DemandOf(const LinePlan& line, Patience patience, const std::map<char, std::string>& rhymes) const;
  bool WriteStanza(size_t stanza, State& state);
  bool WriteUnit(const UnitPlan& plan, Patience patience, State& state);
  bool IsOurs(const FittedLine& line) const;
  bool WriteLines(const UnitPlan& plan, const ParsedUnit& unit, Patience patience, State& state);
  std::vector<const ParsedUnit*> UnitsInOrder(const UnitPlan& plan, const State& state);
  void Finish(std::vector<std::string>& lines) const;

  const PoemTopic& topic_;
  const PoemPlan& plan_;
  SeededRandom& random_;
  LineFitter fitter_;
  const uint64_t signature_;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_COMPOSER_H_
