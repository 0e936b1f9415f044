#ifndef FLOWMESH_SERVER_CLI_INTERRUPTS_H_
#define FLOWMESH_SERVER_CLI_INTERRUPTS_H_

#include <functional>
#include <thread>

namespace flowmesh::cli {

// Listens for Ctrl-C (SIGINT) while it lives: the first one is told, the second one ends the process at once with
// ExitCode::kInterrupted. At most one object in a process at a time.
class Interrupts {
 public:
  // `on_interrupt` is called at most once, on a thread of this object; it may block.
  explicit Interrupts(std::function<void()> on_interrupt);

  // Puts the signal's old action back and waits for a call that is under way.
  ~Interrupts();

  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

 private:
  void Listen(int read_end);

  const std::function<void()> on_interrupt_;
  std::thread listener_;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_INTERRUPTS_H_
