#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LINE_FITTER_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LINE_FITTER_H_

// Fills the slots of a phrase so that the line scans and rhymes: a depth-first search over the slots from left to
// right.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "workers/models/builtin/seeded_random.h"
#include "workers/models/builtin/verse/phrase.h"
#include "workers/models/builtin/verse/poem_topic.h"

namespace flowmesh::models {

// One way a line may scan: 's' a beat, 'w' off the beat, 'o' off the beat where a stressed word of one
// syllable may be passed over quickly, '?' anything. An empty metre is free.
using Metre = absl::string_view;

enum class Ending : uint8_t {
  kAny,       // no rhyme
  kRhymable,  // opens a rhyme: the last syllables must carry one that has company in the lexicon
  kRhyme,     // answers one
};

enum class Patience : uint8_t {
  kNone,
  kNames,     // names of the topic are read as the line needs them
  kWords,     // also: words of foreign themes, words used before
  kPronouns,  // also: a pronoun for a name that is too long
  kEndless,   // also: units without the topic where the plan wants it, lines that other topics may have too
};

struct FittedLine {
  std::string text;      // spaced and punctuated, "a" or "an" right; capitals only where words have their own
  std::string end_word;  // lower case
  std::string rhyme;     // of the end word; empty when it has none
  std::string stress;
  std::vector<std::string> words;  // lexicon words used, for WordsInUse
};

struct LineDemand {
  std::vector<Metre> metres;  // any of them, the first preferred
  Ending ending = Ending::kAny;
  std::string rhyme;      // kRhyme
  int rhyme_company = 4;  // kRhymable: how many words must share the rhyme
  Patience patience = Patience::kNone;
  std::function<bool(const FittedLine&)> accept;  // when set, the search goes on past lines that it refuses
};

// Words that a poem has used, so that it does not say them twice.
class WordsInUse {
 public:
  void Add(const FittedLine& line);
  void AddWord(absl::string_view word) { words_.emplace(word); }
  bool Contains(absl::string_view word) const { return words_.contains(word); }
  bool EndsALine(absl::string_view end_word) const { return ends_.contains(end_word); }
  // Same word, or one inside the other ("light", "moonlight"): no rhyme between them.
  bool IsStaleRhyme(absl::string_view end_word) const;

 private:
  absl::flat_hash_set<std::string> words_;
  absl::flat_hash_set<std::string> ends_;
};

// Not thread-safe; topic and random outlive it.
class LineFitter {
 public:
  LineFitter(const PoemTopic& topic, bool feminine, SeededRandom& random);

  // Nothing when no filling was found within a bounded search.
  std::optional<FittedLine> Fit(const Phrase& phrase, const LineDemand& demand, const WordsInUse& used);

  // False when no filling of the last slot answers the demanded rhyme, so that fitting is in vain.
  bool CanEnd(const Phrase& phrase, const LineDemand& demand, const WordsInUse& used);

 private:
  struct Choice;
  struct Search;
  bool Step(Search& search, size_t token, size_t syllable);
  bool Try(Search& search, size_t token, size_t syllable, const Choice& choice);
  std::vector<Choice> Candidates(const Search& search, size_t index);
  void WordCandidates(const Search& search, size_t index, std::vector<Choice>& out);
  bool Fits(const Search& search, size_t syllable, absl::string_view stress) const;
  static bool HasDoubledWord(const Search& search);  // where two slots meet: "came by" and "by and by"
  bool EndingHolds(const Search& search, const Choice& choice) const;
  FittedLine Assemble(const Search& search) const;

  const PoemTopic& topic_;
  const bool feminine_;
  SeededRandom& random_;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LINE_FITTER_H_
