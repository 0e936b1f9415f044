#include "workers/models/builtin/grammar/verb_forms.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::models {
namespace {

struct Irregular {
  const char* base;
  const char* past;
  const char* participle;
};

constexpr Irregular kIrregular[] = {
    {"be", "was", "been"},
    {"become", "became", "become"},
    {"begin", "began", "begun"},
    {"break", "broke", "broken"},
    {"bring", "brought", "brought"},
    {"build", "built", "built"},
    {"burn", "burnt", "burnt"},
    {"buy", "bought", "bought"},
    {"catch", "caught", "caught"},
    {"choose", "chose", "chosen"},
    {"come", "came", "come"},
    {"cut", "cut", "cut"},
    {"deal", "dealt", "dealt"},
    {"do", "did", "done"},
    {"draw", "drew", "drawn"},
    {"drive", "drove", "driven"},
    {"eat", "ate", "eaten"},
    {"fall", "fell", "fallen"},
    {"feed", "fed", "fed"},
    {"feel", "felt", "felt"},
    {"find", "found", "found"},
    {"fly", "flew", "flown"},
    {"forget", "forgot", "forgotten"},
    {"freeze", "froze", "frozen"},
    {"get", "got", "got"},
    {"give", "gave", "given"},
    {"go", "went", "gone"},
    {"grow", "grew", "grown"},
    {"have", "had", "had"},
    {"hear", "heard", "heard"},
    {"hide", "hid", "hidden"},
    {"hold", "held", "held"},
    {"keep", "kept", "kept"},
    {"know", "knew", "known"},
    {"lead", "led", "led"},
    {"leave", "left", "left"},
    {"lend", "lent", "lent"},
    {"lose", "lost", "lost"},
    {"make", "made", "made"},
    {"mean", "meant", "meant"},
    {"meet", "met", "met"},
    {"pay", "paid", "paid"},
    {"put", "put", "put"},
    {"read", "read", "read"},
    {"rebuild", "rebuilt", "rebuilt"},
    {"rewrite", "rewrote", "rewritten"},
    {"ride", "rode", "ridden"},
    {"ring", "rang", "rung"},
    {"rise", "rose", "risen"},
    {"run", "ran", "run"},
    {"say", "said", "said"},
    {"see", "saw", "seen"},
    {"sell", "sold", "sold"},
    {"send", "sent", "sent"},
    {"set", "set", "set"},
    {"shake", "shook", "shaken"},
    {"show", "showed", "shown"},
    {"shut", "shut", "shut"},
    {"sing", "sang", "sung"},
    {"sit", "sat", "sat"},
    {"sleep", "slept", "slept"},
    {"speak", "spoke", "spoken"},
    {"spend", "spent", "spent"},
    {"stand", "stood", "stood"},
    {"steal", "stole", "stolen"},
    {"sweep", "swept", "swept"},
    {"take", "took", "taken"},
    {"teach", "taught", "taught"},
    {"tell", "told", "told"},
    {"think", "thought", "thought"},
    {"throw", "threw", "thrown"},
    {"understand", "understood", "understood"},
    {"wake", "woke", "woken"},
    {"wear", "wore", "worn"},
    {"win", "won", "won"},
    {"withdraw", "withdrew", "withdrawn"},
    {"write", "wrote", "written"},
};

// Verbs of more than one syllable whose last syllable is stressed, so that they double too.
constexpr const char* kDoubling[] = {"admit",    "begin",  "cancel",   "commit", "control", "debug",
                                     "format",   "occur",  "prefer",   "refer",  "regret",  "rerun",
                                     "resubmit", "submit", "transfer", "forget", "label"};

bool IsVowel(char c) { return absl::StrContains("aeiou", absl::string_view(&c, 1)); }

int CountVowelGroups(absl::string_view word) {
  int groups = 0;
  bool in_vowels = false;
  for (const char c : word) {
    const bool vowel = IsVowel(c) || c == 'y';
    groups += vowel && !in_vowels ? 1 : 0;
    in_vowels = vowel;
  }
  return groups;
}

// plan, planned; submit, submitted; but open, opened; fix, fixed; repair, repaired.
bool DoublesLastLetter(absl::string_view word) {
  for (const char* const listed : kDoubling) {
    if (word == listed) return true;
  }
  const size_t n = word.size();
  if (n < 3 || CountVowelGroups(word) != 1) return false;
  const char last = word[n - 1];
  if (IsVowel(last) || absl::StrContains("wxyh", absl::string_view(&last, 1))) return false;
  return IsVowel(word[n - 2]) && (!IsVowel(word[n - 3]) || absl::StartsWith(word, "qu"));
}

bool EndsWithConsonantY(absl::string_view word) {
  return word.size() > 1 && word.back() == 'y' && !IsVowel(word[word.size() - 2]);
}

std::string ThirdPerson(absl::string_view word) {
  if (word == "be") return "is";
  if (word == "have") return "has";
  if (EndsWithConsonantY(word)) return absl::StrCat(word.substr(0, word.size() - 1), "ies");
  for (const char* const hiss : {"s", "x", "z", "ch", "sh", "o"}) {
    if (absl::EndsWith(word, hiss)) return absl::StrCat(word, "es");
  }
  return absl::StrCat(word, "s");
}

std::string RegularPast(absl::string_view word) {
  if (word.back() == 'e') return absl::StrCat(word, "d");
  if (EndsWithConsonantY(word)) return absl::StrCat(word.substr(0, word.size() - 1), "ied");
  if (DoublesLastLetter(word)) return absl::StrCat(word, word.substr(word.size() - 1), "ed");
  return absl::StrCat(word, "ed");
}

std::string Ing(absl::string_view word) {
  if (word == "be") return "being";
  if (absl::EndsWith(word, "ie")) return absl::StrCat(word.substr(0, word.size() - 2), "ying");
  if (word.back() == 'e' && !absl::EndsWith(word, "ee")) return absl::StrCat(word.substr(0, word.size() - 1), "ing");
  if (DoublesLastLetter(word)) return absl::StrCat(word, word.substr(word.size() - 1), "ing");
  return absl::StrCat(word, "ing");
}

}  // namespace

VerbForms FormsOf(absl::string_view verb) {
  const size_t space = verb.find(' ');
  const absl::string_view word = verb.substr(0, space);
  const absl::string_view rest = space == absl::string_view::npos ? absl::string_view() : verb.substr(space);
  std::string past = RegularPast(word);
  std::string participle = past;
  for (const Irregular& row : kIrregular) {
    if (word != row.base) continue;
    past = row.past;
    participle = row.participle;
  }
  return {absl::StrCat(word, rest), absl::StrCat(ThirdPerson(word), rest), absl::StrCat(past, rest),
          absl::StrCat(participle, rest), absl::StrCat(Ing(word), rest)};
}

}  // namespace flowmesh::models
