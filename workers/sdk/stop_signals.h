#ifndef FLOWMESH_WORKERS_SDK_STOP_SIGNALS_H_
#define FLOWMESH_WORKERS_SDK_STOP_SIGNALS_H_

namespace flowmesh::sdk {

// While it lives, SIGTERM and SIGINT do not end the process but let Wait return. At most one at a time in a process.
class StopSignals {
 public:
  StopSignals();
  // Puts back what the signals did before.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Blocks until a signal or Wake has come.
  void Wait();

  // Lets Wait return, now or when it is called. Thread-safe.
  void Wake();

 private:
  struct Before;
  Before* const before_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_STOP_SIGNALS_H_
