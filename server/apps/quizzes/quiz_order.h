#ifndef FLOWMESH_SERVER_APPS_QUIZZES_QUIZ_ORDER_H_
#define FLOWMESH_SERVER_APPS_QUIZZES_QUIZ_ORDER_H_

#include "flowmesh/accounts/v1/accounts.pb.h"
#include "flowmesh/quiz/v1/quizzes.pb.h"

namespace flowmesh::apps {

inline constexpr int kDefaultQuizSize = 10;

// What a request orders for a user: what it leaves out is the user's, or the default. The task has no name yet.
quiz::v1::QuizOrder OrderOf(const quiz::v1::GenerateQuizRequest& request, const accounts::v1::User& user);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_QUIZZES_QUIZ_ORDER_H_
