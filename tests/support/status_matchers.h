#ifndef FLOWMESH_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define FLOWMESH_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace flowmesh::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// EXPECT_THAT(store.Open(), IsOk());
MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// EXPECT_THAT(result, StatusIs(absl::StatusCode::kNotFound));
// EXPECT_THAT(result, StatusIs(absl::StatusCode::kNotFound, HasSubstr("7f01")));
MATCHER_P2(StatusIs, code, message, "") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()), result_listener);
}
inline auto StatusIs(absl::StatusCode code) { return StatusIs(code, ::testing::A<const std::string&>()); }

// EXPECT_THAT(Parse("7"), IsOkAndHolds(7));
MATCHER_P(IsOkAndHolds, value, "") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

}  // namespace flowmesh::testing

#define FLOWMESH_CONCAT_INNER(a, b) a##b
#define FLOWMESH_CONCAT(a, b) FLOWMESH_CONCAT_INNER(a, b)

#define ASSERT_OK(expression) ASSERT_THAT((expression), ::flowmesh::testing::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT((expression), ::flowmesh::testing::IsOk())

// ASSERT_OK_AND_ASSIGN(const Id id, Id::Parse(text)); ends the test function with the error otherwise. The declaration
// must hold no comma outside parentheses.
#define ASSERT_OK_AND_ASSIGN(declaration, expression) \
  FLOWMESH_ASSERT_OK_AND_ASSIGN(FLOWMESH_CONCAT(flowmesh_result_, __LINE__), declaration, expression)
#define FLOWMESH_ASSERT_OK_AND_ASSIGN(result, declaration, expression) \
  auto result = (expression);                                          \
  ASSERT_THAT(result, ::flowmesh::testing::IsOk());                    \
  declaration = *std::move(result)

#endif  // FLOWMESH_TESTS_SUPPORT_STATUS_MATCHERS_H_
