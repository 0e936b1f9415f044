#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LEXICON_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LEXICON_H_

// The builtin poet's words: part of speech, stress, rhyme class, themes.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace flowmesh::models {

using ThemeSet = uint16_t;
inline constexpr ThemeSet kGeneral = 1 << 0;
inline constexpr ThemeSet kWeather = 1 << 1;
inline constexpr ThemeSet kSea = 1 << 2;
inline constexpr ThemeSet kNight = 1 << 3;
inline constexpr ThemeSet kGarden = 1 << 4;
inline constexpr ThemeSet kCity = 1 << 5;
inline constexpr ThemeSet kCode = 1 << 6;
inline constexpr ThemeSet kWork = 1 << 7;
inline constexpr ThemeSet kHome = 1 << 8;
inline constexpr ThemeSet kAnimals = 1 << 9;
inline constexpr ThemeSet kHeart = 1 << 10;
inline constexpr int kThemeCount = 11;

enum class Part : uint8_t {
  kObject,      // a thing one can hold: singular, plural
  kPlace,       // singular, plural
  kForce,       // what moves by itself, wind or moon: singular, plural
  kBeast,       // singular, plural
  kPerson,      // singular, plural
  kAbstract,    // stands without an article: "hope"
  kAdjThing,    // before a kObject
  kAdjPlace,    // before a kPlace
  kAdjLiving,   // before a kBeast or kPerson
  kAdjForce,    // before a kForce
  kPredicate,   // after "to be"
  kVerbThing,   // intransitive, of forces and objects: base, -s, past, -ing
  kVerbLiving,  // intransitive, of the living: base, -s, past, -ing
  kVerbObject,  // transitive: base, -s, past, -ing
  kAdverb,      // of manner
  kHour,        // after "at"
  kTail,        // an adverbial that may end any clause
  kTown,
};
inline constexpr int kPartCount = static_cast<int>(Part::kTown) + 1;

// One spelling. `stress` has a character per syllable: '1' must stand on a beat, '0' off the beat, 'x' either.
// `rhyme` names the sound from the last stressed vowel on (IPA, General American); equal names rhyme.
struct Form {
  const char* text = nullptr;
  const char* stress = nullptr;
  const char* rhyme = nullptr;
};

struct Lemma {
  Part part;
  ThemeSet themes;
  Form forms[4];  // unused ones have a null text
};

struct Entry {
  const Lemma* lemma;
  const Form* form;
};

// Immutable index over the tables. Thread-safe.
class Lexicon {
 public:
  static const Lexicon& Builtin();

  // Every word that can fill a slot of `part` in its `form`-th form.
  const std::vector<Entry>& Entries(Part part, int form) const { return entries_[static_cast<int>(part)][form]; }

  // A word used literally in a phrase, or any word of the lexicon; `lower` is in lower case. Null when unknown.
  const Form* Find(absl::string_view lower) const;

  // The noun that has `lower` as singular or plural, else null; `plural` tells which.
  const Lemma* FindNoun(absl::string_view lower, bool* plural) const;

  // True when the word is an adjective, an adverb or a verb form here.
  bool IsModifierOrVerb(absl::string_view lower) const { return others_.contains(lower); }

  // How many words that can end a line have this rhyme on their last syllable.
  int RhymeCount(absl::string_view rhyme) const;

  // All forms of all tables, literals included, for checks.
  std::vector<Form> AllForms() const;

 private:
  Lexicon();
  void AddLemma(const Lemma& lemma);
  void AddLiteral(const Form& form);

  struct Noun {
    const Lemma* lemma;
    bool plural;
  };
  std::vector<Entry> entries_[kPartCount][4];
  absl::flat_hash_map<std::string, const Form*> words_;
  absl::flat_hash_map<std::string, Noun> nouns_;
  absl::flat_hash_map<std::string, bool> others_;
  absl::flat_hash_map<std::string, int> rhyme_counts_;
  std::vector<Form> all_;
};

// Syllables of a stress string.
inline int Syllables(absl::string_view stress) { return static_cast<int>(stress.size()); }

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LEXICON_H_
