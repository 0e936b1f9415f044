#ifndef FLOWMESH_SERVER_CLI_EXIT_ALARM_H_
#define FLOWMESH_SERVER_CLI_EXIT_ALARM_H_

#include <thread>

#include "absl/time/time.h"
#include "server/base/mutex.h"

namespace flowmesh::cli {

// Ends the process with EXIT_FAILURE if this object lives for longer than `limit`: for a tidy end that waits for
// somebody who is not there, such as a database. What was not acknowledged by then is lost to nobody: it is done again,
// as after any crash.
class ExitAlarm {
 public:
  explicit ExitAlarm(absl::Duration limit);
  ~ExitAlarm() ABSL_LOCKS_EXCLUDED(mutex_);
  ExitAlarm(const ExitAlarm&) = delete;
  ExitAlarm& operator=(const ExitAlarm&) = delete;

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_EXIT_ALARM_H_
