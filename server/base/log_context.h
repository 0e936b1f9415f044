#ifndef FLOWMESH_SERVER_BASE_LOG_CONTEXT_H_
#define FLOWMESH_SERVER_BASE_LOG_CONTEXT_H_

#include <string>
#include <utility>
#include <vector>

namespace flowmesh::base {

// What log lines say beside their message: which request, execution and trace they are about. Names are snake_case.
using LogFields = std::vector<std::pair<std::string, std::string>>;

// Every line that this thread writes until the end of the scope carries the fields; those with an empty value are left
// out. Scopes nest: the inner one's value of a name stands. Costs nothing but the making of the fields.
class LogContext {
 public:
  explicit LogContext(LogFields fields);
  ~LogContext();
  LogContext(const LogContext&) = delete;
  LogContext& operator=(const LogContext&) = delete;

  // The fields that hold on this thread now, outer ones first, each name once.
  static LogFields Current();

 private:
  const LogFields fields_;
  const LogContext* const outer_;
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_LOG_CONTEXT_H_
