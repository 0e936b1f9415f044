#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_VERSE_SPOKEN_SOUND_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_VERSE_SPOKEN_SOUND_H_

#include <string>
#include <vector>

namespace flowmesh::models {

// Phonemes (IPA, stress marks in front) of a word as espeak-ng's American English voice says it alone. Not thread-safe;
// the first call starts the synthesiser without audio. Empty when the voice data is missing.
std::vector<std::string> SpokenPhonemes(const std::string& word);

// Number of vowels.
int SpokenSyllables(const std::string& word);

// The last stressed vowel and everything after it, without stress marks.
std::string SpokenRhyme(const std::string& word);

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_VERSE_SPOKEN_SOUND_H_
