#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_QUIZ_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_QUIZ_H_

// The builtin writer of multiple-choice grammar questions. Items come from rules of English grammar: the sentence holds
// the signal that forces the right answer, and the other three answers break the rule in that sentence.
// Needs no network, no clock and no files; the same wish gives the same items on every machine. Thread-safe.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace flowmesh::models {

inline constexpr char kGrammarModel[] = "builtin/grammarian-1";

// How long the longest quiz is.
inline constexpr int kMaxQuizItems = 50;

struct QuizWish {
  std::string level;                // free text, as in "Advanced", "B1", "beginner"; empty = intermediate
  std::vector<std::string> skills;  // free text; empty = the writer chooses by the level
  std::vector<std::string> topics;  // free text: the setting
  std::string profession;           // free text: the setting where no topic is given
  uint64_t seed = 0;
  int first = 0;   // place of the first item to write, from 0
  int count = 10;  // first + count <= 50
};

struct QuizItem {
  std::string sentence;                // a gap is `____`; exactly one
  std::array<std::string, 4> options;  // distinct, not empty
  int correct = 0;                     // 0..3
  std::string explanation;             // names the rule and the signal in the sentence
  std::string type;                    // `sentence_completion`
  std::string difficulty;              // `beginner`, `intermediate` or `advanced`
  std::string
      context;  // the topic or the profession that gave the words; `general` where neither is one the writer knows
  std::string skill;  // the name of the covered skill, as in `past perfect`
};

struct QuizItems {
  std::vector<QuizItem> items;
  std::vector<std::string> skills_not_covered;  // as the wish spells them; items practise the others
};

// The items at places first .. first+count of the one sequence that level, skills, topics, profession and seed define,
// so pieces of one quiz never repeat each other: no sentence comes twice.
// INVALID_ARGUMENT: first and count are out of range, or no wanted skill is covered; the message names the wanted ones
// and says which skills there are.
absl::StatusOr<QuizItems> WriteQuizItems(const QuizWish& wish);

// The names of all covered skills, for messages.
std::vector<std::string> CoveredSkills();

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_QUIZ_H_
