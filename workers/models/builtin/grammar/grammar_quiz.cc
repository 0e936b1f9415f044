#include "workers/models/builtin/grammar/grammar_quiz.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "workers/models/builtin/grammar/domain.h"
#include "workers/models/builtin/grammar/grammar_rule.h"
#include "workers/models/builtin/grammar/grammar_skill.h"
#include "workers/models/builtin/grammar/scene.h"
#include "workers/models/builtin/seeded_random.h"

namespace flowmesh::models {
namespace {

constexpr char kGap[] = "____";
constexpr size_t kOptions = 4;

struct Setting {
  std::string context;
  const Domain* domain;
};

using SkillGroup = std::vector<const GrammarSkill*>;  // what one wish stands for; items take turns

// An item before its answers have found their places.
struct Draft {
  std::string sentence, right, why;
  std::vector<std::string> wrongs;
  Difficulty difficulty;
};

// A sentence inside the item begins with a capital too, and the full stop of "9 a.m." is the sentence's own.
std::string Punctuated(std::string text) {
  for (size_t at = 0; (at = text.find(". ", at)) != std::string::npos; at += 2) {
    text[at + 2] = absl::ascii_toupper(static_cast<unsigned char>(text[at + 2]));
  }
  if (absl::EndsWith(text, "..")) text.pop_back();
  return text;
}

void CapitalizeFirst(std::string& text) {
  if (!text.empty()) text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
}

// Three wrong answers: the most telling one and two of the others.
std::vector<std::string> ChooseWrongs(const Scene& scene, absl::string_view patterns, const std::string& right,
                                      SeededRandom& random) {
  std::vector<std::string> all;
  for (const absl::string_view pattern : absl::StrSplit(patterns, '|')) {
    std::string wrong = scene.Fill(pattern);
    if (wrong == right || std::find(all.begin(), all.end(), wrong) != all.end()) continue;
    all.push_back(std::move(wrong));
  }
  if (all.size() < kOptions - 1) return {};
  std::vector<std::string> rest(all.begin() + 1, all.end());
  random.Shuffle(rest);
  return {all[0], rest[0], rest[1]};
}

// One quiz while it is written: remembers what has been used.
class QuizSequence {
 public:
  QuizSequence(const QuizWish& wish, std::vector<SkillGroup> groups, std::vector<Setting> settings)
      : level_(ReadLevel(wish.level)),
        random_(StableHash(absl::StrCat(wish.seed, "|", wish.level, "|", absl::StrJoin(wish.skills, "|"), "|",
                                        absl::StrJoin(wish.topics, "|"), "|", wish.profession))),
        groups_(std::move(groups)),
        settings_(std::move(settings)) {
    random_.Shuffle(groups_);
    for (SkillGroup& group : groups_) random_.Shuffle(group);
  }

  absl::StatusOr<QuizItem> Next() {
    const size_t place = place_++;
    const SkillGroup& group = groups_[place % groups_.size()];
    const GrammarSkill& skill = *group[(place / groups_.size()) % group.size()];
    if (place % settings_.size() == 0) random_.Shuffle(settings_);
    const Setting& setting = settings_[place % settings_.size()];
    Draft draft;
    if (!WriteDraft(skill, *setting.domain, &draft)) {
      return absl::InternalError(absl::StrCat("the builtin writer ran out of sentences for '", skill.name, "' in '",
                                              setting.domain->name, "'; ask for fewer questions or more topics"));
    }
    QuizItem item;
    item.sentence = std::move(draft.sentence);
    item.explanation = std::move(draft.why);
    item.type = "sentence_completion";
    item.difficulty = DifficultyName(draft.difficulty);
    item.context = setting.context;
    item.skill = skill.name;
    item.correct = NextPlace();
    auto wrong = draft.wrongs.begin();
    for (size_t i = 0; i < kOptions; ++i) {
      item.options[i] = i == static_cast<size_t>(item.correct) ? draft.right : *wrong++;
    }
    return item;
  }

 private:
  // A to D come equally often: four in a row hold each of them.
  int NextPlace() {
    if (places_.empty()) {
      places_ = {0, 1, 2, 3};
      random_.Shuffle(places_);
    }
    const int place = places_.back();
    places_.pop_back();
    return place;
  }

  // How many turns the rules of the level have before this one has its first: short quizzes keep to the level, long
  // ones do not repeat its few rules for ever.
  int Misfit(const GrammarRule& rule, absl::Span<const GrammarRule> rules) const {
    constexpr int kFew = 3;
    constexpr int kEnough = 6;
    constexpr int kNever = 9;  // but where nothing else is left to ask
    const auto fits = [this](const GrammarRule& other) { return other.difficulty == level_; };
    const int distance = std::abs(static_cast<int>(rule.difficulty) - static_cast<int>(level_));
    if (distance != 1) return distance == 0 ? 0 : kNever;
    const auto own = std::count_if(rules.begin(), rules.end(), fits);
    const int turns = own < kFew ? 0 : own < kEnough ? 1 : 2;
    return rule.difficulty > level_ && level_ == Difficulty::kIntermediate ? 2 * turns : turns;
  }

  bool WriteDraft(const GrammarSkill& skill, const Domain& domain, Draft* draft) {
    constexpr int kTries = 400;
    constexpr int kPatience = 4;  // so many failures in a row make a rule look used, and the next one has its turn
    std::vector<const GrammarRule*> rules;
    for (const GrammarRule& rule : skill.rules()) {
      rule_use_.try_emplace(&rule, Misfit(rule, skill.rules()));
      rules.push_back(&rule);
    }
    for (int i = 0; i < kTries; ++i) {
      // The first tries keep to the least used rules, the last ones take any.
      const GrammarRule& rule = i < kTries / 2 ? LeastUsed(rules) : *rules[random_.Below(rules.size())];
      if (TryRule(rule, domain, /*fresh_words=*/i < kTries / 4, draft)) return true;
      if (i % kPatience == kPatience - 1) ++rule_use_[&rule];
    }
    return false;
  }

  const GrammarRule& LeastUsed(const std::vector<const GrammarRule*>& rules) {
    std::vector<const GrammarRule*> best;
    std::pair<int, int> least;  // turns, and then questions asked: an unused rule goes before a used one
    for (const GrammarRule* const rule : rules) {
      const std::pair<int, int> count(rule_use_[rule], asked_[rule]);
      if (best.empty() || count < least) {
        best = {rule};
        least = count;
      } else if (count == least) {
        best.push_back(rule);
      }
    }
    return *best[random_.Below(best.size())];
  }

  bool TryRule(const GrammarRule& rule, const Domain& domain, bool fresh_words, Draft* draft) {
    const Scene scene(rule, domain, use_, random_);
    absl::string_view pattern = rule.stem;
    const bool may_have_source = absl::ConsumePrefix(&pattern, "~");
    std::string sentence = Punctuated(scene.Fill(pattern));
    // The same rule about the same deed or event would be nearly the same question.
    for (const std::string& word : scene.Used()) {
      const bool telling = absl::StartsWith(word, "deed:") || absl::StartsWith(word, "head:");
      if (fresh_words && telling && pairs_.contains({&rule, word})) return false;
    }
    if (!stems_.insert(sentence).second) return false;
    draft->right = scene.Fill(rule.right);
    draft->wrongs = ChooseWrongs(scene, rule.wrongs, draft->right, random_);
    if (draft->wrongs.empty()) return false;
    draft->difficulty = rule.difficulty;
    if (may_have_source && HasSource()) {
      sentence = absl::StrCat(scene.Source(), ", ", sentence);
      draft->difficulty = std::max(draft->difficulty, level_);
    }
    if (absl::StartsWith(sentence, kGap)) {
      CapitalizeFirst(draft->right);
      for (std::string& wrong : draft->wrongs) CapitalizeFirst(wrong);
    }
    CapitalizeFirst(sentence);
    draft->sentence = std::move(sentence);
    draft->why = scene.Fill(rule.why);
    ++rule_use_[&rule];
    ++asked_[&rule];
    for (const std::string& word : scene.Used()) {
      ++use_[word];
      pairs_.emplace(&rule, word);
    }
    return true;
  }

  // Longer sentences for those who can read them.
  bool HasSource() {
    return level_ != Difficulty::kBeginner && random_.Chance(level_ == Difficulty::kAdvanced ? 50 : 15);
  }

  const Difficulty level_;
  SeededRandom random_;
  std::vector<SkillGroup> groups_;
  std::vector<Setting> settings_;
  size_t place_ = 0;
  std::vector<int> places_;
  WordUse use_;
  std::map<const GrammarRule*, int> rule_use_;  // with the turns that misfit and failures cost
  std::map<const GrammarRule*, int> asked_;
  std::set<std::pair<const GrammarRule*, std::string>> pairs_;
  std::set<std::string> stems_;
};

std::vector<SkillGroup> GroupsForLevel(Difficulty level) {
  std::vector<SkillGroup> groups;
  for (const GrammarSkill& skill : AllGrammarSkills()) {
    if (skill.from <= level && level <= skill.to) groups.push_back({&skill});
  }
  return groups;
}

std::vector<Setting> SettingsOf(const QuizWish& wish) {
  const Domain* const general = &AllDomains()[0];
  std::vector<Setting> settings;
  for (const std::string& topic : wish.topics) {
    if (absl::StripAsciiWhitespace(topic).empty()) continue;
    const Domain* const domain = FindDomain(topic);
    settings.push_back(domain == nullptr ? Setting{"general", general} : Setting{topic, domain});
  }
  if (!settings.empty()) return settings;
  for (const std::string& skill : wish.skills) {
    const std::string tail = SettingOfSkill(skill);
    const Domain* const domain = MatchSkills(skill).empty() ? nullptr : FindDomain(tail);
    if (domain != nullptr) settings.push_back({tail, domain});
  }
  if (!settings.empty()) return settings;
  if (absl::StripAsciiWhitespace(wish.profession).empty()) return {{"general", general}};
  const Domain* const domain = FindDomain(wish.profession);
  if (domain == nullptr) return {{"general", general}};
  return {{wish.profession, domain}};
}

}  // namespace

absl::StatusOr<QuizItems> WriteQuizItems(const QuizWish& wish) {
  if (wish.first < 0 || wish.count < 1 || wish.first > kMaxQuizItems - wish.count) {
    return absl::InvalidArgumentError(absl::StrCat("items ", wish.first, " to ", wish.first, " + ", wish.count,
                                                   " are wanted; a quiz has 1 to ", kMaxQuizItems, " items"));
  }
  QuizItems result;
  std::vector<SkillGroup> groups;
  bool any_skill = false;
  for (const std::string& skill : wish.skills) {
    if (absl::StripAsciiWhitespace(skill).empty()) continue;
    any_skill = true;
    SkillGroup group = MatchSkills(skill);
    if (group.empty()) {
      result.skills_not_covered.push_back(skill);
    } else {
      groups.push_back(std::move(group));
    }
  }
  if (!any_skill) groups = GroupsForLevel(ReadLevel(wish.level));
  if (groups.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the builtin writer has no questions for '", absl::StrJoin(result.skills_not_covered, "', '"), "'; it covers ",
        absl::StrJoin(CoveredSkills(), ", "), "; name one of these or leave the skills out"));
  }
  QuizSequence sequence(wish, std::move(groups), SettingsOf(wish));
  for (int place = 0; place < wish.first + wish.count; ++place) {
    absl::StatusOr<QuizItem> item = sequence.Next();
    if (!item.ok()) return item.status();
    if (place >= wish.first) result.items.push_back(*std::move(item));
  }
  return result;
}

std::vector<std::string> CoveredSkills() {
  std::vector<std::string> names;
  for (const GrammarSkill& skill : AllGrammarSkills()) names.emplace_back(skill.name);
  return names;
}

}  // namespace flowmesh::models
