#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_SCENE_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_SCENE_H_

// The words of one question. A pattern's slots, in braces:
//
//   S S1 S2         an agent with article, "the engineer" or "the engineers"; S1 = one, S2 = several
//   s ss            its bare noun, singular and plural; sart, !sart: "a" or "an" as s wants it, and the wrong one
//   as              the noun with a or an
//   T               another agent, several of them, with article
//   is was has does pres        forms that agree with S (pres: of the deed's verb); with ! those that do not
//   N she her him herself       a person by name; "her" is the possessive; !she = the pronoun of the other sex
//   N2              another person
//   v vs vd vn ving             forms of the deed's verb: write, writes, wrote, written, writing
//   O Os o os ao    what it is done to: with "the", plural with "the", bare, plural, with a or an; art, !art: as sart
//   w ws wd wn wing P Ps p ps ap    the same of a second deed
//   E eb es ed en eing Er       an event: subject, forms of its verb, what follows the verb
//   Es Ed           the whole event in the present and in the past; es and Es ask for one that is planned
//   B C Cs c L      boss, client, clients, the bare client, place (bare)
//   m               an uncountable noun
//   x xs ax         a thing, several, one with article
//   adj adjer adjest aadj       one of its adjectives: plain, comparative, superlative, with a or an; adjart as sart
//   moreadj mostadj             comparative and superlative formed the wrong way
//   n               a number from two to six, as a word
//   past habit      "last week"; "every Monday"; habit and routine (which writes nothing) ask for a deed that one does
//                   again and again
//   H H1 H2 ...     a head of the rule and its forms; H and H1 are the first

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "workers/models/builtin/grammar/domain.h"
#include "workers/models/builtin/grammar/grammar_rule.h"
#include "workers/models/builtin/seeded_random.h"

namespace flowmesh::models {

// How often a quiz has used each word; new scenes take the least used ones.
using WordUse = std::map<std::string, int>;

class Scene {
 public:
  // Draws the words for `rule`. The rule and the domain outlive the scene.
  Scene(const GrammarRule& rule, const Domain& domain, const WordUse& use, SeededRandom& random);

  // `pattern` with its slots filled.
  std::string Fill(absl::string_view pattern) const;

  // A sentence's opening that names a source, as in "according to the bug report".
  const std::string& Source() const { return source_; }

  // What this scene used: keys of WordUse.
  const std::vector<std::string>& Used() const { return used_; }

 private:
  struct Person {
    const char* name;
    bool female;
  };
  size_t Draw(absl::string_view kind, const std::vector<std::string>& words, const WordUse& use, SeededRandom& random);
  void DrawAgents(absl::string_view text, const WordUse& use, SeededRandom& random);
  void DrawDeeds(absl::string_view text, const WordUse& use, SeededRandom& random);
  void DrawOthers(absl::string_view text, const WordUse& use, SeededRandom& random);
  std::string Slot(absl::string_view slot) const;
  bool DeedSlot(absl::string_view slot, std::string* out) const;
  bool AgentSlot(absl::string_view slot, std::string* out) const;
  bool EventSlot(absl::string_view slot, std::string* out) const;
  bool ThingSlot(absl::string_view slot, std::string* out) const;

  const Domain& domain_;
  std::string agent_, second_agent_;
  bool plural_ = false;
  Person person_{}, second_person_{};
  const Deed* deed_ = nullptr;
  const Deed* second_deed_ = nullptr;
  const Event* event_ = nullptr;
  const Thing* thing_ = nullptr;
  std::string adjective_, mass_, number_, past_, habit_, source_;
  std::vector<std::string> heads_;
  std::vector<std::string> used_;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_SCENE_H_
