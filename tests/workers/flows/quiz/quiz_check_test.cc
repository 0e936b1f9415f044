#include "workers/flows/quiz/quiz_check.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::flows {
namespace {

quiz::v1::WrittenQuestion Question(const std::string& sentence = "Say ____.") {
  quiz::v1::WrittenQuestion question;
  question.set_sentence(sentence);
  for (const char* letter : {"A", "B", "C", "D"}) {
    (*question.mutable_options())[letter] = absl::StrCat("answer ", letter);
  }
  question.set_correct_answer("C");
  return question;
}

TEST(QuizCheckTest, AGoodQuestionIsTaken) { EXPECT_EQ(WrongWith(Question()), ""); }

TEST(QuizCheckTest, WhatIsWrongWithOneIsSaid) {
  using Change = void (*)(quiz::v1::WrittenQuestion&);
  const std::string not_a_letter = "correct_answer is not one of the letters A, B, C and D";
  const std::pair<Change, std::string> cases[] = {
      {[](auto& q) { q.set_sentence(" \n"); }, "sentence is empty"},
      {[](auto& q) { q.mutable_options()->erase("D"); }, "it has 3 options instead of the four A, B, C and D"},
      {[](auto& q) { (*q.mutable_options())["E"] = "e"; }, "it has 5 options instead of the four A, B, C and D"},
      {[](auto& q) {
         q.mutable_options()->erase("D");
         (*q.mutable_options())["d"] = "e";
       },
       "option D is missing"},
      {[](auto& q) { (*q.mutable_options())["B"] = "\t"; }, "option B is empty"},
      {[](auto& q) { (*q.mutable_options())["D"] = " Answer  a "; }, "options A and D are the same"},
      {[](auto& q) { q.set_correct_answer("E"); }, not_a_letter},
      {[](auto& q) { q.set_correct_answer(""); }, not_a_letter},
      {[](auto& q) { q.set_correct_answer("answer C"); }, not_a_letter},
      {[](auto& q) { q.set_sentence(std::string(4001, 'x')); }, "sentence has more than 4000 characters"},
      {[](auto& q) { q.set_context(std::string(501, 'x')); }, "context has more than 500 characters"},
      {[](auto& q) { (*q.mutable_options())["A"] = std::string(2001, 'x'); }, "option A has more than 2000 characters"},
  };
  for (const auto& [change, wrong] : cases) {
    quiz::v1::WrittenQuestion question = Question();
    change(question);
    EXPECT_EQ(WrongWith(question), wrong);
  }
}

TEST(QuizCheckTest, LengthsCountCharactersNotBytes) {
  quiz::v1::WrittenQuestion question = Question();
  std::string type;
  for (int i = 0; i < 100; ++i) type += "ż";
  question.set_type(type);
  EXPECT_EQ(WrongWith(question), "");
  question.set_type(type + "x");
  EXPECT_EQ(WrongWith(question), "type has more than 100 characters");
}

TEST(QuizCheckTest, APieceHasTheWantedNumberAndRepeatsNothing) {
  quiz::v1::WriteQuestions request;
  request.set_count(2);
  request.add_asked("What is  THIS?");
  quiz::v1::WrittenQuestions written;
  *written.add_questions() = Question("One ____.");
  EXPECT_EQ(WrongWith(written, request), "it has 1 questions instead of 2");
  *written.add_questions() = Question("Two ____.");
  EXPECT_EQ(WrongWith(written, request), "");
  written.mutable_questions(1)->set_sentence(" one ____. ");
  EXPECT_EQ(WrongWith(written, request), "question 2: it was asked before");
  written.mutable_questions(1)->set_sentence("what is this?");
  EXPECT_EQ(WrongWith(written, request), "question 2: it was asked before");
  written.mutable_questions(0)->clear_options();
  EXPECT_EQ(WrongWith(written, request), "question 1: it has 0 options instead of the four A, B, C and D");
}

}  // namespace
}  // namespace flowmesh::flows
