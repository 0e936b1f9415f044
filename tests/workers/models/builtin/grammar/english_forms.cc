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
      {"crop", {"crops", "cropped", "cropped", "cropping"}},
      {"fall", {"falls", "fell", "fallen", "falling"}},
      {"feed", {"feeds", "fed", "fed", "feeding"}},
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
      {"find", {"finds", "found", "found", "finding"}},
      {"give", {"gives", "gave", "given", "giving"}},
      {"grow", {"grows", "grew", "grown", "growing"}},
      {"know", {"knows", "knew", "known", "knowing"}},
      {"say", {"says", "said", "said", "saying"}},
      {"show", {"shows", "showed", "shown", "showing"}},
      {"understand", {"understands", "understood", "understood", "understanding"}},
  };
  return *verbs;
}

struct Forms {
  WordSet bases, thirds, pasts, participles, ings;
};

// The forms of every verb in the domains. Regular ones are spelled out here again; the special ones are listed above.
const Forms& AllForms() {
  static const Forms* const forms = [] {
    auto* const all = new Forms();
    WordSet verbs = {"be",     "tell",     "speak",  "leave",  "enter",      "avoid", "complain", "ask",
                     "remind", "call",     "know",   "work",   "need",       "agree", "belong",   "depend",
                     "find",   "give",     "begin",  "insist", "understand", "talk",  "happen",   "say",
                     "show",   "send",     "mend",   "renew",  "clean",      "paint", "start",    "finish",
                     "end",    "increase", "change", "grow",   "fall",       "repair"};
    for (const Domain& domain : AllDomains()) {
      for (const Deed& deed : domain.deeds) verbs.insert(deed.verb.base.substr(0, deed.verb.base.find(' ')));
      for (const Event& event : domain.events) verbs.insert(event.verb.base.substr(0, event.verb.base.find(' ')));
    }
    for (const std::string& verb : verbs) {
      all->bases.insert(verb);
      const auto special = SpecialVerbs().find(verb);
      if (special != SpecialVerbs().end()) {
        all->thirds.insert(special->second.third);
        all->pasts.insert(special->second.past);
        all->participles.insert(special->second.participle);
        all->ings.insert(special->second.ing);
        continue;
      }
      const bool e = verb.back() == 'e';
      const bool hiss = absl::EndsWith(verb, "s") || absl::EndsWith(verb, "x") || absl::EndsWith(verb, "sh") ||
                        absl::EndsWith(verb, "ch");
      all->thirds.insert(verb + (hiss ? "es" : "s"));
      all->pasts.insert(verb + (e ? "d" : "ed"));
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
bool IsPastForm(const std::string& word) { return AllForms().pasts.contains(word); }
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

bool IsPersonNoun(const std::string& text) {
  static const WordSet* const people = new WordSet{
      "accountant",     "administrator", "adviser",    "agent",           "analyst",   "apprentice",   "architect",
      "assistant",      "attendant",     "auditor",    "babysitter",      "baker",     "beekeeper",    "caretaker",
      "chef",           "cleaner",       "clerk",      "coach",           "colleague", "conductor",    "consultant",
      "contractor",     "controller",    "cook",       "copywriter",      "designer",  "developer",    "doctor",
      "editor",         "electrician",   "engineer",   "farmer",          "fellow",    "gardener",     "groundskeeper",
      "guide",          "housekeeper",   "inspector",  "integrator",      "intern",    "investigator", "journalist",
      "lawyer",         "lead",          "lecturer",   "librarian",       "manager",   "mechanic",     "member",
      "musician",       "notary",        "nurse",      "operator",        "paramedic", "partner",      "person",
      "pharmacist",     "photographer",  "pianist",    "porter",          "presenter", "receptionist", "reporter",
      "representative", "researcher",    "scientist",  "secretary",       "singer",    "solicitor",    "student",
      "supervisor",     "teacher",       "technician", "tester",          "trainee",   "trainer",      "tutor",
      "waiter",         "worker",        "writer",     "physiotherapist", "notarie",   "secretarie"};
  const bool plural = text.size() > 1 && text.back() == 's';
  return people->contains(text) || (plural && people->contains(text.substr(0, text.size() - 1))) ||
         (absl::EndsWith(text, "coaches")) || absl::EndsWith(text, "aries");
}

bool IsMassNoun(const std::string& words) {
  static const WordSet* const masses =
      new WordSet{"bandwidth",     "bread",       "butter", "capacity",  "cash",     "chalk", "coffee", "disk space",
                  "documentation", "electricity", "energy", "equipment", "evidence", "flour", "food",   "fuel",
                  "funding",       "hay",         "ink",    "medicine",  "memory",   "milk",  "money",  "oil",
                  "oxygen",        "paper",       "salt",   "space",     "storage",  "time",  "water"};
  return masses->contains(words);
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
