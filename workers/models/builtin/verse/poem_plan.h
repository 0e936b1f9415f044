#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_PLAN_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_PLAN_H_

// What each form asks for, line by line: which book of phrases, which metre, which rhyme.

#include <vector>

#include "workers/models/builtin/verse/line_fitter.h"
#include "workers/models/builtin/verse/phrase.h"
#include "workers/models/builtin/verse/phrasebook.h"
#include "workers/models/builtin/verse/poem_form.h"

namespace flowmesh::models {

struct ParsedUnit {
  Role role;
  std::vector<Phrase> lines;
  bool names_topic = false;
  bool names_extra = false;
};

using PhraseBook = std::vector<ParsedUnit>;

enum class Wish : uint8_t { kNone, kTopic, kExtra };  // what a unit should name, if it can

struct LinePlan {
  std::vector<Metre> metres;
  char rhyme = 0;  // lines with the same letter rhyme; 0 rhymes with nothing
};

struct UnitPlan {
  const PhraseBook* book = nullptr;
  Role role = Role::kMid;
  Wish wish = Wish::kNone;
  bool must_name = false;  // the wish for the topic is a demand
  std::vector<LinePlan> lines;
  int refrain = 0;  // lines with the same number above 0 are the same line; the first one writes it
};

enum class Capitals : uint8_t { kEveryLine, kSentences };

struct PoemPlan {
  std::vector<std::vector<UnitPlan>> stanzas;
  Capitals capitals = Capitals::kEveryLine;
  int rhyme_company = 4;  // words a rhyme must offer before the plan opens it
};

// `feminine` chooses the pronouns of the books; `random` varies what the form leaves open.
PoemPlan PlanPoem(PoemForm form, bool feminine, SeededRandom& random);

// Every phrase of the phrasebook with the form it serves, parsed; a failed parse is a defect of the tables and is
// returned as such.
absl::Status CheckPhrasebook();

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_PLAN_H_
