#include "workers/models/builtin/verse/line_fitter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "workers/models/builtin/indefinite_article.h"

namespace flowmesh::models {
namespace {

constexpr int kSearchSteps = 90;       // per line and metre; a phrase that does not fit by then is left
constexpr size_t kCandidates = 14;     // per inner slot
constexpr size_t kEndCandidates = 40;  // for the last slot, where the rhyme decides

bool IsMan(absl::string_view word) {
  static const auto* const words =
      new absl::flat_hash_set<std::string>{"king",  "duke",  "lord",   "squire", "sir",      "postman", "fisherman",
                                           "groom", "uncle", "nephew", "monk",   "watchman", "waiter"};
  return words->contains(word);
}

bool IsWoman(absl::string_view word) {
  static const auto* const words =
      new absl::flat_hash_set<std::string>{"queen", "bride", "mermaid", "aunt", "niece", "hen"};
  return words->contains(word);
}

std::string LastWord(absl::string_view text) {
  const size_t space = text.find_last_of(" -");
  return absl::AsciiStrToLower(space == absl::string_view::npos ? text : text.substr(space + 1));
}

// A name has the rhythm it has. Lines that say one may carry one light syllable more (an anapaest among iambs) or, in a
// line of anapaests, one less.
std::vector<std::string> Substitutions(Metre metre) {
  std::vector<std::string> metres;
  for (size_t i = 0; i + 1 < metre.size(); ++i) {
    std::string other(metre);
    if (metre[i] == 'w' && metre[i + 1] == 's') {
      metres.push_back(other.insert(i, 1, 'w'));
    } else if (metre[i] == 'o' && metre[i + 1] == 'o') {
      metres.push_back(other.erase(i, 1));
    }
  }
  return metres;
}

absl::string_view FirstWord(absl::string_view text) { return text.substr(0, text.find(' ')); }

}  // namespace

void WordsInUse::Add(const FittedLine& line) {
  for (const std::string& word : line.words) words_.insert(word);
  if (!line.end_word.empty()) ends_.insert(line.end_word);
}

bool WordsInUse::IsStaleRhyme(absl::string_view end_word) const {
  return std::any_of(ends_.begin(), ends_.end(), [&](const std::string& end) {
    return absl::EndsWith(end, end_word) || absl::EndsWith(end_word, end);
  });
}

struct LineFitter::Choice {
  absl::string_view text;
  absl::string_view stress;
  absl::string_view rhyme;
  absl::string_view id;  // base form; empty for what is not counted as used
};

struct LineFitter::Search {
  const Phrase& phrase;
  const LineDemand& demand;
  const WordsInUse& used;
  Metre metre;
  int steps = 0;
  std::vector<Choice> chosen;
  std::vector<size_t> least;  // syllables that tokens i.. need at least
  FittedLine line;            // the last one that was complete
};

LineFitter::LineFitter(const PoemTopic& topic, bool feminine, SeededRandom& random)
    : topic_(topic), feminine_(feminine), random_(random) {}

bool LineFitter::Fits(const Search& search, size_t syllable, absl::string_view stress) const {
  if (search.metre.empty()) return true;
  if (syllable + stress.size() > search.metre.size()) return false;
  for (size_t i = 0; i < stress.size(); ++i) {
    const char beat = search.metre[syllable + i];
    const bool demoted = beat == 'o' && stress.size() == 1;
    if (stress[i] == '1' && (beat == 'w' || beat == 'o') && !demoted) return false;
    if (stress[i] == '0' && beat == 's') return false;
  }
  return true;
}

bool LineFitter::HasDoubledWord(const Search& search) {
  std::string previous;
  for (const Choice& choice : search.chosen) {
    if (choice.text.empty()) continue;
    if (absl::EqualsIgnoreCase(FirstWord(choice.text), previous)) return true;
    previous = LastWord(choice.text);
  }
  return false;
}

bool LineFitter::EndingHolds(const Search& search, const Choice& choice) const {
  if (search.demand.ending == Ending::kAny) return true;
  if (choice.rhyme.empty() || choice.text.empty()) return false;
  const absl::string_view stress = choice.stress;
  const bool one = stress.size() == 1 && stress != "0";
  const bool feminine_line = !search.metre.empty() && search.metre.back() == 'w';
  const bool shape = feminine_line ? absl::EndsWith(stress, "10") : one || stress.back() == '1';
  if (!shape || search.used.IsStaleRhyme(LastWord(choice.text))) return false;
  if (search.demand.ending == Ending::kRhyme) return choice.rhyme == search.demand.rhyme;
  // A literal ending was written with its answer; a drawn one needs company.
  return choice.id.empty() || Lexicon::Builtin().RhymeCount(choice.rhyme) >= search.demand.rhyme_company;
}

void LineFitter::WordCandidates(const Search& search, size_t index, std::vector<Choice>& out) {
  const Token& token = search.phrase.tokens[index];
  const bool last = index + 1 == search.phrase.tokens.size();
  const bool rhyming = last && search.demand.ending == Ending::kRhyme;
  std::vector<const Entry*> themed;
  std::vector<const Entry*> general;
  const ThemeSet own = static_cast<ThemeSet>(topic_.themes & ~kGeneral);
  for (const Entry& entry : Lexicon::Builtin().Entries(token.part, token.form)) {
    const absl::string_view base = entry.lemma->forms[0].text;
    if (search.demand.patience < Patience::kWords && search.used.Contains(base)) continue;
    if (token.part == Part::kPerson && (feminine_ ? IsMan(base) : IsWoman(base))) continue;
    if (rhyming && search.demand.rhyme != entry.form->rhyme) continue;
    if ((entry.lemma->themes & own) != 0) {
      themed.push_back(&entry);
    } else if ((entry.lemma->themes & kGeneral) != 0 || rhyming || search.demand.patience >= Patience::kWords) {
      general.push_back(&entry);
    }
  }
  random_.Shuffle(themed);
  random_.Shuffle(general);
  if (random_.Chance(token.part == Part::kVerbLiving || token.part == Part::kVerbThing ? 50 : 25))
    std::swap(themed, general);
  themed.insert(themed.end(), general.begin(), general.end());
  const size_t limit = last ? kEndCandidates : kCandidates;
  for (size_t i = 0; i < themed.size() && i < limit; ++i) {
    const Form& form = *themed[i]->form;
    out.push_back({form.text, form.stress, form.rhyme, themed[i]->lemma->forms[0].text});
  }
}

std::vector<LineFitter::Choice> LineFitter::Candidates(const Search& search, size_t index) {
  const Token& token = search.phrase.tokens[index];
  std::vector<Choice> out;
  switch (token.kind) {
    case TokenKind::kArticle:
      out.push_back({"a", "0", "", ""});
      break;
    case TokenKind::kLiteral:
      for (const LiteralChoice& choice : token.choices) out.push_back({choice.text, choice.stress, choice.rhyme, ""});
      if (out.size() > 1) random_.Shuffle(out);
      break;
    case TokenKind::kTopic:
    case TokenKind::kVocative:
    case TokenKind::kExtra: {
      const std::vector<TopicPhrase>& phrases = token.kind == TokenKind::kTopic      ? topic_.names
                                                : token.kind == TokenKind::kVocative ? topic_.vocatives
                                                                                     : topic_.extras;
      for (const TopicPhrase& phrase : phrases) out.push_back({phrase.text, phrase.stress, "", ""});
      if (search.demand.patience >= Patience::kNames || absl::StrContains(search.metre, "o")) {
        // Between anapaests, and when it never scans, a name is read as the line needs it.
        static constexpr absl::string_view kAnyBeat = "xxxxxxxxxxxxxxxx";
        for (Choice& choice : out) choice.stress = kAnyBeat.substr(0, choice.stress.size());
      }
      if (search.demand.patience >= Patience::kPronouns) {
        const bool long_names = std::all_of(phrases.begin(), phrases.end(),
                                            [](const TopicPhrase& phrase) { return phrase.stress.size() > 4; });
        if (long_names) out.push_back({"this", "x", "", ""});
      }
      // The full name comes first twice out of three times; extras are all alike.
      if (token.kind == TokenKind::kExtra || random_.Chance(33)) random_.Shuffle(out);
      break;
    }
    case TokenKind::kWord:
      WordCandidates(search, index, out);
      if (token.optional) {
        const Choice nothing = {"", "", "", ""};
        out.insert(random_.Chance(50) ? out.begin() : out.end(), nothing);
      }
      break;
  }
  return out;
}

bool LineFitter::Try(Search& search, size_t token, size_t syllable, const Choice& choice) {
  const bool last = token + 1 == search.phrase.tokens.size();
  if (!Fits(search, syllable, choice.stress)) return false;
  if (!choice.id.empty()) {
    for (size_t i = 0; i < token; ++i) {
      if (search.chosen[i].id == choice.id) return false;
    }
  }
  if (last && !EndingHolds(search, choice)) return false;
  search.chosen.push_back(choice);
  if (Step(search, token + 1, syllable + choice.stress.size())) return true;
  search.chosen.pop_back();
  return false;
}

bool LineFitter::Step(Search& search, size_t token, size_t syllable) {
  if (token == search.phrase.tokens.size()) {
    if (!search.metre.empty() && syllable != search.metre.size()) return false;
    search.line = Assemble(search);
    if (HasDoubledWord(search)) return false;
    return !search.demand.accept || search.demand.accept(search.line);
  }
  if (!search.metre.empty() && syllable + search.least[token] > search.metre.size()) return false;
  if (++search.steps > kSearchSteps) return false;
  for (const Choice& choice : Candidates(search, token)) {
    if (Try(search, token, syllable, choice)) return true;
    if (search.steps > kSearchSteps) return false;
  }
  return false;
}

FittedLine LineFitter::Assemble(const Search& search) const {
  FittedLine line;
  const std::vector<Token>& tokens = search.phrase.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Choice& choice = search.chosen[i];
    absl::StrAppend(&line.stress, choice.stress);
    if (choice.text.empty()) {
      line.text += tokens[i].after;
      continue;
    }
    if (!line.text.empty()) line.text += ' ';
    absl::StrAppend(&line.text, tokens[i].before, choice.text);
    if (tokens[i].kind == TokenKind::kArticle) {
      size_t next = i + 1;
      while (next < tokens.size() && search.chosen[next].text.empty()) ++next;
      if (next < tokens.size() && ArticleFor(search.chosen[next].text) == "an") line.text += 'n';
    }
    line.text += tokens[i].after;
    if (!choice.id.empty()) line.words.emplace_back(choice.id);
  }
  line.end_word = LastWord(search.chosen.back().text);
  line.rhyme = std::string(search.chosen.back().rhyme);
  return line;
}

bool LineFitter::CanEnd(const Phrase& phrase, const LineDemand& demand, const WordsInUse& used) {
  const Search search{phrase, demand, used, demand.metres.front(), 0, {}, {}, {}};
  const std::vector<Choice> endings = Candidates(search, phrase.tokens.size() - 1);
  return std::any_of(endings.begin(), endings.end(), [&](const Choice& choice) { return EndingHolds(search, choice); });
}

std::optional<FittedLine> LineFitter::Fit(const Phrase& phrase, const LineDemand& demand, const WordsInUse& used) {
  if (phrase.names_extra && topic_.extras.empty()) return std::nullopt;
  if (demand.ending != Ending::kAny && !CanEnd(phrase, demand, used)) return std::nullopt;
  std::vector<size_t> least(phrase.tokens.size() + 1, 0);
  for (size_t i = phrase.tokens.size(); i-- > 0;) {
    const Token& token = phrase.tokens[i];
    size_t need = token.optional ? 0 : 1;
    if (token.kind == TokenKind::kLiteral) {
      need = token.choices[0].stress.size();
      for (const LiteralChoice& choice : token.choices) need = std::min(need, choice.stress.size());
    }
    least[i] = least[i + 1] + need;
  }
  for (const Metre metre : demand.metres) {
    Search search{phrase, demand, used, metre, 0, {}, least, {}};
    if (Step(search, 0, 0)) return std::move(search.line);
  }
  if (!phrase.names_topic && !phrase.names_extra) return std::nullopt;
  for (const std::string& metre : Substitutions(demand.metres.front())) {
    Search search{phrase, demand, used, metre, 0, {}, least, {}};
    if (Step(search, 0, 0)) return std::move(search.line);
  }
  return std::nullopt;
}

}  // namespace flowmesh::models
