#include "workers/models/builtin/verse/poem_topic.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "workers/models/builtin/plain_text.h"
#include "workers/models/builtin/seeded_random.h"
#include "workers/models/builtin/verse/guessed_stress.h"
#include "workers/models/builtin/verse/word_lists.h"

namespace flowmesh::models {
namespace {

using Words = std::vector<TextWord>;

constexpr int kLongestName = 7;  // syllables; a longer one leaves no room in a line

bool IsCapital(const TextWord& word) { return absl::ascii_isupper(static_cast<unsigned char>(word.text[0])); }

bool IsGerund(const TextWord& word) { return word.lower.size() > 5 && absl::EndsWith(word.lower, "ing"); }

bool IsPluralLooking(absl::string_view lower) {
  bool plural = false;
  if (Lexicon::Builtin().FindNoun(lower, &plural) != nullptr) return plural;
  return lower.size() > 3 && lower.back() == 's' && !absl::EndsWith(lower, "ss") && !absl::EndsWith(lower, "us") &&
         !absl::EndsWith(lower, "is") && !absl::EndsWith(lower, "'s");
}

bool IsCountable(absl::string_view lower) {
  if (IsMassNoun(lower)) return false;
  if (IsCountNoun(lower)) return true;
  bool plural = false;
  const Lemma* const noun = Lexicon::Builtin().FindNoun(lower, &plural);
  return noun != nullptr && !plural && noun->forms[1].text != nullptr;
}

bool IsKnownEnglish(const TextWord& word) {
  return IsStopWord(word.lower) || IsMassNoun(word.lower) || IsCountNoun(word.lower) || IsKinship(word.lower) ||
         IsGerund(word) || Lexicon::Builtin().Find(word.lower) != nullptr;
}

// Capitals inside a sentence: names keep theirs, ordinary words lose those of a title.
std::string InSentence(const TextWord& word) {
  if (word.lower == "i" || absl::StartsWith(word.lower, "i'")) return "I" + word.lower.substr(1);
  if (IsProperName(word.lower)) {
    std::string name = word.lower;
    name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
    return name;
  }
  const bool mixed = word.text.size() > 1 && word.text.substr(1) != word.lower.substr(1) &&
                     absl::AsciiStrToUpper(word.text) != word.text;
  return !mixed && IsKnownEnglish(word) ? word.lower : word.text;
}

std::string StressOf(const TextWord& word) {
  const Form* const form = Lexicon::Builtin().Find(word.lower);
  if (form != nullptr) return form->stress;
  const size_t hyphen = word.text.find('-');
  if (hyphen != std::string::npos && hyphen + 1 < word.text.size()) {
    return absl::StrCat(GuessStress(word.text.substr(0, hyphen)), GuessStress(word.text.substr(hyphen + 1)));
  }
  const bool light =
      word.lower.size() <= 3 && (IsPreposition(word.lower) || IsClauseWord(word.lower) || word.lower == "and");
  return light ? std::string("x") : GuessStress(word.text);
}

TopicPhrase Join(const Words& words) {
  TopicPhrase phrase;
  for (const TextWord& word : words) {
    if (!phrase.text.empty()) phrase.text += ' ';
    phrase.text += InSentence(word);
    phrase.stress += StressOf(word);
  }
  return phrase;
}

// Index of the last word of the noun phrase that `words` begins with.
size_t HeadIndex(const Words& words) {
  size_t i = 0;
  while (i + 1 < words.size() && !words[i].breaks_after && !IsPreposition(words[i + 1].lower) &&
         !IsClauseWord(words[i + 1].lower) && words[i + 1].lower != "and" && words[i + 1].lower != "or") {
    ++i;
  }
  return i;
}

// "old lighthouse" becomes "the old lighthouse"; names, plurals, masses and what has a determiner stay.
Words WithArticle(Words words) {
  if (words.empty() || IsDeterminer(words[0].lower) || IsGerund(words[0]) || IsPreposition(words[0].lower))
    return words;
  const TextWord& head = words[HeadIndex(words)];
  const char* article = nullptr;
  if (IsKinship(head.lower)) {
    article = "my";
  } else if (IsCountable(head.lower) && !IsPluralLooking(head.lower)) {
    article = "the";
  }
  for (size_t i = 1; i < words.size(); ++i) {
    if (IsCapital(words[i]) && !IsKnownEnglish(words[i])) article = nullptr;  // "Uncle Bob" is a name
  }
  if (article != nullptr) words.insert(words.begin(), {article, article, false});
  return words;
}

bool IsClause(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](const TextWord& w) { return IsClauseWord(w.lower); });
}

Words StripPreamble(Words words) {
  static constexpr const char* kPreambles[][3] = {{"a", "poem", "about"}, {"poem", "about", ""}, {"ode", "to", ""},
                                                  {"ode", "on", ""},      {"about", "", ""},     {"on", "", ""}};
  for (const auto& preamble : kPreambles) {
    size_t n = 0;
    while (n < 3 && *preamble[n] != '\0' && n < words.size() && words[n].lower == preamble[n]) ++n;
    if ((n == 3 || *preamble[n] == '\0') && n < words.size()) return Words(words.begin() + n, words.end());
  }
  return words;
}

Words FirstPhrase(const Words& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].breaks_after) return Words(words.begin(), words.begin() + i + 1);
  }
  return words;
}

void AddPhrase(const Words& words, std::vector<TopicPhrase>& phrases) {
  if (words.empty()) return;
  TopicPhrase phrase = Join(words);
  if (Syllables(phrase.stress) > kLongestName || phrase.text.size() > 60) return;
  for (const TopicPhrase& have : phrases) {
    if (have.text == phrase.text) return;
  }
  phrases.push_back(std::move(phrase));
}

// The words of a title that can stand for it: "the" and a known noun, or a name of its own.
Words ShortName(const TextWord& word) {
  if (IsStopWord(word.lower) || IsGerund(word)) return {};
  const bool capital = IsCapital(word) && !IsKnownEnglish(word);
  if (capital || IsProperName(word.lower)) return {word};
  if (IsKinship(word.lower)) return {{"my", "my", false}, word};
  if (Lexicon::Builtin().IsModifierOrVerb(word.lower) && !IsCountable(word.lower)) return {};
  return {{"the", "the", false}, word};
}

std::vector<TopicPhrase> NamesOf(const Words& title_words) {
  std::vector<TopicPhrase> names;
  const Words words = StripPreamble(FirstPhrase(title_words));
  if (words.empty()) return names;
  const size_t head = HeadIndex(words);
  const Words head_phrase(words.begin(), words.begin() + head + 1);
  if (IsClause(words)) {
    TopicPhrase whole = Join(words);
    const bool leading = IsClauseWord(words[0].lower) || IsClause(head_phrase);
    if (leading && Syllables(whole.stress) <= kLongestName) {
      names.push_back({absl::StrCat("“", CutText(CleanText(whole.text), 60), "”"), whole.stress});
    }
    if (!leading) AddPhrase(WithArticle(head_phrase), names);
  } else {
    AddPhrase(WithArticle(words), names);
    if (head + 1 < words.size()) AddPhrase(WithArticle(head_phrase), names);
  }
  const bool foreign = std::none_of(words.begin(), words.end(), IsKnownEnglish);
  if (!foreign || names.empty()) {
    // The head first: "the lighthouse" says more of "The old lighthouse by the sea" than "the sea" does.
    if (!foreign || words.size() == 1) AddPhrase(ShortName(words[head]), names);
    for (size_t i = 0; i < words.size() && names.empty(); ++i) AddPhrase(ShortName(words[i]), names);
  }
  return names;
}

// Two readings of each name that shift it by one beat: "autumn rain" and "this autumn rain".
void AddShifted(std::vector<TopicPhrase>& names) {
  const size_t count = names.size();
  for (size_t i = 0; i < count; ++i) {
    const TopicPhrase name = names[i];
    if (Syllables(name.stress) > kLongestName || absl::StartsWith(name.text, "“")) continue;
    const size_t space = name.text.find(' ');
    const std::string first = name.text.substr(0, space);
    if (first == "the" && space != std::string::npos) {
      names.push_back({"the dear" + name.text.substr(space), "0x" + name.stress.substr(1)});
      if (!absl::StrContains(name.text, " old")) {
        names.push_back({"the good old" + name.text.substr(space), "0xx" + name.stress.substr(1)});
      }
    } else if (IsPossessive(absl::AsciiStrToLower(first)) && space != std::string::npos) {
      names.push_back({first + " dear" + name.text.substr(space), "x" + name.stress});
    } else if (!IsDeterminer(absl::AsciiStrToLower(first))) {
      const bool capital = absl::ascii_isupper(static_cast<unsigned char>(name.text[0])) ||
                           static_cast<unsigned char>(name.text[0]) >= 0x80;
      names.push_back({(capital                      ? "dear "
                        : IsPluralLooking(name.text) ? "those "
                                                     : "all this ") +
                           name.text,
                       (capital || IsPluralLooking(name.text) ? "x" : "xx") + name.stress});
      if (capital) names.push_back({"good old " + name.text, "xx" + name.stress});
      if (!capital && !IsPluralLooking(name.text)) names.push_back({"this " + name.text, "x" + name.stress});
    }
  }
}

// Words after a determiner or preposition, known nouns, and names: good enough to find what a description speaks of.
std::vector<TopicPhrase> ExtrasOf(const Words& words) {
  std::vector<TopicPhrase> extras;
  for (size_t i = 0; i < words.size() && extras.size() < kMaxExtras; ++i) {
    const TextWord& word = words[i];
    if (IsStopWord(word.lower) || word.lower.size() < 3 || absl::EndsWith(word.lower, "ly") || IsGerund(word)) continue;
    bool plural = false;
    const bool noun = Lexicon::Builtin().FindNoun(word.lower, &plural) != nullptr || IsMassNoun(word.lower) ||
                      IsCountNoun(word.lower) || IsKinship(word.lower) || IsProperName(word.lower);
    const bool introduced =
        i > 0 && !words[i - 1].breaks_after &&
        (IsDeterminer(words[i - 1].lower) || (IsPreposition(words[i - 1].lower) && words[i - 1].lower != "to"));
    const bool followed_by_noun =
        i + 1 < words.size() && !word.breaks_after && !IsStopWord(words[i + 1].lower) && introduced && !noun;
    const bool name = i > 0 && !words[i - 1].breaks_after && IsCapital(word) && !IsKnownEnglish(word);
    const bool odd_form = absl::EndsWith(word.lower, "ed") && !noun;
    if (name && !introduced) {
      AddPhrase({word}, extras);
    } else if ((noun || introduced) && !followed_by_noun && !odd_form &&
               !(Lexicon::Builtin().IsModifierOrVerb(word.lower) && !introduced)) {
      const bool mine = i > 0 && IsPossessive(words[i - 1].lower);
      AddPhrase(mine ? Words{words[i - 1], word} : ShortName(word), extras);
    }
  }
  return extras;
}

void PickThemes(const Words& title, const Words& description, uint64_t hash, PoemTopic& topic) {
  int votes[kThemeCount] = {};
  const auto count = [&votes](const Words& words, int weight) {
    for (const TextWord& word : words) {
      const ThemeSet hit = IsStopWord(word.lower) ? 0 : ThemeOf(word.lower);
      for (int i = 1; i < kThemeCount; ++i) votes[i] += (hit >> i & 1) * weight;
    }
  };
  count(title, 3);
  count(description, 1);
  const int main = static_cast<int>(std::max_element(votes + 1, votes + kThemeCount) - votes);
  if (votes[main] == 0) {
    static constexpr ThemeSet kQuiet[] = {kHome, kCity, kNight, kGarden, kWeather, kHeart};
    topic.main_theme = kQuiet[hash % std::size(kQuiet)];
    topic.themes = kGeneral | topic.main_theme;
    return;
  }
  topic.main_theme = static_cast<ThemeSet>(1 << main);
  votes[main] = 0;
  const int second = static_cast<int>(std::max_element(votes + 1, votes + kThemeCount) - votes);
  topic.themes = kGeneral | topic.main_theme;
  if (votes[second] > 0) topic.themes |= static_cast<ThemeSet>(1 << second);
}

absl::string_view WithoutArticle(absl::string_view text, size_t* syllables) {
  *syllables = 0;
  for (const absl::string_view article : {"the ", "The ", "a ", "A ", "an ", "An "}) {
    if (!absl::StartsWith(text, article)) continue;
    *syllables = 1;
    return text.substr(article.size());
  }
  return text;
}

}  // namespace

PoemTopic ReadTopic(absl::string_view title, absl::string_view description) {
  PoemTopic topic;
  const std::string clean_title = CleanText(title.substr(0, kMaxTopicBytes));
  const std::string clean_description = CleanText(description.substr(0, kMaxTopicBytes));
  const Words title_words = SplitWords(clean_title);
  const Words description_words = SplitWords(clean_description);
  topic.names = NamesOf(title_words);
  topic.extras = ExtrasOf(description_words);
  if (topic.names.empty() && title_words.empty()) topic.names = topic.extras;
  if (topic.names.empty() && title_words.empty()) topic.names = NamesOf(description_words);
  if (topic.names.empty()) {
    topic.names.push_back(title_words.empty() ? TopicPhrase{"this little nothing", "x1010"}
                                              : TopicPhrase{"all of this", "1x1"});
  }
  AddShifted(topic.names);
  for (const TopicPhrase& name : topic.names) {
    size_t cut = 0;
    const absl::string_view bare = WithoutArticle(name.text, &cut);
    topic.vocatives.push_back({std::string(bare), name.stress.substr(cut)});
    topic.extras.erase(
        std::remove_if(topic.extras.begin(), topic.extras.end(),
                       [&](const TopicPhrase& extra) { return absl::StrContains(name.text, extra.text); }),
        topic.extras.end());
  }
  for (const Words* words : {&title_words, &description_words}) {
    for (const TextWord& word : *words) topic.words.push_back(word.lower);
  }
  topic.title = !clean_title.empty() ? CutText(clean_title, kMaxTitlePoints) : "Untitled";
  PickThemes(title_words, description_words, StableHash(clean_title), topic);
  return topic;
}

}  // namespace flowmesh::models
