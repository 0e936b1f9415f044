#include "workers/models/builtin/grammar/adjective_forms.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::models {
namespace {

bool IsVowel(char c) { return absl::StrContains("aeiou", absl::string_view(&c, 1)); }

int Syllables(absl::string_view word) {
  int groups = 0;
  bool in_vowels = false;
  for (const char c : word) {
    const bool vowel = IsVowel(c) || c == 'y';
    groups += vowel && !in_vowels ? 1 : 0;
    in_vowels = vowel;
  }
  if (word.size() > 2 && word.back() == 'e' && !IsVowel(word[word.size() - 2]) && groups > 1) --groups;
  return groups;
}

// The adjective as it stands before -er and -est, without their e: "fast", "larg", "bigg", "eas" + "i".
std::string Stem(absl::string_view word) {
  const size_t n = word.size();
  if (word.back() == 'e') return std::string(word.substr(0, n - 1));
  if (word.back() == 'y' && n > 2 && !IsVowel(word[n - 2])) return absl::StrCat(word.substr(0, n - 1), "i");
  if (n > 2 && Syllables(word) == 1 && IsVowel(word[n - 2]) && !IsVowel(word[n - 3]) && !IsVowel(word.back()) &&
      !absl::StrContains("wxy", word.substr(n - 1))) {
    return absl::StrCat(word, word.substr(n - 1));
  }
  return std::string(word);
}

}  // namespace

AdjectiveForms DegreesOf(absl::string_view adjective) {
  const std::string base(adjective);
  if (base == "good") return {base, "better", "best", "more better", "most best"};
  if (base == "bad") return {base, "worse", "worst", "more worse", "most worst"};
  const std::string stem = Stem(adjective);
  const std::string er = absl::StrCat(stem, "er");
  const std::string est = absl::StrCat(stem, "est");
  const bool is_short = Syllables(adjective) == 1 || (Syllables(adjective) == 2 && absl::EndsWith(adjective, "y"));
  if (is_short) return {base, er, est, absl::StrCat("more ", er), absl::StrCat("most ", est)};
  // Some adjectives of two syllables may take -er after all ("pleasanter"), so the wrong form must be wrong twice.
  if (Syllables(adjective) == 2) {
    return {base, absl::StrCat("more ", base), absl::StrCat("most ", base), absl::StrCat("more ", er),
            absl::StrCat("most ", est)};
  }
  return {base, absl::StrCat("more ", base), absl::StrCat("most ", base), er, est};
}

}  // namespace flowmesh::models
