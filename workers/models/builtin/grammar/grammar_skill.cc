#include "workers/models/builtin/grammar/grammar_skill.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin = Difficulty::kBeginner;
constexpr Difficulty kMiddle = Difficulty::kIntermediate;
constexpr Difficulty kAdvance = Difficulty::kAdvanced;

constexpr GrammarSkill kSkills[] = {
    {"present simple and continuous",
     "present simple|simple present|present continuous|present progressive|present tense*|stative verb*|state verb*",
     "", kBegin, kBegin, PresentRules},
    {"past simple and present perfect", "past simple|simple past|present perfect|past tense*|preterite|irregular verb*",
     "", kBegin, kMiddle, PastRules},
    {"past perfect", "past perfect|pluperfect|past tenses|narrative tense*", "", kMiddle, kAdvance, PastPerfectRules},
    {"future forms",
     "future tense*|future form*|future simple|simple future|future perfect|future continuous|time clause*|"
     "future time|talking about the future|will and going to|will vs going to|going to|the future",
     "", kBegin, kAdvance, FutureRules},
    {"conditionals", "conditional*|if clause*|if sentence*|second conditional|hypothetical*", "conditional formatting",
     kMiddle, kAdvance, ConditionalRules},
    {"gerunds and infinitives", "gerund*|infinitive*|ing form*|verb pattern*|verb form*", "", kMiddle, kAdvance,
     VerbPatternRules},
    {"dependent prepositions", "preposition*|collocation*",
     "time preposition*|prepositions of time|preposition of time", kMiddle, kAdvance, PrepositionRules},
    {"prepositions of time",
     "time preposition*|prepositions of time|preposition of time|in on at|at in on|at on in|"
     "since and for|for and since|since vs for|for vs since",
     "", kBegin, kMiddle, TimePrepositionRules},
    {"subjunctive", "subjunctive*|mandative*", "", kAdvance, kAdvance, SubjunctiveRules},
    {"passive voice", "passive*|causative*", "passive income", kMiddle, kAdvance, PassiveRules},
    {"reported speech",
     "reported speech|indirect speech|reported question*|indirect question*|reported statement*|"
     "reporting speech|reporting verb*|say and tell|say vs tell",
     "", kMiddle, kAdvance, ReportedSpeechRules},
    {"articles", "article|articles|a an the|a and an|a an|determiner*|definite|indefinite",
     "news article*|scientific article*|blog article*|journal article*|research article*|newspaper article*|reading "
     "article*|"
     "writing article*|read article*|write article*|indefinite pronoun*",
     kBegin, kMiddle, ArticleRules},
    {"relative clauses",
     "relative clause*|relative pronoun*|relatives|relative|who which that|who vs which|defining clause*|"
     "who whom whose",
     "", kMiddle, kAdvance, RelativeRules},
    {"comparatives and superlatives",
     "comparative*|superlative*|comparison*|comparing|degrees of adjective*|adjective degree*", "", kBegin, kMiddle,
     ComparisonRules},
    {"modal verbs",
     "modal*|obligation*|deduction*|must and have to|must vs have to|can and could|should and must|permission", "",
     kBegin, kAdvance, ModalRules},
    {"subject-verb agreement", "agreement|concord|subject verb", "agreement writing|contract agreement*", kBegin,
     kAdvance, AgreementRules},
    {"quantifiers",
     "quantifier*|countable*|uncountable*|much and many|much many|much vs many|few and little|few vs little|"
     "some and any|some any|some vs any|quantit*",
     "", kBegin, kMiddle, QuantifierRules},
    {"question tags", "question tag*|tag question*|tags", "html tags|hash tags", kBegin, kMiddle, QuestionTagRules},
    {"linking words",
     "linking|linker*|connector*|connective*|conjunction*|discourse marker*|transition word*|transitions|cohesi*", "",
     kMiddle, kAdvance, LinkingRules},
};

std::vector<std::string> Words(absl::string_view text) {
  std::string letters = absl::AsciiStrToLower(text);
  for (char& c : letters) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = ' ';
  }
  return absl::StrSplit(letters, ' ', absl::SkipEmpty());
}

bool WordMatches(absl::string_view word, absl::string_view pattern) {
  return absl::ConsumeSuffix(&pattern, "*") ? absl::StartsWith(word, pattern) : word == pattern;
}

bool HasPhrase(absl::Span<const std::string> words, absl::string_view phrase) {
  const std::vector<absl::string_view> wanted = absl::StrSplit(phrase, ' ', absl::SkipEmpty());
  for (size_t at = 0; at + wanted.size() <= words.size(); ++at) {
    size_t n = 0;
    while (n < wanted.size() && WordMatches(words[at + n], wanted[n])) ++n;
    if (n == wanted.size()) return true;
  }
  return false;
}

bool HasAny(absl::Span<const std::string> words, absl::string_view phrases) {
  for (const absl::string_view phrase : absl::StrSplit(phrases, '|', absl::SkipEmpty())) {
    if (HasPhrase(words, phrase)) return true;
  }
  return false;
}

}  // namespace

absl::Span<const GrammarSkill> AllGrammarSkills() { return kSkills; }

std::vector<const GrammarSkill*> MatchSkills(absl::string_view text) {
  const std::vector<std::string> words = Words(text);
  std::vector<const GrammarSkill*> matched;
  for (const GrammarSkill& skill : kSkills) {
    if (HasAny(words, skill.phrases) && !HasAny(words, skill.unless)) matched.push_back(&skill);
  }
  // "Verb tenses" names no tense, so it means all of them.
  if (matched.empty() && HasAny(words, "tense|tenses")) {
    for (const GrammarSkill& skill : kSkills) {
      if (HasAny(Words(skill.name), "present|past|future")) matched.push_back(&skill);
    }
  }
  return matched;
}

std::string SettingOfSkill(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  for (size_t i = 1; i + 1 < words.size(); ++i) {
    const std::string word = absl::AsciiStrToLower(words[i]);
    if (word == "in" || word == "for" || word == "about" || word == "at") {
      return absl::StrJoin(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end(), " ");
    }
  }
  return "";
}

Difficulty ReadLevel(absl::string_view text) {
  const std::vector<std::string> words = Words(text);
  if (HasAny(words, "pre intermediate")) return Difficulty::kBeginner;
  if (HasAny(words, "intermediate|b1|b2")) return Difficulty::kIntermediate;
  if (HasAny(words, "advanced|c1|c2|proficien*|fluent*|expert*|native*|master*")) return Difficulty::kAdvanced;
  if (HasAny(words, "beginner*|beginning|elementary|basic*|novice|starter|a0|a1|a2|zero|low"))
    return Difficulty::kBeginner;
  return Difficulty::kIntermediate;
}

const char* DifficultyName(Difficulty difficulty) {
  switch (difficulty) {
    case Difficulty::kBeginner:
      return "beginner";
    case Difficulty::kAdvanced:
      return "advanced";
    case Difficulty::kIntermediate:
      break;
  }
  return "intermediate";
}

}  // namespace flowmesh::models
