#include "tests/workers/models/builtin/verse/spoken_sound.h"

#include <espeak-ng/speak_lib.h>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace flowmesh::models {
namespace {

bool Start() {
  return espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT) > 0 &&
         espeak_SetVoiceByName("en-us") == EE_OK;
}

std::string WithoutStress(const std::string& phoneme) { return absl::StrReplaceAll(phoneme, {{"ˈ", ""}, {"ˌ", ""}}); }

bool IsVowel(const std::string& phoneme) {
  const std::string bare = WithoutStress(phoneme);
  for (const char* vowel :
       {"a", "e", "i", "o", "u", "æ", "ɐ", "ɑ", "ɒ", "ɔ", "ə", "ɚ", "ɛ", "ɜ", "ɪ", "ʊ", "ʌ", "ɨ", "ᵻ"}) {
    if (absl::StartsWith(bare, vowel)) return true;
  }
  return absl::StrContains(bare, "\u0329");  // a syllabic consonant, as in "button"
}

}  // namespace

std::vector<std::string> SpokenPhonemes(const std::string& word) {
  static const bool started = Start();
  std::vector<std::string> phonemes;
  if (!started) return phonemes;
  const void* rest = word.c_str();
  while (rest != nullptr) {
    // Bit 1 asks for IPA, bits 8 and up name the separator.
    const char* const spoken = espeak_TextToPhonemes(&rest, espeakCHARS_UTF8, ('_' << 8) | 0x02);
    if (spoken == nullptr) break;
    for (const absl::string_view phoneme : absl::StrSplit(spoken, absl::ByAnyChar("_ \n"), absl::SkipEmpty())) {
      phonemes.emplace_back(phoneme);
    }
  }
  return phonemes;
}

int SpokenSyllables(const std::string& word) {
  int vowels = 0;
  for (const std::string& phoneme : SpokenPhonemes(word)) vowels += IsVowel(phoneme) ? 1 : 0;
  return vowels;
}

std::string SpokenRhyme(const std::string& word) {
  const std::vector<std::string> phonemes = SpokenPhonemes(word);
  std::string rhyme;
  for (const std::string& phoneme : phonemes) {
    if (IsVowel(phoneme) && absl::StrContains(phoneme, "ˈ")) rhyme.clear();
    if (!rhyme.empty() || (IsVowel(phoneme) && absl::StrContains(phoneme, "ˈ"))) rhyme += WithoutStress(phoneme);
  }
  return rhyme;
}

}  // namespace flowmesh::models
