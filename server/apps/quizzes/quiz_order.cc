#include "server/apps/quizzes/quiz_order.h"

#include <string>

namespace flowmesh::apps {
namespace {

const std::string& Either(const std::string& asked, const std::string& otherwise) {
  return asked.empty() ? otherwise : asked;
}

}  // namespace

quiz::v1::QuizOrder OrderOf(const quiz::v1::GenerateQuizRequest& request, const accounts::v1::User& user) {
  quiz::v1::QuizOrder order;
  order.set_user_id(user.id());
  order.set_quiz_size(request.has_quiz_size() ? request.quiz_size() : kDefaultQuizSize);
  order.set_declared_level(Either(request.declared_level(), user.declared_level()));
  order.set_goals(Either(request.goals(), user.goals()));
  order.set_profession(Either(request.profession(), user.profession()));
  order.set_referred_frequency(request.referred_frequency());
  order.set_motivation_level(request.motivation_level());
  *order.mutable_preferred_topics() = request.preferred_topics();
  *order.mutable_weak_skills() = request.weak_skills();
  order.set_extra_instructions(request.extra_instructions());
  return order;
}

}  // namespace flowmesh::apps
