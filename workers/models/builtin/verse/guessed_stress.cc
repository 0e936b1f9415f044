#include "workers/models/builtin/verse/guessed_stress.h"

#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "workers/models/builtin/code_point.h"

namespace flowmesh::models {
namespace {

bool In(char32_t p, char32_t first, char32_t last) { return p >= first && p <= last; }

bool IsIdeograph(char32_t p) {
  return In(p, 0x3040, 0x30FF) || In(p, 0x3400, 0x9FFF) || In(p, 0xAC00, 0xD7A3) || In(p, 0xF900, 0xFAFF) ||
         In(p, 0x20000, 0x3FFFF);
}

bool IsVowel(char32_t p) {
  static constexpr char32_t kMore[] =
      U"àáâãäåæèéêëìíîïòóôõöøùúûüýÿąęėěıłōőœůűÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜаеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄαεηιουωάέήίόύώΑΕΗΙΟΥΩ";
  if (p < 0x80) return absl::string_view("aeiouyAEIOUY").find(static_cast<char>(p)) != absl::string_view::npos;
  for (const char32_t vowel : kMore) {
    if (vowel == p && p != 0 && p != U'ł') return true;
  }
  return false;
}

int CountVowelGroups(const std::string& word) {
  int groups = 0;
  bool in_vowel = false;
  for (size_t at = 0; at < word.size();) {
    const char32_t p = NextCodePoint(word, at);
    if (IsIdeograph(p)) {
      ++groups;
      in_vowel = false;
      continue;
    }
    const bool vowel = IsVowel(p) && !(at == 1 && (p == 'y' || p == 'Y'));
    if (vowel && !in_vowel) ++groups;
    in_vowel = vowel;
  }
  return groups;
}

bool EndsWithAny(const std::string& word, std::initializer_list<absl::string_view> endings) {
  for (const absl::string_view ending : endings) {
    if (word.size() > ending.size() && absl::string_view(word).substr(word.size() - ending.size()) == ending)
      return true;
  }
  return false;
}

// A final "e", "es" or "ed" that English does not speak.
bool HasSilentEnding(const std::string& lower) {
  if (lower.size() < 4) return false;
  if (EndsWithAny(lower, {"le", "les", "ee", "ted", "ded", "ses", "zes", "ces", "ges", "xes", "ches", "shes", "etes"}))
    return false;
  if (!EndsWithAny(lower, {"e", "es", "ed"})) return false;
  const size_t before = lower.size() - (lower.back() == 'e' ? 2 : 3);
  return absl::string_view("aeiouy").find(lower[before]) == absl::string_view::npos;
}

bool IsInitialism(const std::string& word) {
  if (word.size() > 5) return false;
  bool vowel = false;
  for (const char c : word) {
    if (!absl::ascii_isupper(static_cast<unsigned char>(c)) && !absl::ascii_isdigit(static_cast<unsigned char>(c)))
      return false;
    vowel |= IsVowel(static_cast<unsigned char>(c));
  }
  return !vowel || word.size() <= 3;
}

}  // namespace

std::string GuessStress(const std::string& word) {
  if (IsInitialism(word)) return std::string(word.size() - 1, 'x') + "1";
  const std::string lower = absl::AsciiStrToLower(word);
  int count = CountVowelGroups(lower);
  if (HasSilentEnding(lower)) --count;
  if (EndsWithAny(lower, {"ism", "isms"})) ++count;
  if (count < 1) count = 1;
  if (count == 1) return "1";
  if (count == 2) return "10";
  int beat = 0;
  if (EndsWithAny(lower, {"tion", "tions", "sion", "sions", "ic", "ics", "cian"})) {
    beat = count - 2;
  } else if (EndsWithAny(lower, {"ity", "ities", "logy", "graphy", "ical"})) {
    beat = count - 3;
  } else if (EndsWithAny(lower, {"ing", "er", "ers", "ly", "ness", "ment", "ments"})) {
    beat = 0;
  } else if (count >= 4 || absl::string_view("aio").find(lower.back()) != absl::string_view::npos) {
    beat = count - 2;
  }
  std::string stress;
  for (int i = 0; i < count; ++i) stress += i == beat ? '1' : (i - beat) % 2 == 0 ? 'x' : '0';
  return stress;
}

}  // namespace flowmesh::models
