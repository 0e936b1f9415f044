#ifndef FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_CHECK_H_
#define FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_CHECK_H_

#include <string>

#include "flowmesh/quiz/v1/quiz.pb.h"

namespace flowmesh::flows {

// What is wrong with the question, in words for its writer; empty = nothing. It has a sentence, four options A to D
// that are not empty and differ in more than case and white space, the letter of one of them as its answer, and no text
// that is longer than the contract allows.
std::string WrongWith(const quiz::v1::WrittenQuestion& question);

// What is wrong with what was written for `request`: the number of questions, one of them, or one that was asked
// before, in the request or in the same piece, case and white space aside. Names the questions from 1.
std::string WrongWith(const quiz::v1::WrittenQuestions& written, const quiz::v1::WriteQuestions& request);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_CHECK_H_
