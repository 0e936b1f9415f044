#include "server/base/log_context.h"

#include <algorithm>

namespace flowmesh::base {
namespace {

thread_local const LogContext* innermost = nullptr;

}  // namespace

LogContext::LogContext(LogFields fields) : fields_(std::move(fields)), outer_(innermost) { innermost = this; }

LogContext::~LogContext() { innermost = outer_; }

LogFields LogContext::Current() {
  LogFields all;
  for (const LogContext* scope = innermost; scope != nullptr; scope = scope->outer_) {
    LogFields added;
    for (const auto& field : scope->fields_) {
      const bool hidden =
          std::any_of(all.begin(), all.end(), [&](const auto& inner) { return inner.first == field.first; });
      if (!field.second.empty() && !hidden) added.push_back(field);
    }
    all.insert(all.begin(), added.begin(), added.end());
  }
  return all;
}

}  // namespace flowmesh::base
