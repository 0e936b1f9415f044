#include "workers/models/builtin/indefinite_article.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace flowmesh::models {
namespace {

// A vowel letter with a consonant's sound, and a silent h.
constexpr const char* kSoundsLikeConsonant[] = {"uni", "use", "usa", "usu",  "ute",  "uti",
                                                "uto", "eu",  "one", "once", "ubiq", "ura"};
constexpr const char* kButLikeVowel[] = {"unim", "unin", "unid", "unint"};
constexpr const char* kSilentH[] = {"hour", "honest", "honour", "honor", "heir"};
// Letters that are spoken as a word, not one by one.
constexpr const char* kSpokenAsWord[] = {"LAN",  "RAM",  "ROM",  "REST", "NAS", "SIM",
                                         "MIME", "NATO", "NASA", "RAID", "SaaS"};

bool IsSpelledOut(absl::string_view word) {
  if (word.size() < 2) return absl::ascii_isalpha(static_cast<unsigned char>(word[0]));
  for (const char* const listed : kSpokenAsWord) {
    if (absl::StartsWith(word, listed)) return false;
  }
  return absl::ascii_isupper(word[0]) && absl::ascii_isupper(word[1]);
}

}  // namespace

absl::string_view ArticleFor(absl::string_view phrase) {
  while (!phrase.empty() && absl::ascii_ispunct(static_cast<unsigned char>(phrase[0]))) phrase.remove_prefix(1);
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
  return absl::StrContains("aeiou8", lower.substr(0, 1)) ? "an" : "a";
}

}  // namespace flowmesh::models
