#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_GUESSED_STRESS_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_GUESSED_STRESS_H_

#include <string>

namespace flowmesh::models {

// Stress of a word that no table knows, in the notation of the lexicon; at least one syllable. English spelling rules,
// one syllable a character in scripts without alphabets, letter names for short capitals and digits.
std::string GuessStress(const std::string& word);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_GUESSED_STRESS_H_
