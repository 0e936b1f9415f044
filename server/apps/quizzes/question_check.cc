#include "server/apps/quizzes/question_check.h"

#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::apps {
namespace {

constexpr const char* kLetters[] = {"A", "B", "C", "D"};

void CheckOptions(const quiz::v1::WrittenQuestion& question, const std::string& field,
                  base::FieldViolations* violations) {
  std::map<std::string, std::string> letter_of;
  for (const char* letter : kLetters) {
    const auto option = question.options().find(letter);
    if (option == question.options().end()) {
      violations->Add(field, absl::StrCat("option ", letter, " is missing: a question has options A, B, C and D"));
      continue;
    }
    const std::string text(absl::StripAsciiWhitespace(option->second));
    if (text.empty()) {
      violations->Add(absl::StrCat(field, "[\"", letter, "\"]"), "is empty");
      continue;
    }
    const auto [other, fresh] = letter_of.emplace(text, letter);
    if (!fresh) {
      violations->Add(absl::StrCat(field, "[\"", letter, "\"]"),
                      absl::StrCat("says the same as option ", other->second, ": the four options must differ"));
    }
  }
}

}  // namespace

void CheckQuestions(const google::protobuf::RepeatedPtrField<quiz::v1::WrittenQuestion>& questions,
                    base::FieldViolations* violations) {
  for (int i = 0; i < questions.size(); ++i) {
    const std::string field = absl::StrCat("questions[", i, "]");
    if (absl::StripAsciiWhitespace(questions[i].sentence()).empty()) {
      violations->Add(absl::StrCat(field, ".sentence"), "is empty");
    }
    CheckOptions(questions[i], absl::StrCat(field, ".options"), violations);
  }
}

}  // namespace flowmesh::apps
