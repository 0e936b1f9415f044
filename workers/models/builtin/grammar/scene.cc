#include "workers/models/builtin/grammar/scene.h"

#include <algorithm>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "workers/models/builtin/grammar/adjective_forms.h"
#include "workers/models/builtin/grammar/noun_forms.h"
#include "workers/models/builtin/indefinite_article.h"

namespace flowmesh::models {
namespace {

struct Name {
  const char* name;
  bool female;
};
constexpr Name kNames[] = {{"Anna", true},  {"David", false},  {"Elena", true},  {"Kenji", false},
                           {"Priya", true}, {"Omar", false},   {"Grace", true},  {"Lukas", false},
                           {"Sofia", true}, {"Daniel", false}, {"Fatima", true}, {"Marek", false}};

const std::vector<std::string>& Numbers() {
  static const auto* const words = new std::vector<std::string>{"two", "three", "four", "five", "six"};
  return *words;
}

const std::vector<std::string>& PastTimes() {
  static const auto* const words = new std::vector<std::string>{"yesterday",   "last week",   "two days ago",
                                                                "last Monday", "an hour ago", "last month"};
  return *words;
}

const std::vector<std::string>& Habits() {
  static const auto* const words = new std::vector<std::string>{"every Monday",  "every morning", "once a week",
                                                                "twice a month", "every Friday",  "every afternoon"};
  return *words;
}

bool Asks(absl::string_view text, absl::string_view slot) { return absl::StrContains(text, absl::StrCat("{", slot)); }

std::string The(absl::string_view noun) { return absl::StrCat("the ", noun); }

std::string WithArticle(absl::string_view noun) { return absl::StrCat(ArticleFor(noun), " ", noun); }

// "a" or "an" as the phrase wants it, or the one that it does not want.
std::string ArticleOrOther(absl::string_view phrase, bool other) {
  return (ArticleFor(phrase) == "a") != other ? "a" : "an";
}

}  // namespace

Scene::Scene(const GrammarRule& rule, const Domain& domain, const WordUse& use, SeededRandom& random)
    : domain_(domain) {
  const std::string text = absl::StrCat(rule.stem, " ", rule.right, " ", rule.wrongs, " ", rule.why);
  DrawAgents(text, use, random);
  DrawDeeds(text, use, random);
  DrawOthers(text, use, random);
  if (*rule.heads != '\0') {
    const std::vector<std::string> heads = absl::StrSplit(rule.heads, '|');
    heads_ = absl::StrSplit(heads[Draw("head", heads, use, random)], '/');
  }
}

// One of the least used words; records it.
size_t Scene::Draw(absl::string_view kind, const std::vector<std::string>& words, const WordUse& use,
                   SeededRandom& random) {
  std::vector<size_t> best;
  int least = std::numeric_limits<int>::max();
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string key = absl::StrCat(kind, ":", words[i]);
    if (std::find(used_.begin(), used_.end(), key) != used_.end() && words.size() > 1) continue;
    const auto it = use.find(key);
    const int count = it == use.end() ? 0 : it->second;
    if (count < least) best.clear();
    if (count <= least) best.push_back(i);
    least = std::min(least, count);
  }
  const size_t chosen = best[random.Below(best.size())];
  used_.push_back(absl::StrCat(kind, ":", words[chosen]));
  return chosen;
}

void Scene::DrawAgents(absl::string_view text, const WordUse& use, SeededRandom& random) {
  agent_ = domain_.agents[Draw("agent", domain_.agents, use, random)];
  plural_ = Asks(text, "S2}") || Asks(text, "ss}") || (!Asks(text, "S1}") && !Asks(text, "s}") && random.Chance(50));
  if (Asks(text, "T}")) second_agent_ = domain_.agents[Draw("agent", domain_.agents, use, random)];
  std::vector<std::string> names;
  for (const Name& name : kNames) names.emplace_back(name.name);
  if (!Asks(text, "N")) return;
  const Name& first = kNames[Draw("name", names, use, random)];
  person_ = {first.name, first.female};
  if (!Asks(text, "N2}")) return;
  const Name& second = kNames[Draw("name", names, use, random)];
  second_person_ = {second.name, second.female};
}

void Scene::DrawDeeds(absl::string_view text, const WordUse& use, SeededRandom& random) {
  const bool routine = Asks(text, "habit}") || Asks(text, "routine}");
  std::vector<const Deed*> deeds;
  std::vector<std::string> keys;
  for (const Deed& deed : domain_.deeds) {
    if (routine && !deed.routine) continue;
    deeds.push_back(&deed);
    keys.push_back(absl::StrCat(deed.verb.base, " ", deed.noun));
  }
  // A pattern without a deed must not count as one that uses it.
  bool asks = false;
  for (const char* const slot : {"v}", "vs}", "vd}", "vn}", "ving}", "O", "o}", "os}", "ao}", "pres}", "!pres}"}) {
    asks = asks || Asks(text, slot);
  }
  if (!asks) return;
  deed_ = deeds[Draw("deed", keys, use, random)];
  bool asks_second = false;
  for (const char* const slot : {"w}", "ws}", "wd}", "wn}", "wing}", "P", "p}", "ps}", "ap}"}) {
    asks_second = asks_second || Asks(text, slot);
  }
  if (asks_second) {
    second_deed_ = deeds[Draw("deed", keys, use, random)];
  }
}

void Scene::DrawOthers(absl::string_view text, const WordUse& use, SeededRandom& random) {
  if (Asks(text, "E") || Asks(text, "e")) {
    // The present of an event speaks of the future, which only plans allow.
    const bool planned = Asks(text, "Es}") || Asks(text, "es}");
    std::vector<const Event*> events;
    std::vector<std::string> keys;
    for (const Event& event : domain_.events) {
      if (planned && !event.planned) continue;
      // "Told the client that the client had called" is no English.
      const bool twice = (Asks(text, "C}") && event.subject == The(domain_.client)) ||
                         (Asks(text, "B}") && event.subject == domain_.boss) || event.subject == The(agent_);
      if (twice) continue;
      events.push_back(&event);
      keys.push_back(absl::StrCat(event.subject, event.verb.base));
    }
    event_ = events[Draw("event", keys, use, random)];
  }
  if (Asks(text, "x") || Asks(text, "ax}") || Asks(text, "adj") || Asks(text, "moreadj") || Asks(text, "mostadj")) {
    std::vector<std::string> keys;
    for (const Thing& thing : domain_.things) keys.push_back(thing.noun);
    thing_ = &domain_.things[Draw("thing", keys, use, random)];
    adjective_ = thing_->adjectives[Draw(thing_->noun, thing_->adjectives, use, random)];
  }
  if (Asks(text, "m}")) mass_ = domain_.masses[Draw("mass", domain_.masses, use, random)];
  if (Asks(text, "n}")) number_ = Numbers()[Draw("number", Numbers(), use, random)];
  if (Asks(text, "past}")) past_ = PastTimes()[Draw("past", PastTimes(), use, random)];
  if (Asks(text, "habit}")) habit_ = Habits()[Draw("habit", Habits(), use, random)];
  source_ = domain_.sources[Draw("source", domain_.sources, use, random)];
}

std::string Scene::Fill(absl::string_view pattern) const {
  std::string out;
  for (size_t open; (open = pattern.find('{')) != absl::string_view::npos;) {
    const size_t close = pattern.find('}', open);
    absl::StrAppend(&out, pattern.substr(0, open), Slot(pattern.substr(open + 1, close - open - 1)));
    pattern.remove_prefix(close + 1);
  }
  absl::StrAppend(&out, pattern);
  return out;
}

std::string Scene::Slot(absl::string_view slot) const {
  std::string out;
  if (AgentSlot(slot, &out) || DeedSlot(slot, &out) || EventSlot(slot, &out) || ThingSlot(slot, &out)) return out;
  if (slot == "B") return domain_.boss;
  if (slot == "C") return The(domain_.client);
  if (slot == "Cs") return The(PluralOf(domain_.client));
  if (slot == "c") return domain_.client;
  if (slot == "L") return domain_.place;
  if (slot == "m") return mass_;
  if (slot == "n") return number_;
  if (slot == "past") return past_;
  if (slot == "habit") return habit_;
  if (slot == "routine") return "";
  if (slot == "H") return heads_.empty() ? "{H}" : heads_[0];
  if (slot.size() == 2 && slot[0] == 'H' && slot[1] >= '1' && static_cast<size_t>(slot[1] - '1') < heads_.size()) {
    return heads_[static_cast<size_t>(slot[1] - '1')];
  }
  return absl::StrCat("{", slot, "}");  // stays visible, and a test looks for it
}

bool Scene::AgentSlot(absl::string_view slot, std::string* out) const {
  const auto agent = [](const std::string& noun, bool plural) { return The(plural ? PluralOf(noun) : noun); };
  if (slot == "S" || slot == "S1" || slot == "S2") return *out = agent(agent_, plural_), true;
  if (slot == "T") return *out = agent(second_agent_, true), true;
  if (slot == "s") return *out = agent_, true;
  if (slot == "ss") return *out = PluralOf(agent_), true;
  if (slot == "as") return *out = WithArticle(agent_), true;
  if (slot == "N") return *out = person_.name, true;
  if (slot == "N2") return *out = second_person_.name, true;
  if (slot == "she") return *out = person_.female ? "she" : "he", true;
  if (slot == "her") return *out = person_.female ? "her" : "his", true;
  if (slot == "him") return *out = person_.female ? "her" : "him", true;
  if (slot == "!she") return *out = person_.female ? "he" : "she", true;
  if (slot == "herself") return *out = person_.female ? "herself" : "himself", true;
  const bool other = absl::ConsumePrefix(&slot, "!");
  if (slot == "sart") return *out = ArticleOrOther(agent_, other), true;
  const bool plural = plural_ != other;
  if (slot == "is") return *out = plural ? "are" : "is", true;
  if (slot == "was") return *out = plural ? "were" : "was", true;
  if (slot == "has") return *out = plural ? "have" : "has", true;
  if (slot == "does") return *out = plural ? "do" : "does", true;
  if (slot == "pres" && deed_ != nullptr) return *out = plural ? deed_->verb.base : deed_->verb.third, true;
  return false;
}

bool Scene::DeedSlot(absl::string_view slot, std::string* out) const {
  struct Form {
    const char* first;
    const char* second;
    std::string VerbForms::*form;
  };
  constexpr Form kForms[] = {{"v", "w", &VerbForms::base},
                             {"vs", "ws", &VerbForms::third},
                             {"vd", "wd", &VerbForms::past},
                             {"vn", "wn", &VerbForms::participle},
                             {"ving", "wing", &VerbForms::ing}};
  for (const Form& form : kForms) {
    if (deed_ != nullptr && slot == form.first) return *out = deed_->verb.*form.form, true;
    if (second_deed_ != nullptr && slot == form.second) return *out = second_deed_->verb.*form.form, true;
  }
  if (deed_ != nullptr) {
    if (slot == "art" || slot == "!art") return *out = ArticleOrOther(deed_->noun, slot[0] == '!'), true;
    if (slot == "O") return *out = The(deed_->noun), true;
    if (slot == "Os") return *out = The(deed_->nouns), true;
    if (slot == "o") return *out = deed_->noun, true;
    if (slot == "os") return *out = deed_->nouns, true;
    if (slot == "ao") return *out = WithArticle(deed_->noun), true;
  }
  if (second_deed_ != nullptr) {
    if (slot == "P") return *out = The(second_deed_->noun), true;
    if (slot == "Ps") return *out = The(second_deed_->nouns), true;
    if (slot == "p") return *out = second_deed_->noun, true;
    if (slot == "ps") return *out = second_deed_->nouns, true;
    if (slot == "ap") return *out = WithArticle(second_deed_->noun), true;
  }
  return false;
}

bool Scene::EventSlot(absl::string_view slot, std::string* out) const {
  if (event_ == nullptr) return false;
  if (slot == "E") return *out = event_->subject, true;
  if (slot == "Es") return *out = absl::StrCat(event_->subject, " ", event_->verb.third, event_->rest), true;
  if (slot == "Ed") return *out = absl::StrCat(event_->subject, " ", event_->verb.past, event_->rest), true;
  if (slot == "Er") return *out = event_->rest, true;
  if (slot == "eb") return *out = event_->verb.base, true;
  if (slot == "es") return *out = event_->verb.third, true;
  if (slot == "ed") return *out = event_->verb.past, true;
  if (slot == "en") return *out = event_->verb.participle, true;
  if (slot == "eing") return *out = event_->verb.ing, true;
  return false;
}

bool Scene::ThingSlot(absl::string_view slot, std::string* out) const {
  if (thing_ == nullptr) return false;
  if (slot == "x") return *out = thing_->noun, true;
  if (slot == "xs") return *out = thing_->nouns, true;
  if (slot == "ax") return *out = WithArticle(thing_->noun), true;
  const AdjectiveForms forms = DegreesOf(adjective_);
  if (slot == "adj") return *out = forms.base, true;
  if (slot == "aadj") return *out = WithArticle(forms.base), true;
  if (slot == "adjart" || slot == "!adjart") return *out = ArticleOrOther(forms.base, slot[0] == '!'), true;
  if (slot == "adjer") return *out = forms.comparative, true;
  if (slot == "adjest") return *out = forms.superlative, true;
  if (slot == "moreadj") return *out = forms.regularized, true;
  if (slot == "mostadj") return *out = forms.overdone, true;
  return false;
}

}  // namespace flowmesh::models
