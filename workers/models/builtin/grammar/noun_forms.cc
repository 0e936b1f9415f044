#include "workers/models/builtin/grammar/noun_forms.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::models {
namespace {

constexpr const char* kIrregularPlurals[][2] = {
    {"analysis", "analyses"}, {"child", "children"}, {"diagnosis", "diagnoses"}, {"hypothesis", "hypotheses"},
    {"index", "indexes"},     {"knife", "knives"},   {"leaf", "leaves"},         {"loaf", "loaves"},
    {"man", "men"},           {"person", "people"},  {"potato", "potatoes"},     {"shelf", "shelves"},
    {"tomato", "tomatoes"},   {"woman", "women"},    {"thesis", "theses"},
};

// A vowel letter with a consonant's sound, and a silent h.
constexpr const char* kSoundsLikeConsonant[] = {"uni", "use", "usa", "usu", "uti", "eu", "one", "once", "ubiq", "ura"};
constexpr const char* kButLikeVowel[] = {"unim", "unin", "unid", "unint"};
constexpr const char* kSilentH[] = {"hour", "honest", "honour", "honor", "heir"};
// Letters that are spoken as a word, not one by one.
constexpr const char* kSpokenAsWord[] = {"LAN",  "RAM",  "ROM",  "REST", "NAS", "SIM",
                                         "MIME", "NATO", "NASA", "RAID", "SaaS"};

bool IsSpelledOut(absl::string_view word) {
  if (word.size() < 2) return true;
  for (const char* const listed : kSpokenAsWord) {
    if (absl::StartsWith(word, listed)) return false;
  }
  return absl::ascii_isupper(word[0]) && absl::ascii_isupper(word[1]);
}

}  // namespace

std::string PluralOf(absl::string_view noun) {
  const size_t space = noun.rfind(' ');
  const absl::string_view before = space == absl::string_view::npos ? absl::string_view() : noun.substr(0, space + 1);
  const absl::string_view word = noun.substr(before.size());
  for (const auto& row : kIrregularPlurals) {
    if (word == row[0]) return absl::StrCat(before, row[1]);
  }
  if (word.size() > 1 && word.back() == 'y' &&
      !absl::StrContains("aeiou", absl::string_view(&word[word.size() - 2], 1))) {
    return absl::StrCat(before, word.substr(0, word.size() - 1), "ies");
  }
  for (const char* const hiss : {"s", "x", "z", "ch", "sh"}) {
    if (absl::EndsWith(word, hiss)) return absl::StrCat(before, word, "es");
  }
  return absl::StrCat(before, word, "s");
}

absl::string_view ArticleFor(absl::string_view phrase) {
  const absl::string_view word = phrase.substr(0, phrase.find_first_of(" -"));
  if (word.empty()) return "a";
  if (IsSpelledOut(word)) return absl::StrContains("AEFHILMNORSX", word.substr(0, 1)) ? "an" : "a";
  const std::string lower = absl::AsciiStrToLower(word);
  for (const char* const silent : kSilentH) {
    if (absl::StartsWith(lower, silent)) return "an";
  }
  for (const char* const vowel : kButLikeVowel) {
    if (absl::StartsWith(lower, vowel)) return "an";
  }
  for (const char* const consonant : kSoundsLikeConsonant) {
    if (absl::StartsWith(lower, consonant)) return "a";
  }
  return absl::StrContains("aeiou", lower.substr(0, 1)) ? "an" : "a";
}

}  // namespace flowmesh::models
