#include "workers/flows/quiz/quiz_check.h"

#include <array>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace flowmesh::flows {
namespace {

constexpr std::array<const char*, 4> kLetters = {"A", "B", "C", "D"};

// What two texts have in common that a reader would take for the same.
std::string Sameness(std::string text) {
  absl::RemoveExtraAsciiWhitespace(&text);
  return absl::AsciiStrToLower(text);
}

std::string WrongWithOptions(const quiz::v1::WrittenQuestion& question) {
  if (question.options().size() != kLetters.size()) {
    return absl::StrCat("it has ", question.options().size(), " options instead of the four A, B, C and D");
  }
  std::map<std::string, std::string> seen;  // letter by text
  for (const char* letter : kLetters) {
    const auto option = question.options().find(letter);
    if (option == question.options().end()) return absl::StrCat("option ", letter, " is missing");
    const std::string sameness = Sameness(option->second);
    if (sameness.empty()) return absl::StrCat("option ", letter, " is empty");
    const auto [other, is_new] = seen.emplace(sameness, letter);
    if (!is_new) return absl::StrCat("options ", other->second, " and ", letter, " are the same");
  }
  return question.options().count(question.correct_answer()) == 1
             ? ""
             : "correct_answer is not one of the letters A, B, C and D";
}

// Characters, as the contract's rules count them.
size_t Length(const std::string& text) {
  size_t length = 0;
  for (const char c : text) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return length;
}

std::string WrongWithLengths(const quiz::v1::WrittenQuestion& question) {
  const std::array<std::pair<const char*, std::pair<const std::string*, size_t>>, 5> texts = {{
      {"sentence", {&question.sentence(), 4000}},
      {"explanation", {&question.explanation(), 4000}},
      {"type", {&question.type(), 100}},
      {"difficulty", {&question.difficulty(), 100}},
      {"context", {&question.context(), 500}},
  }};
  for (const auto& [name, text] : texts) {
    if (Length(*text.first) > text.second) return absl::StrCat(name, " has more than ", text.second, " characters");
  }
  for (const auto& [letter, option] : question.options()) {
    if (Length(option) > 2000) return absl::StrCat("option ", letter, " has more than 2000 characters");
  }
  return "";
}

}  // namespace

std::string WrongWith(const quiz::v1::WrittenQuestion& question) {
  if (Sameness(question.sentence()).empty()) return "sentence is empty";
  if (std::string wrong = WrongWithOptions(question); !wrong.empty()) return wrong;
  return WrongWithLengths(question);
}

std::string WrongWith(const quiz::v1::WrittenQuestions& written, const quiz::v1::WriteQuestions& request) {
  if (written.questions_size() != request.count()) {
    return absl::StrCat("it has ", written.questions_size(), " questions instead of ", request.count());
  }
  std::set<std::string> before;
  for (const std::string& sentence : request.asked()) before.insert(Sameness(sentence));
  for (int i = 0; i < written.questions_size(); ++i) {
    const quiz::v1::WrittenQuestion& question = written.questions(i);
    std::string wrong = WrongWith(question);
    if (wrong.empty() && !before.insert(Sameness(question.sentence())).second) wrong = "it was asked before";
    if (!wrong.empty()) return absl::StrCat("question ", i + 1, ": ", wrong);
  }
  return "";
}

}  // namespace flowmesh::flows
