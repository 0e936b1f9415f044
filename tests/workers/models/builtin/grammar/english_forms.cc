#include "tests/workers/models/builtin/grammar/english_forms.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "workers/models/builtin/grammar/domain.h"

namespace flowmesh::models {
namespace {

using WordSet = std::set<std::string>;

struct Verb {
  std::string third, past, participle, ing;
};

// Verbs that follow no rule, or whose spelling changes.
const std::map<std::string, Verb>& SpecialVerbs() {
  static const auto* const verbs = new std::map<std::string, Verb>{
      {"begin", {"begins", "began", "begun", "beginning"}},
      {"break", {"breaks", "broke", "broken", "breaking"}},
      {"cancel", {"cancels", "cancelled", "cancelled", "cancelling"}},
      {"carry", {"carries", "carried", "carried", "carrying"}},
      {"come", {"comes", "came", "come", "coming"}},
      {"copy", {"copies", "copied", "copied", "copying"}},
      {"debug", {"debugs", "debugged", "debugged", "debugging"}},
      {"drop", {"drops", "dropped", "dropped", "dropping"}},
      {"empty", {"empties", "emptied", "emptied", "emptying"}},
      {"fry", {"fries", "fried", "fried", "frying"}},
      {"go", {"goes", "went", "gone", "going"}},
      {"label", {"labels", "labelled", "labelled", "labelling"}},
      {"leave", {"leaves", "left", "left", "leaving"}},
      {"lose", {"loses", "lost", "lost", "losing"}},
      {"pay", {"pays", "paid", "paid", "paying"}},
      {"plan", {"plans", "planned", "planned", "planning"}},
      {"rewrite", {"rewrites", "rewrote", "rewritten", "rewriting"}},
      {"ring", {"rings", "rang", "rung", "ringing"}},
      {"scan", {"scans", "scanned", "scanned", "scanning"}},
      {"send", {"sends", "sent", "sent", "sending"}},
      {"simplify", {"simplifies", "simplified", "simplified", "simplifying"}},
      {"slip", {"slips", "slipped", "slipped", "slipping"}},
      {"stop", {"stops", "stopped", "stopped", "stopping"}},
      {"submit", {"submits", "submitted", "submitted", "submitting"}},
      {"sweep", {"sweeps", "swept", "swept", "sweeping"}},
      {"tidy", {"tidies", "tidied", "tidied", "tidying"}},
      {"transfer", {"transfers", "transferred", "transferred", "transferring"}},
      {"verify", {"verifies", "verified", "verified", "verifying"}},
      {"write", {"writes", "wrote", "written", "writing"}},
      {"tell", {"tells", "told", "told", "telling"}},
      {"speak", {"speaks", "spoke", "spoken", "speaking"}},
      {"be", {"is", "was", "been", "being"}},
  };
  return *verbs;
}

struct Forms {
  WordSet bases, thirds, participles, ings;
};

// The forms of every verb in the domains. Regular ones are spelled out here again; the special ones are listed above.
const Forms& AllForms() {
  static const Forms* const forms = [] {
    auto* const all = new Forms();
    WordSet verbs = {"be",       "tell", "speak",  "leave", "enter", "avoid",
                     "complain", "ask",  "remind", "call",  "know",  "work"};
    for (const Domain& domain : AllDomains()) {
      for (const Deed& deed : domain.deeds) verbs.insert(deed.verb.base.substr(0, deed.verb.base.find(' ')));
      for (const Event& event : domain.events) verbs.insert(event.verb.base.substr(0, event.verb.base.find(' ')));
    }
    for (const std::string& verb : verbs) {
      all->bases.insert(verb);
      const auto special = SpecialVerbs().find(verb);
      if (special != SpecialVerbs().end()) {
        all->thirds.insert(special->second.third);
        all->participles.insert(special->second.participle);
        all->ings.insert(special->second.ing);
        continue;
      }
      const bool e = verb.back() == 'e';
      const bool hiss = absl::EndsWith(verb, "s") || absl::EndsWith(verb, "x") || absl::EndsWith(verb, "sh") ||
                        absl::EndsWith(verb, "ch");
      all->thirds.insert(verb + (hiss ? "es" : "s"));
      all->participles.insert(verb + (e ? "d" : "ed"));
      all->ings.insert((e ? verb.substr(0, verb.size() - 1) : verb) + "ing");
    }
    return all;
  }();
  return *forms;
}

}  // namespace

std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '\'' || c == '-' || c == '_') {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool IsParticiple(const std::string& word) { return AllForms().participles.contains(word); }
bool IsIngForm(const std::string& word) { return AllForms().ings.contains(word); }
bool IsBaseForm(const std::string& word) { return AllForms().bases.contains(word); }
bool IsThirdPerson(const std::string& word) { return AllForms().thirds.contains(word); }

std::string ArticleBySound(const std::string& text) {
  const std::string word = text.substr(0, text.find('\''));
  static const WordSet* const vowel_letter_but_a =
      new WordSet{"user", "users", "useful", "unique", "uniquely", "european", "one", "university", "uniform", "union"};
  static const WordSet* const consonant_letter_but_an =
      new WordSet{"hour", "honest", "x-ray", "sql", "html", "http", "mri", "sms", "lte"};
  if (vowel_letter_but_a->contains(word)) return "a";
  if (consonant_letter_but_an->contains(word)) return "an";
  return std::string("aeiou").find(word[0]) == std::string::npos ? "a" : "an";
}

bool IsFemaleName(const std::string& name) {
  static const WordSet* const names = new WordSet{"Anna", "Elena", "Priya", "Grace", "Sofia", "Fatima"};
  return names->contains(name);
}

bool IsMaleName(const std::string& name) {
  static const WordSet* const names = new WordSet{"David", "Kenji", "Omar", "Lukas", "Daniel", "Marek"};
  return names->contains(name);
}

}  // namespace flowmesh::models
